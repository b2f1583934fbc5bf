"""Property values between the engine's wire (protobuf ``Struct``) and plain Python.

On the wire a special value is an object with a signature key, and an unknown is one magic string. In Python they are
``Secret`` and ``UNKNOWN``; assets and archives stay the objects that they are on the wire, output values lose their
dependencies (the engine tracks those itself). A resource reference becomes the resource's id.

Whole numbers become ``int``: the wire knows only floats.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, cast

from google.protobuf.struct_pb2 import ListValue, Struct, Value

from lepton_infra.engine.signatures import OUTPUT_VALUE, RESOURCE_REFERENCE, SECRET, SIGNATURE, UNKNOWN_TEXT, UNKNOWNS
from lepton_infra.simulator.behaviour import UNKNOWN, Secret, Unknown

_SECRET_TEXT_LENGTH: Final = 8


def from_wire(struct: Struct) -> dict[str, Any]:
    """Plain properties of a request."""
    return {key: _from_value(value) for key, value in struct.fields.items()}


def _from_value(value: Value) -> Any:
    match value.WhichOneof("kind"):
        case "struct_value":
            return _from_object(value.struct_value)
        case "list_value":
            return [_from_value(item) for item in value.list_value.values]
        case "string_value":
            return UNKNOWN if value.string_value in UNKNOWNS else value.string_value
        case "number_value":
            number = value.number_value
            return int(number) if number.is_integer() else number
        case "bool_value":
            return value.bool_value
        case _:
            return None


def _from_object(struct: Struct) -> Any:
    plain = {key: _from_value(value) for key, value in struct.fields.items()}
    match plain.get(SIGNATURE):
        case signature if signature == SECRET:
            return Secret(plain.get("value"))
        case signature if signature == OUTPUT_VALUE:
            inner = plain.get("value", UNKNOWN)
            return Secret(inner) if plain.get("secret") else inner
        case signature if signature == RESOURCE_REFERENCE:
            return plain.get("id") or plain.get("urn")
        case _:
            return plain


def to_wire(properties: Mapping[str, Any]) -> Struct:
    """Properties of a response. ``None`` values are left out, as the engine's own clients do."""
    struct = Struct()
    for key, value in properties.items():
        if value is not None:
            struct.fields[key].CopyFrom(_to_value(value))
    return struct


def _to_value(value: Any) -> Value:
    match value:
        case Unknown():
            return Value(string_value=UNKNOWN_TEXT)
        case Secret():
            return Value(struct_value=to_wire({SIGNATURE: SECRET, "value": value.value}))
        case bool():
            return Value(bool_value=value)
        case int() | float():
            return Value(number_value=float(value))
        case str():
            return Value(string_value=value)
        case Mapping():
            return Value(struct_value=to_wire(value))
        case list() | tuple():
            return Value(list_value=ListValue(values=[_to_value(item) for item in value]))
        case None:
            return Value(null_value=cast(Any, 0))
        case _:
            raise TypeError(f"{type(value).__name__} is not a property value")


def has_unknown(value: Any) -> bool:
    """True if any part of a value is not known yet."""
    match value:
        case Unknown():
            return True
        case Secret():
            return has_unknown(value.value)
        case Mapping():
            return any(map(has_unknown, value.values()))
        case list() | tuple():
            return any(map(has_unknown, value))
        case _:
            return False


def has_secret(value: Any) -> bool:
    """True if any part of a value is secret."""
    match value:
        case Secret():
            return True
        case Mapping():
            return any(map(has_secret, value.values()))
        case list() | tuple():
            return any(map(has_secret, value))
        case _:
            return False


def reveal(value: Any) -> Any:
    """The value without its ``Secret`` wrappers."""
    match value:
        case Secret():
            return reveal(value.value)
        case Mapping():
            return {key: reveal(item) for key, item in value.items()}
        case list() | tuple():
            return [reveal(item) for item in value]
        case _:
            return value


def known(value: Any) -> Any:
    """The value without its unknown parts: unknown members and items are left out."""
    match value:
        case Mapping():
            return {key: known(item) for key, item in value.items() if not isinstance(item, Unknown)}
        case list():
            return [known(item) for item in value if not isinstance(item, Unknown)]
        case _:
            return value


def conceal(outputs: Mapping[str, Any], *sources: Mapping[str, Any]) -> dict[str, Any]:
    """``outputs`` with everything wrapped that echoes a secret of ``sources``.

    That is what stands at the same path as a secret, and any text that contains a secret text of eight characters or
    more, such as a connection string.
    """
    texts = {text for source in sources for text in _secret_texts(source)}
    concealed = {key: _conceal_texts(value, texts) for key, value in outputs.items()}
    for source in sources:
        concealed = _conceal_paths(concealed, source)
    return concealed


def conceal_like(value: Mapping[str, Any], source: Mapping[str, Any]) -> dict[str, Any]:
    """``value`` with the parts wrapped that are secret in ``source`` at the same path, and no others."""
    wrapped: dict[str, Any] = _conceal_paths(dict(value), source)
    return wrapped


def _conceal_paths(value: Any, source: Any) -> Any:
    if isinstance(value, Secret) or not has_secret(source):
        return value
    match value, source:
        case dict(), Mapping():
            return {key: _conceal_paths(item, source[key]) if key in source else item for key, item in value.items()}
        case list(), list() if len(value) == len(source):
            return [_conceal_paths(item, other) for item, other in zip(value, source, strict=True)]
        case _:
            return value if value is None else Secret(reveal(value))


def _conceal_texts(value: Any, texts: set[str]) -> Any:
    match value:
        case str() if any(text in value for text in texts):
            return Secret(value)
        case Mapping():
            return {key: _conceal_texts(item, texts) for key, item in value.items()}
        case list():
            return [_conceal_texts(item, texts) for item in value]
        case _:
            return value


def _secret_texts(value: Any, *, secret: bool = False) -> Iterator[str]:
    match value:
        case Secret():
            yield from _secret_texts(value.value, secret=True)
        case Mapping():
            for item in value.values():
                yield from _secret_texts(item, secret=secret)
        case list():
            for item in value:
                yield from _secret_texts(item, secret=secret)
        case str() if secret and len(value) >= _SECRET_TEXT_LENGTH:
            yield value
        case _:
            return
