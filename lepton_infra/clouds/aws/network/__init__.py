"""VPC, subnets and endpoints."""
