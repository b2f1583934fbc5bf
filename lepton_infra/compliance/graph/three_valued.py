"""Three-valued logic over UNKNOWN: what is known decides where it can.

The connectives of Kleene's strong logic over plain values (``every``, ``some``) and over values with the property that
they were read from (``every_seen``, ``some_seen``), and conclusions that are UNKNOWN where their premise is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from lepton_infra.compliance.graph.graph import Resource, Seen
from lepton_infra.compliance.graph.unknown import UNKNOWN, Unknown, has_unknown

T = TypeVar("T")
U = TypeVar("U")


def every(*values: bool | Unknown) -> bool | Unknown:
    """Conjunction: False if any value is, else UNKNOWN if any is, else True."""
    return _decided(False, values)


def some(*values: bool | Unknown) -> bool | Unknown:
    """Disjunction: True if any value is, else UNKNOWN if any is, else False."""
    return _decided(True, values)


def every_seen(*seen: Seen[bool]) -> Seen[bool]:
    """The value that decides a conjunction, with its property; the first where all are True."""
    return _deciding(every, seen)


def some_seen(*seen: Seen[bool]) -> Seen[bool]:
    """The value that decides a disjunction, with its property; the first where all are False."""
    return _deciding(some, seen)


def _decided(decisive: bool, values: Sequence[bool | Unknown]) -> bool | Unknown:
    if any(value is decisive for value in values):
        return decisive
    return UNKNOWN if UNKNOWN in values else not decisive


def _deciding(connective: Callable[..., bool | Unknown], seen: Sequence[Seen[bool]]) -> Seen[bool]:
    result = connective(*(each.value for each in seen))
    return next(each for each in seen if each.value is result)


def concluded(value: T | Unknown, conclude: Callable[[T], U]) -> U | Unknown:
    """The conclusion from a value; UNKNOWN if that is."""
    return UNKNOWN if isinstance(value, Unknown) else conclude(value)


def concluded_from(resource: Resource, path: str, conclude: Callable[..., T], *values: Any) -> Seen[T]:
    """The conclusion from ``values``, which were read at ``path``; UNKNOWN if any part of them is."""
    return resource.says(UNKNOWN if any(map(has_unknown, values)) else conclude(*values), path)


def told(resource: Resource, path: str, conclude: Callable[[Any], T], default: Any = None) -> Seen[T]:
    """The conclusion from an input, or from ``default`` where the program set none; UNKNOWN where the input is."""
    return resource.says(concluded(resource.get(path, default), conclude), path)


def on(value: object) -> bool | Unknown:
    """Boolean of a switch, which an exported state or a program may also give as text."""
    return UNKNOWN if isinstance(value, Unknown) else value is True or value == "true"


def whole(value: object) -> int | Unknown | None:
    """Integer of a count, which may be given as text; None without one."""
    if isinstance(value, Unknown):
        return UNKNOWN
    try:
        return None if value is None else int(str(value))
    except ValueError:
        return None
