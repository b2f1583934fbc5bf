"""Values at a path of a resource's inputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def at(inputs: Any, path: str) -> Any:
    """What stands at a path of objects (``privateClusterConfig.enablePrivateNodes``); None where there is nothing."""
    for name in path.split("."):
        inputs = inputs.get(name) if isinstance(inputs, Mapping) else None
    return inputs


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
