"""Property paths: values within nested data by a path such as ``rules[].destination``.

``a.b`` is a key of a key and ``a[0]`` an item of a list; in a pattern ``a[]`` is each item of a list and ``a{}`` each
value of a mapping. A program may give one thing where a list of one is meant, so ``[]`` takes that as its only item.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from lepton_infra.compliance.graph.unknown import UNKNOWN

_STEP = re.compile(r"([^.\[\]{}]+)|\[(\d+)\]|(\[\]|\{\})")
_ITEMS, _VALUES = "[]", "{}"


def steps(path: str) -> list[str | int]:
    """The keys and indexes of a path, in order; ``[]`` and ``{}`` stand for themselves."""
    return [int(index) if index else name or every for name, index, every in _STEP.findall(path)]


def root(path: str) -> str:
    """The top-level property that a path begins with."""
    return str(next(iter(steps(path)), ""))


def below(value: Any, *keys: str | int) -> Any:
    """The value under keys and indexes; UNKNOWN if anything on the way to it is.

    Raises:
        LookupError: if there is none.
    """
    for key in keys:
        if value is UNKNOWN:
            return UNKNOWN
        try:
            value = value[key]
        except TypeError as error:
            raise KeyError(key) from error
    return value


def member(value: Any, *keys: str | int, default: Any = None) -> Any:
    """The value under keys and indexes, as :func:`below`; ``default`` if there is none or it is None."""
    try:
        found = below(value, *keys)
    except LookupError:
        return default
    return default if found is None else found


def at(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """The values at a pattern, each with the path that leads to it; none where nothing is set.

    :data:`UNKNOWN` on the way is a value too: what lies below it cannot be told.
    """
    yield from _at(value, steps(path), "")


def _at(value: Any, rest: list[str | int], path: str) -> Iterator[tuple[str, Any]]:
    if value is None:
        return
    if value is UNKNOWN or not rest:
        yield path, value
        return
    step, rest = rest[0], rest[1:]
    if step == _ITEMS:
        inner = [(f"{path}[{n}]", one) for n, one in enumerate(value)] if _is_list(value) else [(path, value)]
    elif step == _VALUES:
        inner = [(f"{path}.{key}", one) for key, one in value.items()] if isinstance(value, Mapping) else []
    else:
        name = f"{path}[{step}]" if isinstance(step, int) else f"{path}.{step}" if path else step
        inner = [(name, member(value, step))]
    for found, one in inner:
        yield from _at(one, rest, found)


def items(value: Any) -> list[Any]:
    """The items of a list, one thing as a list of one, nothing as an empty list."""
    if value is None:
        return []
    return list(value) if _is_list(value) else [value]


def texts(value: Any, *, keys: bool = True) -> Iterator[str]:
    """All strings within a nested value, the keys of mappings among them unless ``keys`` is false."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if keys:
                yield str(key)
            yield from texts(item, keys=keys)
    elif _is_list(value):
        for item in value:
            yield from texts(item, keys=keys)


def _is_list(value: Any) -> bool:
    return isinstance(value, list | tuple)
