"""Machine types, node images and GPU software of a private site."""
