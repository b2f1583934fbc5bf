"""The values of inputs, held against Azure's management models, the SDK's enumerations and the formats they leave out.

The SDK takes any text where Azure has an enumeration, since Azure may add to it; here a value must be in the
enumeration of the SDK or of the models.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from lepton_infra.simulator import schema
from lepton_infra.simulator.azure_native.api_models import Constraints, Member, members, path_constraints
from lepton_infra.simulator.azure_native.bounds import count_reasons, value_reasons
from lepton_infra.simulator.azure_native.catalogue import TYPES
from lepton_infra.simulator.azure_native.references import is_reference
from lepton_infra.simulator.azure_native.syntax import tags
from lepton_infra.simulator.behaviour import Call, Failure, Unknown
from lepton_infra.simulator.core.paths import without_indices
from lepton_infra.simulator.core.values import within
from lepton_infra.simulator.formats import Format, among
from lepton_infra.simulator.name_matching import named_like
from lepton_infra.simulator.schema import member as inside
from lepton_infra.simulator.shapes import Choice, Either, Entries, Field, Items, Record, Shape, fields

_UNCOVERED: Final[Mapping[str, str]] = {
    "notes": "free text",
    "description": "free text",
    "zones": "held against the location",
    "availabilityZones": "held against the location",
}


def check(call: Call) -> list[Failure]:
    """Every value that Azure would refuse for its own form, unknowns aside."""
    properties = schema.inputs_of(call.type) or {}
    return [
        Failure(path=path, reason=reason)
        for path, reason in [*_names(call), *_record(call.type, properties, call.inputs, "")]
    ]


def unexplained(type: str, inputs: Mapping[str, Any]) -> list[str]:
    """The paths in ``inputs`` whose values nothing checks and for which the record gives no reason either."""
    properties, record = schema.inputs_of(type) or {}, TYPES[type]
    named = {"resourceGroupName", "location", *(record.path.names if record.path else ())}
    return sorted(
        {
            plain
            for path, shape, value in _leaves(properties, inputs, "")
            for plain in [without_indices(path)]
            if plain not in named
            and not isinstance(shape, Choice)
            and not isinstance(value, bool)
            and not is_reference(value)
            and format_of(type, plain) is None
            and not _bounded(member_of(type, plain))
            and not within(plain, {**_UNCOVERED, **record.uncovered})
        }
    )


def _kind_of(shape: Shape, value: Any) -> Shape:
    """Of several kinds of object the one that has all the properties given; ``schema`` refuses what is of none."""
    if isinstance(shape, Either) and isinstance(value, Mapping):
        for option in shape.options:
            if isinstance(option, Record) and value.keys() <= fields(option.cls).keys():
                return option
    return shape


def format_of(type: str, path: str) -> Format | None:
    """The format of a property, if it has one; of a list, that of each item."""
    return tags if path == "tags" or path.endswith(".tags") else TYPES[type].formats.get(path)


def _bounded(model: Member | None) -> bool:
    return model is not None and bool(set(model.constraints) - {"required", "readonly"})


def _leaves(properties: Mapping[str, Field], value: Mapping[str, Any], path: str) -> Iterator[tuple[str, Shape, Any]]:
    """Every scalar of an object with its path and shape; the entries of a map stay with the map."""
    for name, inner in value.items():
        if name in properties:
            yield from _leaf(properties[name].shape, inner, inside(path, name))


def _leaf(shape: Shape, value: Any, path: str) -> Iterator[tuple[str, Shape, Any]]:
    if value is None or isinstance(value, Unknown):
        return
    shape = _kind_of(shape, value)
    match shape:
        case Record() if isinstance(value, Mapping):
            yield from _leaves(fields(shape.cls), value, path)
        case Items() if isinstance(value, list):
            for item in value:
                yield from _leaf(shape.item, item, path)
        case _:
            yield path, shape, value


def _names(call: Call) -> Iterator[tuple[str, str]]:
    """What is wrong with the parts of the resource's path."""
    path, limits = TYPES[call.type].path, _path_limits(call.type)
    if path is None:
        return
    for name in dict.fromkeys(["resourceGroupName", *path.names]):
        value = call.inputs.get(name)
        if isinstance(value, str):
            found = named_like(limits, name) or (limits.get(_last(limits)) if name == path.name else None) or {}
            yield from ((name, reason) for reason in value_reasons(found, value))


def _path_limits(type: str) -> Mapping[str, Constraints]:
    request = TYPES[type].api
    if request is None:
        return {}
    return path_constraints(request.model.rpartition(".")[0], *request.operation.split("."))


def _last(limits: Mapping[str, Constraints]) -> str:
    """The part of the path that names the resource itself, whatever the API calls it."""
    return next(reversed([name for name in limits if name != "subscriptionId"]), "")


def _record(
    type: str, properties: Mapping[str, Field], value: Mapping[str, Any], path: str
) -> Iterator[tuple[str, str]]:
    for name, inner in value.items():
        if name in properties:
            yield from _value(type, properties[name].shape, inner, inside(path, name))


def _value(type: str, shape: Shape, value: Any, path: str) -> Iterator[tuple[str, str]]:
    if value is None or isinstance(value, Unknown):
        return
    shape = _kind_of(shape, value)
    plain = without_indices(path)
    model = member_of(type, plain)
    if isinstance(value, list):
        if model is not None:
            yield from ((path, reason) for reason in count_reasons(model.constraints, len(value)))
        if isinstance(shape, Items):
            for index, item in enumerate(value):
                yield from _value(type, shape.item, item, f"{path}[{index}]")
        return
    yield from ((path, reason) for reason in _reasons(type, plain, shape, model, value))
    if isinstance(value, Mapping):
        match shape:
            case Record():
                yield from _record(type, fields(shape.cls), value, path)
            case Entries():
                for key, item in value.items():
                    yield from _value(type, shape.item, item, inside(path, key))


def _reasons(type: str, path: str, shape: Shape, model: Member | None, value: Any) -> Iterator[str]:
    format = format_of(type, path)
    if format is not None:
        yield from format(value)
    if isinstance(value, Mapping):
        return
    if isinstance(shape, Choice) and shape.open and isinstance(value, str):
        allowed = list(dict.fromkeys([*map(str, shape.values), *(model.allowed if model else ())]))
        if value not in allowed:
            yield f'"{value}" is not allowed; {among(allowed, value)}'
    if model is not None and not model.type.startswith(("[", "{")):
        yield from value_reasons(model.constraints, value)


@cache
def member_of(type: str, path: str) -> Member | None:
    """The models' own view of a property (``networkProfile.podCidr``, without indices); None where they have none."""
    request = TYPES[type].api
    if request is None:
        return None
    holder, _, property = path.rpartition(".")
    if not holder:
        service, _, model = request.model.rpartition(".")
        return named_like(members(service, model), property)
    outer = member_of(type, holder)
    return None if outer is None or outer.is_map else named_like(members(outer.service, outer.type), property)
