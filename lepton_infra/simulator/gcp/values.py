"""Values of inputs against Google's own API descriptions and the formats that those leave out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from lepton_infra.simulator.behaviour import Call, Failure
from lepton_infra.simulator.core import values
from lepton_infra.simulator.formats import Format, one_of
from lepton_infra.simulator.gcp import syntax
from lepton_infra.simulator.gcp.bounds import value_reasons
from lepton_infra.simulator.gcp.catalogue import TYPES
from lepton_infra.simulator.gcp.discovery import Schema, descend, item, members, schema_at
from lepton_infra.simulator.gcp.resource_type import OfSchema
from lepton_infra.simulator.name_matching import named_like

_EVERYWHERE: Final[Mapping[str, Format]] = {
    "labels": syntax.labels,
    "resourceLabels": syntax.labels,
    "deletionPolicy": one_of("DELETE", "PREVENT", "ABANDON"),
}
_UNCOVERED: Final[Mapping[str, str]] = {
    "project": "held against the provider's project",
    "location": "held against the provider's region",
    "region": "held against the provider's region",
    "zone": "held against the provider's region",
    "namePrefix": "a name is made of it, and Google sees only that",
    "deletionPolicy": "the provider's own word, checked by its format",
}


@cache
def schema_of(type: str, path: str) -> tuple[str, Schema] | None:
    """The document and schema of a property (``nodeConfig.taints``, without indices); None where Google has none."""
    request = TYPES[type].api
    if request is None or request.schema is None:
        return None
    if not path:
        return _at(request.schema)
    holder, _, property = path.rpartition(".")
    member = request.names.get(path)
    if isinstance(member, OfSchema):
        return _at(member.schema)
    outer = schema_of(type, holder)
    if outer is None:
        return None
    document, schema = outer
    if member is not None:
        return document, descend(document, schema, member.split("."))
    found = named_like(members(document, schema), property)
    return None if found is None else (document, descend(document, found, []))


def _at(path: str) -> tuple[str, Schema]:
    return path.partition("#")[0], schema_at(path)


def format_of(type: str, path: str) -> Format | None:
    """The format of a property (``sourceRanges``: of each item), if it has one."""
    return TYPES[type].formats.get(path) or _EVERYWHERE.get(path)


class _Discovery:
    """Google's discovery documents as a :class:`~lepton_infra.simulator.core.values.ApiModel`."""

    def is_map(self, type: str, path: str) -> bool:
        found = schema_of(type, path)
        return found is not None and "additionalProperties" in item(*found)

    def reasons(self, type: str, path: str, value: Any) -> Iterator[str]:
        format = format_of(type, path)
        if format is not None and not isinstance(value, list):
            yield from format(value)
        found = schema_of(type, path)
        if found is not None and not isinstance(value, Mapping | list):
            yield from value_reasons(item(*found), value)


_API: Final = _Discovery()


def check(call: Call) -> list[Failure]:
    """Every value that Google would refuse for its own form, unknowns aside. Types without a record are not checked."""
    return values.check(_API, call)


def unexplained(type: str, inputs: Mapping[str, Any]) -> list[str]:
    """The paths in ``inputs`` whose values nothing checks and for which the record gives no reason either."""
    return sorted(path for path in values.scalars(_API, type, inputs) if not _explained(type, path))


def _explained(type: str, path: str) -> bool:
    request = TYPES[type].api
    if request is None:
        return False
    checked = schema_of(type, path) is not None or format_of(type, path) is not None
    return checked or values.within(path, {**_UNCOVERED, **request.uncovered})
