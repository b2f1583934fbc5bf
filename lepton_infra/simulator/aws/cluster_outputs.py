"""Computed outputs of EKS."""

from __future__ import annotations
