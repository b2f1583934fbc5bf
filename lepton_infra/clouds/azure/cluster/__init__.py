"""AKS: control plane, access and system software."""
