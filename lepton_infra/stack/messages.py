"""Messages for pydantic's error details; the allowed values come from the JSON schema, the new names of old keys from
``RENAMED``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from pydantic_core import ErrorDetails

from lepton_infra.errors import NOTHING, Problem

MESSAGES: Mapping[str, str] = {
    "missing": "is missing",
    "extra_forbidden": "unknown key",
    "string_type": "must be a string",
    "int_type": "must be a whole number",
    "bool_type": "must be true or false, without quotes",
    "greater_than_equal": "is too small",
    "less_than_equal": "is too large",
    "string_pattern_mismatch": "is not well formed",
    "enum": "is not an allowed value",
    "literal_error": "is not an allowed value",
    "too_short": "has too few entries",
    "too_long": "has too many entries",
    "tuple_type": "must be a list",
    "mapping_type": "must be a mapping of keys to values",
    "is_instance_of": "must be a mapping of keys to values",
    "model_type": "must be a mapping of keys to values",
}

_PROMISES = ("access", "encryption", "retention", "oversight")
_INTERVALS = ("personal", "prompt", "model_artifact", "audit_log", "ai_event", "metrics", "backup")

RENAMED: Mapping[tuple[str, ...], str] = {
    ("models", "scaling", "on"): "metric",
    ("models", "scaling", "holder"): "buffer_requests",
    ("gateway", "clients"): "client_networks",
    ("compliance", "frameworks"): "extra_frameworks",
    ("compliance", "irreversible"): "locked_stores",
    **{("compliance", "retention", data_class, "least"): "min_days" for data_class in _INTERVALS},
    **{("compliance", "retention", data_class, "most"): "max_days" for data_class in _INTERVALS},
    ("cloud", "held"): "attestations",
    **{("cloud", "attestations", promise, "held_by"): "attested_by" for promise in _PROMISES},
    ("cloud", "kubernetes", "offers"): "features",
    ("cloud", "tenant"): "tenant_id",
    ("cloud", "subscription"): "subscription_id",
    ("cloud", "vault_generation"): "vault_name_suffix",
    ("cloud", "key_generation"): "key_ring_suffix",
}
"""Old keys by their path without indices, and what each is called now."""

Schema = Mapping[str, Any]


def field_problems(details: Sequence[ErrorDetails], root: Schema) -> list[Problem]:
    """Pydantic's error details as problems. A key is not reported missing where its old name is given."""
    found = [field_problem(detail, root) for detail in details]
    moved = {(*problem.path[:-1], new) for problem in found if (new := _renamed(problem.path)) is not None}
    return [problem for problem in found if problem.given is not NOTHING or problem.path not in moved]


def field_problem(detail: ErrorDetails, root: Schema) -> Problem:
    """One of pydantic's error details as a problem. ``root`` is the JSON schema of the model that was validated."""
    path, kind, given = detail["loc"], detail["type"], detail["input"]
    message = MESSAGES.get(kind, detail["msg"])
    if kind == "extra_forbidden":
        return _unknown_key(path, given, _node(root, path[:-1]))
    if kind == "string_type" and isinstance(given, int | float) and not isinstance(given, bool):
        message += ", not a number; put it in quotes"
    if kind == "int_type" and isinstance(given, str):
        message += ", without quotes"
    shown = NOTHING if kind == "missing" else given
    return Problem(path=path, given=shown, message=message, allowed=allowed(_node(root, path)))


def allowed(schema: Schema) -> str:
    """The values that a schema allows, in words; empty where there is nothing to say."""
    if "enum" in schema or "const" in schema:
        return ", ".join(map(str, schema.get("enum", [schema.get("const")])))
    if "patternErrorMessage" in schema:
        return str(schema["patternErrorMessage"])
    if schema.get("type") == "integer":
        return _range(schema, "minimum", "maximum")
    if schema.get("type") == "array":
        number = _range(schema, "minItems", "maxItems")
        return f"{number} entries" if number else "a list"
    return ", ".join(schema.get("properties", schema.get("required", ())))


def _range(schema: Schema, least: str, most: str) -> str:
    low, high = schema.get(least), schema.get(most)
    if low is None:
        return ""
    return f"{low} or more" if high is None else f"{low} to {high}"


def _unknown_key(path: tuple[str | int, ...], given: object, parent: Schema) -> Problem:
    keys = list(parent.get("properties", ()))
    new = _renamed(path)
    if new in keys:
        return Problem(path=path, given=given, message=f"has a new name; write {new}")
    near = get_close_matches(str(path[-1]), keys, n=1)
    message = MESSAGES["extra_forbidden"] + (f"; did you mean {near[0]}?" if near else "; remove it")
    return Problem(path=path, given=given, message=message, allowed=", ".join(keys))


def _renamed(path: tuple[str | int, ...]) -> str | None:
    return RENAMED.get(tuple(str(key) for key in path if not isinstance(key, int)))


def _node(root: Schema, path: tuple[str | int, ...]) -> Schema:
    """The part of a schema that describes the value at ``path``; empty where it says nothing."""
    node = _resolved(root, root)
    for key in path:
        inner = node.get("items") if isinstance(key, int) else node.get("properties", {}).get(key)
        node = _resolved(inner or {}, root)
    return node


def _resolved(node: Schema, root: Schema) -> Schema:
    """Without references, and of an optional value the part that is not null."""
    if "$ref" in node:
        return _resolved(root["$defs"][node["$ref"].rpartition("/")[2]], root)
    for option in node.get("anyOf", ()):
        if option.get("type") != "null":
            return _resolved(option, root)
    return node
