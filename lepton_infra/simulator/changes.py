"""Differences between two sets of inputs, by path, and those for which the cloud replaces the resource."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, Literal

from lepton_infra.simulator.behaviour import Unknown
from lepton_infra.simulator.schema import member

ChangeKind = Literal["add", "delete", "update"]
_INDEX = re.compile(r"\[\d+\]")
_ABSENT = object()


@dataclass(frozen=True, kw_only=True)
class Change:
    """One changed path. ``replaces``: the property is immutable, so the resource has to be made anew."""

    path: str
    kind: ChangeKind
    replaces: bool


@dataclass(frozen=True, kw_only=True)
class Diff:
    """Changes of inputs. ``delete_first``: a replacement takes the old one's name, which must be deleted before."""

    changes: list[Change]
    delete_first: bool = False


def changes(old: Mapping[str, Any], new: Mapping[str, Any], immutable: Iterable[str] = ()) -> list[Change]:
    """The changed paths from ``old`` to ``new``. A value that is not known yet counts as changed."""
    fixed = tuple(immutable)
    return [
        Change(path=path, kind=kind, replaces=any(_touches(_INDEX.sub("", path), other) for other in fixed))
        for path, kind in _walk(old, new, "")
    ]


def _walk(old: Any, new: Any, path: str) -> Iterator[tuple[str, ChangeKind]]:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in dict.fromkeys([*old, *new]):
            before, after = old.get(key), new.get(key)
            yield from _walk(
                _ABSENT if before is None else before, _ABSENT if after is None else after, member(path, key)
            )
    elif isinstance(old, list) and isinstance(new, list):
        for index, (before, after) in enumerate(zip_longest(old, new, fillvalue=_ABSENT)):
            yield from _walk(before, after, f"{path}[{index}]")
    elif old is _ABSENT and new is not _ABSENT:
        yield path, "add"
    elif new is _ABSENT and old is not _ABSENT:
        yield path, "delete"
    elif not _same(old, new):
        yield path, "update"


def _same(old: Any, new: Any) -> bool:
    """Equality, but for what Python alone takes for equal (``True == 1``) and for unknowns, which never are."""
    return isinstance(old, bool) == isinstance(new, bool) and old == new and not isinstance(new, Unknown)


def _touches(path: str, immutable: str) -> bool:
    """Whether a change at ``path`` changes ``immutable``: the same path, one inside it, or one that holds it."""
    return path == immutable or path.startswith(f"{immutable}.") or immutable.startswith(f"{path}.")
