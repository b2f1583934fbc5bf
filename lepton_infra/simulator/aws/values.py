"""The values of inputs, held against AWS's own API models and the formats that those models leave out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

import yaml
from botocore.model import Shape

from lepton_infra.simulator.aws.api_models import descend, item, key_and_value, members, shape_at
from lepton_infra.simulator.aws.bounds import count_reasons, value_reasons
from lepton_infra.simulator.aws.formats import format_of
from lepton_infra.simulator.behaviour import Call, Failure, Unknown
from lepton_infra.simulator.likeness import named_like

_INDEX: Final = re.compile(r"\[\d+\]")


@dataclass(frozen=True, kw_only=True)
class Source:
    """An entry of ``values.yaml``: the request that a type's inputs go to, and the exceptions."""

    shape: str
    names: Mapping[str, str]
    fallbacks: Mapping[str, str]
    uncovered: Mapping[str, str]


@cache
def sources() -> Mapping[str, Source]:
    """``values.yaml`` by resource type, with what holds everywhere merged in."""
    data = yaml.safe_load(files(__package__).joinpath("values.yaml").read_text(encoding="utf-8"))
    common = data["everywhere"]
    return {
        type: Source(
            shape=entry["shape"],
            names=entry.get("names", {}),
            fallbacks=common["names"],
            uncovered={**common["uncovered"], **entry.get("uncovered", {})},
        )
        for type, entry in data["types"].items()
    }


@cache
def shape_of(type: str, path: str) -> Shape | None:
    """The API's shape of a property (``vpcConfig.subnetIds``, without indices); None where the models have none."""
    source = sources().get(type)
    if source is None:
        return None
    if not path:
        return shape_at(source.shape)
    holder, _, property = path.rpartition(".")
    outer = shape_of(type, holder)
    named = source.names.get(path)
    if named is not None and named.startswith("/"):
        return shape_at(named[1:])
    if outer is None or named == ".":
        return outer
    if named is not None:
        return descend(outer, named.split("."))
    found = named_like(members(outer), property)
    if found is not None or property not in source.fallbacks:
        return found
    try:
        return descend(outer, source.fallbacks[property].split("."))
    except LookupError:
        return None


def check(call: Call) -> list[Failure]:
    """Every value that AWS would refuse for its own form, unknowns aside. Types that are not listed are not checked."""
    return [
        Failure(path=path, reason=reason)
        for path, value in _nodes(call.type, call.inputs, "")
        for reason in _reasons(call.type, path, value)
    ]


def unexplained(type: str, inputs: Mapping[str, Any]) -> list[str]:
    """The paths in ``inputs`` whose values nothing checks and for which ``values.yaml`` gives no reason either."""
    leaves = {
        _INDEX.sub("", path) for path, value in _nodes(type, inputs, "") if not isinstance(value, bool | Mapping | list)
    }
    return sorted(path for path in leaves if not _explained(type, path))


def _explained(type: str, path: str) -> bool:
    source = sources().get(type)
    if source is None:
        return False
    checked = shape_of(type, path) is not None or format_of(type, path) is not None
    return checked or any(path == known or path.startswith(f"{known}.") for known in source.uncovered)


def _nodes(type: str, value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Every known value under ``value`` with its path, containers included; the entries of a map stay with the map."""
    if path:
        yield path, value
    if isinstance(value, Mapping) and not _is_map(type, path):
        for name, inner in value.items():
            if inner is not None and not isinstance(inner, Unknown):
                yield from _nodes(type, inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            if inner is not None and not isinstance(inner, Unknown):
                yield from _nodes(type, inner, f"{path}[{index}]")


def _is_map(type: str, path: str) -> bool:
    shape = shape_of(type, _INDEX.sub("", path)) if path else None
    return shape is not None and key_and_value(shape) is not None


def _reasons(type: str, path: str, value: Any) -> Iterator[str]:
    plain = _INDEX.sub("", path)
    format = format_of(type, plain)
    if format is not None and not isinstance(value, list):
        yield from format(value)
        if isinstance(value, Mapping):
            return
    shape = shape_of(type, plain)
    if shape is None:
        return
    if isinstance(value, list):
        yield from count_reasons(shape, len(value))
    elif isinstance(value, Mapping):
        yield from _entry_reasons(shape, value)
    else:
        yield from value_reasons(item(shape), value)


def _entry_reasons(shape: Shape, entries: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with the keys and values of a map."""
    shapes = key_and_value(shape)
    if shapes is None:
        return
    yield from count_reasons(shape, len(entries))
    for key, value in entries.items():
        yield from (f'key "{key}": {reason}' for reason in value_reasons(shapes[0], key))
        if not isinstance(value, Unknown):
            yield from (f'value of "{key}": {reason}' for reason in value_reasons(shapes[1], value))
