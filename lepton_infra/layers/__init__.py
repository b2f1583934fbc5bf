"""Contracts of a region's layers: arguments, outputs and pure arithmetic."""
