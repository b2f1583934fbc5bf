"""Build a :class:`Graph` from an exported state, a checkpoint of the file backend or a preview.

Only what the program manages becomes part of the graph. Left out are the stack's own record, what is only read
(``Type.get``) and what waits for its deletion.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from lepton_infra.compliance.graph.graph import UNKNOWN, Graph, Resource
from lepton_infra.engine import signatures

STACK = "pulumi:pulumi:Stack"
_ENGINES_OWN = "__"
"""Prefix of the providers' own book-keeping: ``__defaults``, ``__meta``, ``__internal``."""


class NotReadable(ValueError):
    """Error for a file that is no complete state or preview; the message names the fault and the remedy."""


def deployed(export: Any) -> Graph:
    """The graph of ``pulumi stack export``, or of a checkpoint file; without resources if nothing was ever made.

    A secret is in plain where the state has it so (``--show-secrets``), and UNKNOWN where it is encrypted.

    Raises:
        NotReadable: if ``export`` is neither.
    """
    state = _mapping(export)
    checkpoint = _mapping(state.get("checkpoint"))
    # A checkpoint has no ``latest`` until its stack is deployed, but is always of a stack.
    if "deployment" not in state and not {"stack", "latest"} & checkpoint.keys():
        raise NotReadable("is no state of a stack; make one with: pulumi stack export --file FILE")
    deployment = _mapping(state.get("deployment", checkpoint.get("latest")))
    secrets = _mapping(deployment.get("secrets_providers"))
    address = _mapping(secrets.get("state")).get("url") or secrets.get("type")
    found = graph(_list(deployment.get("resources")), secrets_provider=address or None)
    return replace(found, engine=_mapping(deployment.get("manifest")).get("version") or None)


def previewed(preview: Any) -> Graph:
    """The graph of ``pulumi preview --json --show-sames``. Secrets are UNKNOWN, for it blinds them.

    Raises:
        NotReadable: if ``preview`` is none, has failed or leaves out what stays as it is.
    """
    digest = _mapping(preview)
    if not {"steps", "changeSummary", "diagnostics"} & digest.keys():
        raise NotReadable("is no preview; make one with: pulumi preview --json --show-sames > FILE")
    for diagnostic in map(_mapping, _list(digest.get("diagnostics"))):
        if diagnostic.get("severity") == "error":
            raise NotReadable(f"is of a preview that failed: {str(diagnostic.get('message', '')).strip()}")
    steps = [_mapping(step) for step in _list(digest.get("steps"))]
    same = _mapping(digest.get("changeSummary")).get("same")
    hidden = (same if isinstance(same, int) else 0) - sum(step.get("op") == "same" for step in steps)
    if hidden > 0:
        raise NotReadable(
            f"leaves out {hidden} unchanged resources, which count too; "
            "make it with: pulumi preview --json --show-sames"
        )
    records = {step.get("urn"): step["newState"] for step in steps if step.get("newState")}
    return graph(list(records.values()))


def graph(records: list[Any], secrets_provider: str | None = None) -> Graph:
    """The graph of resource records, as a state and a preview have them.

    Raises:
        NotReadable: if one of them is none.
    """
    found = [_mapping(record) for record in records]
    kept = [each for each in found if not (each.get("delete") or each.get("external") or each.get("type") == STACK)]
    try:
        resources = tuple(map(resource, kept))
        stack = found[0]["urn"].split("::")[0].rpartition(":")[2] if found else ""
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise NotReadable(f"has a resource that is no record of the engine's: {error!r}") from error
    return Graph(resources=resources, stack=stack, secrets_provider=secrets_provider)


def resource(record: Mapping[str, Any]) -> Resource:
    """A :class:`Resource` of one record of a state or a preview."""
    by_property = {name: frozenset(_list(urns)) for name, urns in _mapping(record.get("propertyDependencies")).items()}
    id = plain(record.get("id") or "")
    parent = record.get("parent") or ""
    return Resource(
        urn=record["urn"],
        type=record["type"],
        name=logical_name(record["urn"]),
        inputs=plain(_mapping(record.get("inputs"))),
        outputs=plain(_mapping(record.get("outputs"))),
        id=id if id and id is not UNKNOWN else None,
        custom=bool(record.get("custom")),
        parent=parent if parent and f"::{STACK}::" not in parent else None,
        provider=provider(record.get("provider") or ""),
        protect=bool(record.get("protect")),
        retain_on_delete=bool(record.get("retainOnDelete")),
        depends_on=frozenset(_list(record.get("dependencies"))).union(*by_property.values()),
        property_urns={name: urns for name, urns in by_property.items() if urns},
    )


def logical_name(urn: str) -> str:
    """Logical name in a URN, which may itself hold ``::``."""
    return urn.split("::", 3)[-1]


def provider(reference: str) -> str | None:
    """The URN in a provider reference (``<urn>::<id>``); None for a default one, which is named ``default…``."""
    urn = reference.rpartition("::")[0]
    return urn if urn and not logical_name(urn).startswith("default") else None


def plain(value: Any) -> Any:
    """A property value of the engine's JSON without its signature keys."""
    if isinstance(value, str):
        return UNKNOWN if value in signatures.UNKNOWNS or value == signatures.BLINDED else value
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, Mapping):
        return _marked(value) if signatures.SIGNATURE in value else _members(value)
    return value


def _members(value: Mapping[str, Any]) -> dict[str, Any]:
    return {key: plain(item) for key, item in value.items() if not key.startswith(_ENGINES_OWN)}


def _marked(value: Mapping[str, Any]) -> Any:
    mark = value[signatures.SIGNATURE]
    if mark == signatures.SECRET:
        return plain(json.loads(value["plaintext"])) if "plaintext" in value else plain(value.get("value", UNKNOWN))
    if mark == signatures.OUTPUT_VALUE:
        return plain(value.get("value", UNKNOWN))
    if mark == signatures.RESOURCE_REFERENCE:
        return plain(value.get("id") or value.get("urn"))
    return _members({key: item for key, item in value.items() if key != signatures.SIGNATURE})


def _mapping(value: Any) -> Mapping[str, Any]:
    """The mapping itself; empty where the engine left it out."""
    if not isinstance(value, Mapping | None):
        raise NotReadable(f"holds {type(value).__name__} where the engine writes a mapping")
    return value or {}


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list | None):
        raise NotReadable(f"holds {type(value).__name__} where the engine writes a list")
    return value or []
