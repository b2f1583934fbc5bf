"""The values of inputs, held against Google's own API descriptions and the formats that those leave out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

import yaml

from lepton_infra.simulator.behaviour import Call, Failure, Unknown
from lepton_infra.simulator.gcp.bounds import value_reasons
from lepton_infra.simulator.gcp.discovery import Schema, descend, item, members, schema_at
from lepton_infra.simulator.gcp.formats import format_of
from lepton_infra.simulator.name_matching import named_like

_INDEX: Final = re.compile(r"\[\d+\]")


@dataclass(frozen=True, kw_only=True)
class Source:
    """An entry of ``values.yaml``: the schema that a type's inputs go to, None without one, and the exceptions."""

    schema: str | None
    names: Mapping[str, str]
    uncovered: Mapping[str, str]


@cache
def sources() -> Mapping[str, Source]:
    """``values.yaml`` by resource type, with what holds everywhere merged in."""
    data = yaml.safe_load(files(__package__).joinpath("values.yaml").read_text(encoding="utf-8"))
    everywhere = data["everywhere"]["uncovered"]
    return {
        type: Source(
            schema=entry["schema"],
            names=entry.get("names", {}),
            uncovered={**everywhere, **entry.get("uncovered", {})},
        )
        for type, entry in data["types"].items()
    }


@cache
def schema_of(type: str, path: str) -> tuple[str, Schema] | None:
    """The document and schema of a property (``nodeConfig.taints``, without indices); None where Google has none."""
    source = sources().get(type)
    if source is None:
        return None
    if source.schema is None:
        return None
    if not path:
        return _at(source.schema)
    holder, _, property = path.rpartition(".")
    named = source.names.get(path)
    if named is not None and "#" in named:
        return _at(named)
    outer = schema_of(type, holder)
    if outer is None or named == ".":
        return outer
    document, schema = outer
    if named is not None:
        return document, descend(document, schema, named.split("."))
    found = named_like(members(document, schema), property)
    return None if found is None else (document, descend(document, found, []))


def _at(path: str) -> tuple[str, Schema]:
    return path.partition("#")[0], schema_at(path)


def check(call: Call) -> list[Failure]:
    """Every value that Google would refuse for its own form, unknowns aside. Types not listed are not checked."""
    return [
        Failure(path=path, reason=reason)
        for path, value in _nodes(call.type, call.inputs, "")
        for reason in _reasons(call.type, path, value)
    ]


def unexplained(type: str, inputs: Mapping[str, Any]) -> list[str]:
    """The paths in ``inputs`` whose values nothing checks and for which ``values.yaml`` gives no reason either."""
    source = sources().get(type)
    return sorted(
        {
            plain
            for path, value in _nodes(type, inputs, "")
            if not isinstance(value, bool | Mapping | list)
            for plain in [_INDEX.sub("", path)]
            if source is None
            or (
                schema_of(type, plain) is None
                and format_of(type, plain) is None
                and not any(plain == known or plain.startswith(f"{known}.") for known in source.uncovered)
            )
        }
    )


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
    found = schema_of(type, _INDEX.sub("", path)) if path else None
    return found is not None and "additionalProperties" in item(*found)


def _reasons(type: str, path: str, value: Any) -> Iterator[str]:
    plain = _INDEX.sub("", path)
    format = format_of(type, plain)
    if format is not None and not isinstance(value, list):
        yield from format(value)
    found = schema_of(type, plain)
    if found is not None and not isinstance(value, Mapping | list):
        yield from value_reasons(item(*found), value)
