"""Typed checks of a resource's inputs against the SDK's own types, to any depth, all failures at once.

Stricter than the engine and the real bridged providers on purpose: those turn a number into a string, so that an
unquoted version ``1.30`` becomes ``"1.3"``; here it is a failure. What may be unknown is never judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from lepton_infra.engine.signatures import ARCHIVE, ASSET, SIGNATURE
from lepton_infra.simulator import sdk
from lepton_infra.simulator.behaviour import UNKNOWN, Failure, Unknown
from lepton_infra.simulator.shapes import (
    Anything,
    Blob,
    Choice,
    Either,
    Entries,
    Field,
    Items,
    Kind,
    Record,
    Scalar,
    Shape,
    fields,
)

_LISTED = 12
_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_OBJECT_META = "kubernetes:core/v1:ConfigMap"


def inputs_of(type: str) -> Mapping[str, Field] | None:
    """The inputs of a resource type by wire name; ``None`` for a custom resource, whose schema no SDK knows.

    Raises:
        sdk.UnknownType: if the SDK has no such type.
    """
    if _is_custom(type):
        return None
    return fields(sdk.args_class(sdk.resource_class(type)))


def outputs_of(type: str) -> Mapping[str, Field] | None:
    """The outputs of a resource type by wire name, without ``id`` and ``urn``; ``None`` for a custom resource."""
    return None if _is_custom(type) else fields(sdk.resource_class(type))


def check(type: str, inputs: Mapping[str, Any]) -> list[Failure]:
    """Everything that is wrong with the names and kinds of ``inputs``, at any depth.

    Raises:
        sdk.UnknownType: if the SDK has no such type.
    """
    properties = inputs_of(type)
    if properties is None:
        return list(_custom(inputs))
    return list(misfits(properties, inputs))


def without(inputs: Mapping[str, Any], failures: Iterable[Failure]) -> dict[str, Any]:
    """``inputs`` with ``UNKNOWN`` at the path of each failure, so that value checks can judge the rest.

    A missing property is there afterwards, as an unknown one.
    """
    failed = {failure.path for failure in failures}
    names: dict[str, list[str]] = {}
    for path in failed:
        parent, _, name = path.rpartition(".")
        if _PLAIN_KEY.fullmatch(name):
            names.setdefault(parent, []).append(name)

    def blank(value: Any, path: str) -> Any:
        if path in failed:
            return UNKNOWN
        match value:
            case Mapping():
                members = {key: blank(item, member(path, key)) for key, item in value.items()}
                return {**members, **dict.fromkeys(names.get(path, ()), UNKNOWN)}
            case list():
                return [blank(item, f"{path}[{index}]") for index, item in enumerate(value)]
            case _:
                return value

    blanked: dict[str, Any] = blank(inputs, "")
    return blanked


def member(path: str, key: str) -> str:
    """The path of an object's member, in Pulumi's form: ``a.b``, or ``a["b.c"]`` where the key is no plain name."""
    if not _PLAIN_KEY.fullmatch(key):
        return f'{path}["{key}"]'
    return f"{path}.{key}" if path else key


def _is_custom(type: str) -> bool:
    """Whether this is an object of an API group that the Kubernetes SDK does not know, such as a CRD's."""
    package, module, _ = type.split(":", 2) if type.count(":") == 2 else ("", "", "")
    return package == "kubernetes" and not any(
        token.startswith(f"kubernetes:{module}:") for token in sdk.tokens("kubernetes")
    )


def _custom(inputs: Mapping[str, Any]) -> Iterator[Failure]:
    for key in ("apiVersion", "kind"):
        yield from _value(Scalar("string"), inputs[key], key) if key in inputs else [_missing(key)]
    metadata = fields(sdk.args_class(sdk.resource_class(_OBJECT_META)))["metadata"]
    if "metadata" in inputs:
        yield from _value(metadata.shape, inputs["metadata"], "metadata")


def _missing(path: str) -> Failure:
    return Failure(path=path, reason=f"missing required property '{path.rpartition('.')[2]}'")


def misfits(properties: Mapping[str, Field], value: Mapping[str, Any], path: str = "") -> Iterator[Failure]:
    """Failures of an object against these properties. Names that begin with two underscores are the engine's own."""
    for key, item in value.items():
        if key in properties:
            if item is not None:
                yield from _value(properties[key].shape, item, member(path, key))
        elif not key.startswith("__"):
            yield Failure(path=member(path, key), reason=_unknown_name(key, properties))
    for key, field in properties.items():
        if field.required and value.get(key) is None:
            yield _missing(member(path, key))


