"""IAM roles and policies, KMS keys and their policies."""
