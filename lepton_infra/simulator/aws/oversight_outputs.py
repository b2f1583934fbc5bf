"""Computed outputs of trails, topics, rules, plans and detectors."""

from __future__ import annotations