def _unknown_name(key: str, properties: Mapping[str, Field]) -> str:
    folded = {name.lower(): name for name in properties}
    near = get_close_matches(key.replace("_", "").lower(), folded, n=1, cutoff=0.6)
    if near:
        return f"unknown property '{key}'; did you mean '{folded[near[0]]}'?"
    return f"unknown property '{key}'; allowed: {_some(sorted(properties))}"


def _value(shape: Shape, value: Any, path: str) -> Iterator[Failure]:
    if isinstance(value, Unknown):
        return
    match shape:
        case Record() if isinstance(value, Mapping):
            yield from misfits(fields(shape.cls), value, path)
        case Items() if isinstance(value, list):
            for index, item in enumerate(value):
                yield from _value(shape.item, item, f"{path}[{index}]")
        case Entries() if isinstance(value, Mapping):
            for key, item in value.items():
                yield from _value(shape.item, item, member(path, key))
        case Choice():
            yield from _choice(shape, value, path)
        case Either():
            yield from _either(shape, value, path)
        case _ if not _fits(shape, value):
            yield Failure(path=path, reason=f"expected {_expected(shape)}, got {_given(value)}{_hint(shape, value)}")


def _fits(shape: Shape, value: Any) -> bool:
    match shape:
        case Anything():
            return True
        case Scalar("string"):
            return isinstance(value, str)
        case Scalar("boolean"):
            return isinstance(value, bool)
        case Scalar("integer"):
            return isinstance(value, int) and not isinstance(value, bool)
        case Scalar("number"):
            return isinstance(value, (int, float)) and not isinstance(value, bool)
        case Blob():
            return isinstance(value, Mapping) and value.get(SIGNATURE) in (ASSET, ARCHIVE)
        case _:
            return False


def _choice(shape: Choice, value: Any, path: str) -> Iterator[Failure]:
    kinds = {type(allowed) for allowed in shape.values}
    if type(value) not in kinds:
        yield Failure(path=path, reason=f"expected one of {_some(shape.values)}, got {_given(value)}")
    elif value not in shape.values and not shape.open:
        near = get_close_matches(str(value), map(str, shape.values), n=1)
        hint = f"; did you mean '{near[0]}'?" if near else ""
        yield Failure(path=path, reason=f"'{value}' is not allowed{hint}; allowed: {_some(shape.values)}")


def _either(shape: Either, value: Any, path: str) -> Iterator[Failure]:
    attempts = [(option, list(_value(option, value, path))) for option in shape.options]
    if any(not failures for _, failures in attempts):
        return
    inside = [failures for _, failures in attempts if all(failure.path != path for failure in failures)]
    if inside:
        yield from min(inside, key=len)
    else:
        expected = " or ".join(dict.fromkeys(_expected(option) for option in shape.options))
        yield Failure(path=path, reason=f"expected {expected}, got {_given(value)}")


_KINDS: Mapping[Kind, str] = {
    "string": "a string",
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
}


def _expected(shape: Shape) -> str:
    match shape:
        case Scalar():
            return _KINDS[shape.kind]
        case Choice():
            return f"one of {_some(shape.values)}"
        case Items():
            return "a list"
        case Entries():
            return "a map"
        case Record():
            return f"an object with {_some(sorted(fields(shape.cls)))}"
        case Blob():
            return "an asset or archive"
        case _:
            return "another value"


def _given(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case int() | float():
            return f"the number {value}"
        case str():
            return f"the string '{value}'"
        case list():
            return "a list"
        case _:
            return "an object"


def _hint(shape: Shape, value: Any) -> str:
    match shape, value:
        case Scalar("string"), bool() | int() | float():
            return "; write it in quotes"
        case Scalar("boolean"), "true" | "false":
            return "; write it without quotes"
        case Items(), str():
            return "; put it in a list"
        case _:
            return ""


def _some(values: Iterable[Any]) -> str:
    shown = [str(value) for value in values]
    more = len(shown) - _LISTED
    return ", ".join(shown[:_LISTED]) + (f" and {more} more" if more > 0 else "")
