"""Machine types, node images and GPU software of Google Cloud."""
