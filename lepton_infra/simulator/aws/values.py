"""Values of inputs against botocore's API models and the formats that those models leave out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from botocore.model import Shape

from lepton_infra.simulator.aws.api_models import (
    count_reasons,
    descend,
    item,
    key_and_value,
    members,
    shape_at,
    value_reasons,
)
from lepton_infra.simulator.aws.catalogue import TYPES
from lepton_infra.simulator.aws.resource_type import OfRequest
from lepton_infra.simulator.aws.syntax import tags
from lepton_infra.simulator.behaviour import Call, Failure, Unknown
from lepton_infra.simulator.core import values
from lepton_infra.simulator.formats import Format
from lepton_infra.simulator.name_matching import named_like

_FALLBACKS: Final[Mapping[str, str]] = {"tags": "TagSpecifications.Tags"}
"""Members of any request under another name."""

_UNCOVERED: Final[Mapping[str, str]] = {
    "region": "held against the provider's region",
    "namePrefix": "a name is made of it, and AWS sees only that",
}


@cache
def shape_of(type: str, path: str) -> Shape | None:
    """The API's shape of a property (``vpcConfig.subnetIds``, without indices); None where the models have none."""
    request = TYPES[type].api
    if request is None:
        return None
    if not path:
        return shape_at(request.shape)
    holder, _, property = path.rpartition(".")
    outer = shape_of(type, holder)
    named = request.names.get(path)
    if isinstance(named, OfRequest):
        return shape_at(named.shape)
    if outer is None:
        return None
    if named is not None:
        return descend(outer, named.split(".") if named else [])
    found = named_like(members(outer), property)
    if found is not None or property not in _FALLBACKS:
        return found
    try:
        return descend(outer, _FALLBACKS[property].split("."))
    except LookupError:
        return None


def format_of(type: str, path: str) -> Format | None:
    """The format of a property (``vpcConfig.publicAccessCidrs``: of each item), if it has one."""
    return tags if path == "tags" else TYPES[type].formats.get(path)


class _Botocore:
    """botocore's models as a :class:`~lepton_infra.simulator.core.values.ApiModel`."""

    def is_map(self, type: str, path: str) -> bool:
        shape = shape_of(type, path)
        return shape is not None and key_and_value(shape) is not None

    def reasons(self, type: str, path: str, value: Any) -> Iterator[str]:
        format = format_of(type, path)
        if format is not None and not isinstance(value, list):
            yield from format(value)
            if isinstance(value, Mapping):
                return
        shape = shape_of(type, path)
        if shape is None:
            return
        if isinstance(value, list):
            yield from count_reasons(shape, len(value))
        elif isinstance(value, Mapping):
            yield from _entry_reasons(shape, value)
        else:
            yield from value_reasons(item(shape), value)


_API: Final = _Botocore()


def check(call: Call) -> list[Failure]:
    """Every value that AWS would refuse for its own form, unknowns aside."""
    return values.check(_API, call)


def unexplained(type: str, inputs: Mapping[str, Any]) -> list[str]:
    """The paths in ``inputs`` whose values nothing checks and for which the record gives no reason either."""
    return sorted(path for path in values.scalars(_API, type, inputs) if not _explained(type, path))


def _explained(type: str, path: str) -> bool:
    request = TYPES[type].api
    if request is None:
        return False
    checked = shape_of(type, path) is not None or format_of(type, path) is not None
    return checked or values.within(path, {**_UNCOVERED, **request.uncovered})


def _entry_reasons(shape: Shape, entries: Mapping[str, Any]) -> Iterator[str]:
    """Reasons to refuse the keys and values of a map."""
    shapes = key_and_value(shape)
    if shapes is None:
        return
    yield from count_reasons(shape, len(entries))
    for key, value in entries.items():
        yield from (f'key "{key}": {reason}' for reason in value_reasons(shapes[0], key))
        if not isinstance(value, Unknown):
            yield from (f'value of "{key}": {reason}' for reason in value_reasons(shapes[1], value))
