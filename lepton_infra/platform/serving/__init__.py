"""Model servers of a region: their namespaces, pods, caches and versions."""
