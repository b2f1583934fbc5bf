"""GKE: control plane, access and system software."""
