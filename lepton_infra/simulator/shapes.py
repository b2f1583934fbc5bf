"""The SDKs' Python types as shapes: the small grammar that the checks and the invented outputs both walk."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Any, Literal, TypeAlias

import pulumi

# Not public, but the very functions by which the SDK itself translates these classes to and from the wire.
from pulumi import _types

from lepton_infra.simulator.sdk import loading

Kind = Literal["string", "boolean", "integer", "number"]
_SCALARS: Mapping[Any, Kind] = {str: "string", bool: "boolean", int: "integer", float: "number"}
_OF_EVERY_RESOURCE = frozenset({"id", "urn"})


@dataclass(frozen=True)
class Anything:
    """A value that the SDK leaves open."""


@dataclass(frozen=True)
class Scalar:
    """A string, boolean or number."""

    kind: Kind


@dataclass(frozen=True)
class Choice:
    """An enumeration. ``open`` ones are suggestions: the SDK takes any other string too."""

    values: tuple[Any, ...]
    open: bool


@dataclass(frozen=True)
class Items:
    """A list."""

    item: Shape


@dataclass(frozen=True)
class Entries:
    """A map with free keys."""

    item: Shape


@dataclass(frozen=True)
class Record:
    """An object with the properties of an SDK class; see :func:`fields`."""

    cls: type


@dataclass(frozen=True)
class Blob:
    """An asset or an archive."""


@dataclass(frozen=True)
class Either:
    """Any one of several shapes."""

    options: tuple[Shape, ...]


Shape: TypeAlias = "Anything | Scalar | Choice | Items | Entries | Record | Blob | Either"


@dataclass(frozen=True)
class Field:
    """One property of an object: its shape, and whether it may be left out."""

    shape: Shape
    required: bool


@cache
def fields(cls: type) -> Mapping[str, Field]:
    """The properties of an SDK class (inputs, outputs or resource) by wire name."""
    with loading():
        hints = _types._raw_return_hints(cls)
    own = _OF_EVERY_RESOURCE if issubclass(cls, pulumi.Resource) else frozenset()
    return {
        name: Field(shape=shape_of(hint), required=not _optional(hint))
        for name, hint in hints.items()
        if name not in own
    }


def _optional(hint: Any) -> bool:
    inner = typing.get_args(hint)[0] if typing.get_origin(hint) is pulumi.Output else hint
    return bool(_types._is_optional_type(inner))  # type: ignore[no-untyped-call]


def shape_of(hint: Any) -> Shape:
    """The shape of one type annotation; ``Input``, ``Output`` and ``Optional`` around it are taken off."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is pulumi.Output:
        return shape_of(arguments[0])
    if _types._is_union_type(hint):  # type: ignore[no-untyped-call]
        return _union(arguments)
    if origin in (list, Sequence):
        return Items(shape_of(arguments[0]))
    if origin in (dict, Mapping):
        return Entries(shape_of(arguments[1]))
    if origin is Literal:
        return Choice(tuple(arguments), open=False)
    if hint in _SCALARS:
        return Scalar(_SCALARS[hint])
    return _class(hint) if inspect.isclass(hint) else Anything()


def _class(cls: type) -> Shape:
    if issubclass(cls, Enum):
        return Choice(tuple(member.value for member in cls), open=False)
    if issubclass(cls, (pulumi.Asset, pulumi.Archive)):
        return Blob()
    if _types.is_input_type(cls) or _types.is_output_type(cls):
        return Record(cls)
    return Items(Anything()) if cls is list else Entries(Anything()) if cls is dict else Anything()


def _union(arguments: tuple[Any, ...]) -> Shape:
    members = [a for a in arguments if a is not type(None) and not _types._is_plumbing_arg(a)]
    shapes = tuple(dict.fromkeys(shape_of(member) for member in members))
    records = tuple(shape for shape in shapes if isinstance(shape, Record))
    if records:
        # ``InputType[T]`` is ``T | Mapping[str, Any]``: the mapping is T spelt as a plain dictionary.
        shapes = tuple(shape for shape in shapes if shape != Entries(Anything()))
    choice = next((shape for shape in shapes if isinstance(shape, Choice)), None)
    if choice and Scalar("string") in shapes:
        shapes = (Choice(choice.values, open=True), *(s for s in shapes if s not in (choice, Scalar("string"))))
    match shapes:
        case ():
            return Anything()
        case (only,):
            return only
        case _:
            return Either(shapes)
