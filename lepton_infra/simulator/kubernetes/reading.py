"""Read wire-form properties that may be absent, not known yet or of the wrong kind.

The typed checks report wrong kinds; the checks of this package only skip them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def mapping(value: Any, *keys: str) -> Mapping[str, Any]:
    """The mapping found below ``value`` at ``keys``; empty where there is none."""
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def sequence(value: Any) -> Sequence[Any]:
    """``value`` as a list; empty where it is none."""
    return value if isinstance(value, list | tuple) else ()


def text(value: Any) -> str | None:
    """``value`` if it is a known string."""
    return value if isinstance(value, str) else None


def number(value: Any) -> int | None:
    """``value`` if it is a known whole number. Wire-form numbers may arrive as floats."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value):
        return None
    return int(value)


def texts(value: Any) -> dict[str, str]:
    """The entries of a string map whose values are known."""
    return {key: item for key, item in mapping(value).items() if isinstance(item, str)}
