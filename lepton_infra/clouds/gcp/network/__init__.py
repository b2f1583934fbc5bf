"""VPC network, firewall rules and private names of Google's APIs."""
