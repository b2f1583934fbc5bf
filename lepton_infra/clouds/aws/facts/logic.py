"""Conclusions from values of which some are not known: what is known decides where it can."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from lepton_infra.compliance.graph.graph import UNKNOWN, Unknown

T = TypeVar("T")
U = TypeVar("U")


def every(*values: bool | Unknown) -> bool | Unknown:
    """Whether all hold: one that does not decides, whatever is not known."""
    if any(value is False for value in values):
        return False
    return UNKNOWN if UNKNOWN in values else True


def some(*values: bool | Unknown) -> bool | Unknown:
    """Whether any holds: one that does decides, whatever is not known."""
    if any(value is True for value in values):
        return True
    return UNKNOWN if UNKNOWN in values else False


def concluded(value: T | Unknown, conclude: Callable[[T], U]) -> U | Unknown:
    """What follows from a value, if it is known."""
    return UNKNOWN if isinstance(value, Unknown) else conclude(value)


def on(value: object) -> bool | Unknown:
    """A switch, which an exported state or a program may also give as text."""
    return UNKNOWN if isinstance(value, Unknown) else value is True or value == "true"


def whole(value: object) -> int | Unknown | None:
    """A count, which may be given as text; None where there is none."""
    if isinstance(value, Unknown):
        return UNKNOWN
    try:
        return None if value is None else int(str(value))
    except ValueError:
        return None


def items(value: object) -> list[object]:
    """A list as it is, one thing as a list of one, nothing as an empty list."""
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]
