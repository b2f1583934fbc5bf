"""Arguments of organization policies, and admission policies of a cluster."""
