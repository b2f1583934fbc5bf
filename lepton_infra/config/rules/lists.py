"""Rules of lists: unique names, counts, ranges of minimum and maximum."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator

from lepton_infra.errors import Problem
from lepton_infra.fields import NodeCount

Path = tuple[str | int, ...]


def repeated(entries: Iterable[tuple[Path, Hashable]], message: str) -> Iterator[Problem]:
    """A problem at each entry whose value an earlier one had already; ``{first}`` in the message is that one's path."""
    first: dict[Hashable, Path] = {}
    for path, value in entries:
        if value in first:
            yield Problem(path=path, given=value, message=f"{message}; it is entry {_index(first[value])} already")
        first.setdefault(value, path)


def _index(path: Path) -> int:
    return next(key for key in reversed(path) if isinstance(key, int)) + 1


def count(path: Path, nodes: NodeCount) -> Iterator[Problem]:
    """The fewest are not more than the most."""
    if nodes.min > nodes.max:
        yield Problem(path=(*path, "min"), given=nodes.min, message="is more than max", allowed=span(0, nodes.max))


def span(low: int, high: int) -> str:
    """The whole numbers that are allowed, in words."""
    return str(low) if low == high else f"{low} to {high}"
