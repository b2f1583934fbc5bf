"""Service accounts, IAM conditions and Cloud KMS keys."""
