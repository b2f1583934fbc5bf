"""UNKNOWN, the value of a property that a cloud computes, in a preview."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any, Final


class Unknown(Enum):
    """Type of :data:`UNKNOWN`. A rule must not take it for a good value."""

    UNKNOWN = "unknown"

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown.UNKNOWN


def has_unknown(value: Any) -> bool:
    """True if any part of a nested value is UNKNOWN."""
    if isinstance(value, Mapping):
        return any(map(has_unknown, value.values()))
    return any(map(has_unknown, value)) if isinstance(value, list | tuple) else value is UNKNOWN
