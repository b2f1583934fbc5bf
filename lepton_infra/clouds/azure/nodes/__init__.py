"""Machine sizes, capacity order and GPU software of AKS nodes."""
