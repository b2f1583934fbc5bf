"""Dated legal data, a stack's compliance section, and the obligations that both amount to."""
