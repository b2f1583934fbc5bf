"""Envoy gateway of a region: its charts, listeners, routes, certificates and network policies."""
