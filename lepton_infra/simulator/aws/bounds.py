"""Values against the shapes of AWS's API models: enums, patterns, lengths and ranges."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from botocore.model import Shape

from lepton_infra.simulator.aws.patterns import compiled
from lepton_infra.simulator.formats import among

_NUMBERS: Final = frozenset({"integer", "long", "float", "double"})


def value_reasons(shape: Shape, value: Any) -> Iterator[str]:
    """What is wrong with a scalar."""
    if shape.type_name in _NUMBERS:
        yield from _number(shape, value)
    elif shape.type_name == "boolean":
        if isinstance(value, str) and value not in ("true", "false", ""):
            yield f'"{value}" is not allowed; allowed: "true", "false"'
    elif isinstance(value, str) and shape.type_name == "string":
        yield from _text(shape, value)


def count_reasons(shape: Shape, count: int) -> Iterator[str]:
    """What is wrong with the number of items of a list or map. An empty one is never sent, so it has no lower bound."""
    if count and shape.type_name in ("list", "map"):
        yield from _outside(shape, count, f"has {count} items")


def _number(shape: Shape, value: Any) -> Iterator[str]:
    """A number, which the provider may also take as text."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        yield f'"{value}" is not a number'
        return
    yield from _outside(shape, number, f"{value} is out of range")


def _text(shape: Shape, value: str) -> Iterator[str]:
    allowed: list[str] = shape.metadata.get("enum", [])
    if allowed:
        if value not in allowed:
            yield f'"{value}" is not allowed; {among(allowed, value)}'
        return
    yield from _outside(shape, len(value), f"has {len(value)} characters")
    pattern = shape.metadata.get("pattern")
    if pattern and not compiled(pattern).fullmatch(value):
        yield f'"{value}" does not match {pattern}'


def _outside(shape: Shape, amount: float, what: str) -> Iterator[str]:
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if (low is not None and amount < low) or (high is not None and amount > high):
        yield f"{what}; allowed: {_bounds(low, high)}"


def _bounds(low: int | None, high: int | None) -> str:
    if high is None:
        return f"at least {low}"
    return f"at most {high}" if low is None else f"{low} to {high}"
