"""Virtual network, network security groups and private endpoints."""
