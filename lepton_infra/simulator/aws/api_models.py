"""AWS's own API models, as botocore carries them: shapes of requests by name, offline."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from botocore.loaders import Loader
from botocore.model import ListShape, MapShape, ServiceModel, Shape, StructureShape

from lepton_infra.simulator.aws.patterns import compiled
from lepton_infra.simulator.formats import among

_NUMBERS: Final = frozenset({"integer", "long", "float", "double"})


@cache
def service(name: str) -> ServiceModel:
    """The newest model of a service (``eks``)."""
    return ServiceModel(Loader().load_service_model(name, "service-2"), name)


@cache
def shape_at(path: str) -> Shape:
    """The shape at ``service.Operation.Member…``: the operation's input, or a member inside it.

    Raises:
        LookupError: if there is no such operation or member.
    """
    name, operation, *members = path.split(".")
    if operation not in service(name).operation_names:
        raise LookupError(f"botocore's model of {name} has no operation {operation}")
    return descend(service(name).operation_model(operation).input_shape, members)


def descend(shape: Shape, members: list[str]) -> Shape:
    """The shape of a member inside a shape; lists on the way are passed through.

    Raises:
        LookupError: if there is no such member.
    """
    for member in members:
        inner = item(shape)
        if not isinstance(inner, StructureShape) or member not in inner.members:
            raise LookupError(f"botocore's shape {shape.name} has no member {member}")
        shape = inner.members[member]
    return shape


def item(shape: Shape) -> Shape:
    """The item shape of a list, however deep; any other shape is returned as it is."""
    while isinstance(shape, ListShape):
        shape = shape.member
    return shape


def members(shape: Shape) -> Mapping[str, Shape]:
    """The members of a structure, or of what a list holds; none of any other shape."""
    inner = item(shape)
    return inner.members if isinstance(inner, StructureShape) else {}


def key_and_value(shape: Shape) -> tuple[Shape, Shape] | None:
    """The shapes of the keys and values of a map, or of a list of ``{Key, Value}`` records, which AWS uses for tags."""
    if isinstance(shape, MapShape):
        return shape.key, shape.value
    inner = item(shape)
    if isinstance(shape, ListShape) and isinstance(inner, StructureShape):
        members = {name.lower().removeprefix("tag"): member for name, member in inner.members.items()}
        if members.keys() == {"key", "value"}:
            return members["key"], members["value"]
    return None


def value_reasons(shape: Shape, value: Any) -> Iterator[str]:
    """Reasons to refuse a scalar, by its shape: enums, patterns, lengths and ranges."""
    if shape.type_name in _NUMBERS:
        yield from _number(shape, value)
    elif shape.type_name == "boolean":
        if isinstance(value, str) and value not in ("true", "false", ""):
            yield f'"{value}" is not allowed; allowed: "true", "false"'
    elif isinstance(value, str) and shape.type_name == "string":
        yield from _text(shape, value)


def count_reasons(shape: Shape, count: int) -> Iterator[str]:
    """Reasons to refuse the size of a list or map. An empty one is never sent, so it has no lower bound."""
    if count and shape.type_name in ("list", "map"):
        yield from _outside(shape, count, f"has {count} items")


def _number(shape: Shape, value: Any) -> Iterator[str]:
    """A number, which the provider may also take as text."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        yield f'"{value}" is not a number'
        return
    yield from _outside(shape, number, f"{value} is out of range")


def _text(shape: Shape, value: str) -> Iterator[str]:
    allowed: list[str] = shape.metadata.get("enum", [])
    if allowed:
        if value not in allowed:
            yield f'"{value}" is not allowed; {among(allowed, value)}'
        return
    yield from _outside(shape, len(value), f"has {len(value)} characters")
    pattern = shape.metadata.get("pattern")
    if pattern and not compiled(pattern).fullmatch(value):
        yield f'"{value}" does not match {pattern}'


def _outside(shape: Shape, amount: float, what: str) -> Iterator[str]:
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if (low is not None and amount < low) or (high is not None and amount > high):
        yield f"{what}; allowed: {_bounds(low, high)}"


def _bounds(low: int | None, high: int | None) -> str:
    if high is None:
        return f"at least {low}"
    return f"at most {high}" if low is None else f"{low} to {high}"
