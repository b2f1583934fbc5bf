"""Declared or deployed resources as records, with paths into their properties."""
