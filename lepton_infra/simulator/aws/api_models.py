"""AWS's own API models, as botocore carries them: shapes of requests by name, offline."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from botocore.loaders import Loader
from botocore.model import ListShape, MapShape, ServiceModel, Shape, StructureShape


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
    """What a list holds, however deep; any other shape is returned as it is."""
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
