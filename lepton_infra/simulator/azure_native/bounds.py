"""Values against the constraints of Azure's management models."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lepton_infra.simulator.azure_native.api_models import Constraints


def value_reasons(limits: Constraints, value: Any) -> Iterator[str]:
    """Reasons why a scalar is out of bounds."""
    if isinstance(value, str):
        yield from _outside(
            limits.get("min_length"), limits.get("max_length"), len(value), f"has {len(value)} characters"
        )
        pattern = limits.get("pattern")
        if pattern and not re.search(pattern, value):
            yield f'"{value}" does not match {pattern}'
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield from _outside(limits.get("minimum"), limits.get("maximum"), value, f"{value} is out of range")


def count_reasons(limits: Constraints, count: int) -> Iterator[str]:
    """Reasons why a list has too few or too many items."""
    yield from _outside(limits.get("min_items"), limits.get("max_items"), count, f"has {count} items")


def _outside(low: float | None, high: float | None, amount: float, what: str) -> Iterator[str]:
    if (low is not None and amount < low) or (high is not None and amount > high):
        yield f"{what}; allowed: {_range(low, high)}"


def _range(low: float | None, high: float | None) -> str:
    if high is None:
        return f"at least {low}"
    return f"at most {high}" if low is None else f"{low} to {high}"
