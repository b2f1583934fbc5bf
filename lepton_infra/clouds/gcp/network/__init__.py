"""VPC network, firewall rules and private DNS zones of Google's APIs."""
