"""What is tested on a real Kubernetes control plane: `make test-cluster` builds it."""
