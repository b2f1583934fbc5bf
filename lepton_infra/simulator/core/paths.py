"""Values at a path of nested properties (``rules.targetVaultName``); list indices are left out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

_INDEX: Final = re.compile(r"\[\d+\]")


def without_indices(path: str) -> str:
    """A path such as ``subnetIds[0]`` as types name it: ``subnetIds``."""
    return _INDEX.sub("", path)


def at(value: Any, path: str) -> Any:
    """The value at a path of objects; None where the path ends before."""
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def items_at(value: Any, path: str) -> list[Any]:
    """The items of the list at a path, some of them unknown; none where the list itself is not given or known."""
    found = at(value, path)
    return found if isinstance(found, list) else []


def texts_at(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """The known texts at a path, each with its own path; lists on the way are passed through."""
    yield from _texts(value, path.split(".") if path else [], "")


def _texts(value: Any, rest: list[str], done: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _texts(inner, rest, f"{done}[{index}]")
    elif not rest:
        if isinstance(value, str):
            yield done, value
    elif isinstance(value, Mapping):
        yield from _texts(value.get(rest[0]), rest[1:], f"{done}.{rest[0]}" if done else rest[0])
