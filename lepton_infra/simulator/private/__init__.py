"""What stands on a private site before a region comes there. It has no provider: only nodes are simulated."""
