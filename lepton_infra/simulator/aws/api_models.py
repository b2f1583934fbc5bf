"""AWS's own API models, as botocore carries them: shapes of requests by name, offline."""

from __future__ import annotations

from collections.abc import Iterator
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


def named_like(shape: Shape, property: str) -> Shape | None:
    """The member that a property's name means: the same letters, whatever their case, in singular or plural.

    The provider puts repeated blocks in a plural of its own; the APIs do as they like.
    """
    inner = item(shape)
    if not isinstance(inner, StructureShape):
        return None
    wanted = set(_forms(property))
    exact = [member for name, member in inner.members.items() if name.lower() == property.lower()]
    near = [member for name, member in inner.members.items() if wanted & set(_forms(name))]
    return next(iter([*exact, *near]), None)


def _forms(name: str) -> Iterator[str]:
    """A name in small letters as it is, without a plural's ending, and with ``ies`` turned back."""
    small = name.lower()
    yield small
    yield from (small[: -len(ending)] for ending in ("s", "es") if small.endswith(ending))
    if small.endswith("ies"):
        yield f"{small[:-3]}y"


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
