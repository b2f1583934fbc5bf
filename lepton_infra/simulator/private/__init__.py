"""The existing nodes of a private site, which has no provider: only nodes are simulated."""
