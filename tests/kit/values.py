"""Table rows for tests of single input values: what a type takes for a property, and what it refuses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest


@dataclass(frozen=True, kw_only=True)
class Refused:
    """A value that is refused: where the failure is, and words of it."""

    value: Any
    path: str
    words: str


@dataclass(frozen=True, kw_only=True)
class Values:
    """Right and wrong values of one property of a type; ``base``: the other inputs, which are right."""

    type: str
    base: Mapping[str, Any]
    property: str
    right: list[Any]
    wrong: list[Refused]

    def inputs(self, value: Any) -> dict[str, Any]:
        return {**self.base, self.property: value}

    def id(self, value: Any) -> str:
        return f"{self.type.rpartition(':')[2]}.{self.property}={value!r:.40}"


def right_values(table: Iterable[Values]) -> list[Any]:
    """Parameters ``type`` and ``inputs``."""
    return [pytest.param(row.type, row.inputs(value), id=row.id(value)) for row in table for value in row.right]


def wrong_values(table: Iterable[Values]) -> list[Any]:
    """Parameters ``type``, ``inputs``, ``path`` and ``words``."""
    return [
        pytest.param(row.type, row.inputs(each.value), each.path, each.words, id=row.id(each.value))
        for row in table
        for each in row.wrong
    ]
