"""Google's own API descriptions, as google-api-python-client carries them: schemas and regions, offline."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

Schema = Mapping[str, Any]
"""A piece of a discovery document: a JSON schema, with ``$ref`` and ``format`` in Google's sense."""


@cache
def document(name: str) -> Mapping[str, Any]:
    """The discovery document of an API (``container.v1``).

    Raises:
        LookupError: if there is no such document.
    """
    folder = files("googleapiclient").joinpath("discovery_cache", "documents")
    try:
        text = folder.joinpath(f"{name}.json").read_text(encoding="utf-8")
    except FileNotFoundError:
        raise LookupError(f"google-api-python-client has no discovery document {name}") from None
    read: Mapping[str, Any] = json.loads(text)
    return read


@cache
def regions() -> Sequence[str]:
    """The regions of Compute Engine: the places of its regional endpoints."""
    return tuple(sorted({str(endpoint["location"]) for endpoint in document("compute.v1")["endpoints"]}))


def schema_at(path: str) -> Schema:
    """The schema at ``api#Schema.member…``: a named schema of a document, or a member inside it.

    Raises:
        LookupError: if there is no such schema or member.
    """
    name, _, rest = path.partition("#")
    schema, *members = rest.split(".")
    if schema not in document(name)["schemas"]:
        raise LookupError(f"the discovery document {name} has no schema {schema}")
    return descend(name, document(name)["schemas"][schema], members)


def descend(name: str, schema: Schema, members: Sequence[str]) -> Schema:
    """The schema of a member inside a schema of document ``name``; lists on the way are passed through.

    Raises:
        LookupError: if there is no such member.
    """
    for member in members:
        properties = item(name, schema).get("properties", {})
        if member not in properties:
            raise LookupError(f"a schema of the discovery document {name} has no member {member}")
        schema = resolved(name, properties[member])
    return resolved(name, schema)


def resolved(name: str, schema: Schema) -> Schema:
    """The schema that a ``$ref`` refers to; any other is returned as it is."""
    while "$ref" in schema:
        schema = document(name)["schemas"][schema["$ref"]]
    return schema


def item(name: str, schema: Schema) -> Schema:
    """The schema of a list's items, however deep; any other is returned as it is."""
    schema = resolved(name, schema)
    while schema.get("type") == "array":
        schema = resolved(name, schema["items"])
    return schema


def members(name: str, schema: Schema) -> Mapping[str, Schema]:
    """The members of an object, or of what a list holds; none of any other schema."""
    found: Mapping[str, Schema] = item(name, schema).get("properties", {})
    return found
