"""Role assignments, their conditions, key vaults and customer-managed keys."""
