"""Conclusions from properties that may not be known yet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from lepton_infra.compliance.graph.graph import UNKNOWN, Resource, Seen

T = TypeVar("T")


def told(resource: Resource, path: str, conclude: Callable[[Any], T], default: Any = None) -> Seen[T]:
    """What follows from an input, or from ``default`` where the program set none; unknown where the input is."""
    value = resource.get(path, default)
    return resource.says(UNKNOWN if value is UNKNOWN else conclude(value), path)


def equals(resource: Resource, path: str, *values: Any, default: Any = None) -> Seen[bool]:
    """Whether an input is one of ``values``; text is compared in any case, as Azure does."""
    return told(resource, path, lambda value: _folded(value) in [_folded(each) for each in values], default)


def differs(resource: Resource, path: str, *values: Any, default: Any = None) -> Seen[bool]:
    """Whether an input is none of ``values``."""
    return told(resource, path, lambda value: _folded(value) not in [_folded(each) for each in values], default)


def some(*seen: Seen[bool]) -> Seen[bool]:
    """Whether any is true: the one that is, else one that is not known, else the first."""
    return _decisive(True, seen)


def every(*seen: Seen[bool]) -> Seen[bool]:
    """Whether all are true: one that is not, else one that is not known, else the first."""
    return _decisive(False, seen)


def _decisive(value: bool, seen: tuple[Seen[bool], ...]) -> Seen[bool]:
    decided = [each for each in seen if each.value is value]
    unknown = [each for each in seen if each.value is UNKNOWN]
    return (*decided, *unknown, *seen)[0]


def _folded(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value
