"""EKS: control plane, access and system software."""
