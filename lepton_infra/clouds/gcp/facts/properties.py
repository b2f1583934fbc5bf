"""Queries of a resource's properties: values at paths, durations in days, data class, references."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from lepton_infra.clouds.gcp.labels import labels
from lepton_infra.compliance.facts.data_class import TAG, DataClass
from lepton_infra.compliance.graph import paths
from lepton_infra.compliance.graph.graph import UNKNOWN, Graph, Resource, Seen, Unknown

DAY = 86400
"""Seconds."""

LABELS = ("labels", "resourceLabels", "userLabels", "settings.userLabels")
"""Properties with a resource's labels, by type."""

(DATA_CLASS_LABEL,) = labels({TAG: ""})

NATURE: Mapping[str, DataClass] = {
    **{
        f"gcp:logging/{of}{kind}:{of[0].upper()}{of[1:]}{kind}": DataClass.AUDIT_LOG
        for of in ("project", "folder", "organization", "billingAccount")
        for kind in ("BucketConfig", "Sink", "Settings")
    },
    "gcp:logging/linkedDataset:LinkedDataset": DataClass.AUDIT_LOG,
}
"""Data class of types that take no label."""


_SAID = re.compile(rf"\({TAG}: ([a-z_]+)\)")
"""Data class in the description of a resource that takes no label."""


def data_class(resource: Resource) -> DataClass:
    """Data class by the resource's label or description, or by its type; else personal data."""
    for path in LABELS:
        said = resource.get(path)
        if isinstance(said, Mapping) and said.get(DATA_CLASS_LABEL) in set(DataClass):
            return DataClass(said[DATA_CLASS_LABEL])
    described = _SAID.search(str(resource.get("description", "")))
    if described and described[1] in set(DataClass):
        return DataClass(described[1])
    return NATURE.get(resource.type, DataClass.PERSONAL)


def at(resource: Resource, path: str) -> Iterator[Seen[Any]]:
    """Every value at a path (``clusters[].zone``), each with its indices in lists; none if the path is not set.

    An UNKNOWN on the way makes the value UNKNOWN.
    """
    for found, value in paths.at(resource.inputs, path):
        yield Seen(value=value, resource=resource, path=found)


def items(value: Any) -> list[Any]:
    """A list or tuple as a list; empty for any other value, unset or unknown."""
    return list(value) if isinstance(value, list | tuple) else []


def days(text: Any) -> int | Unknown | None:
    """A duration such as ``7776000s`` in whole days, rounded up; None if it is not set."""
    if text is None or text is UNKNOWN:
        return UNKNOWN if text is UNKNOWN else None
    found = re.fullmatch(r"(\d+)(?:\.\d+)?s?", str(text))
    return -(-int(found[1]) // DAY) if found else UNKNOWN


def guarded(resource: Resource) -> Seen[bool]:
    """True if both Pulumi (``protect``) and the provider (``deletionPolicy: PREVENT``) refuse a deletion."""
    prevented = resource.get("deletionPolicy", "DELETE")
    if not resource.protect or prevented is UNKNOWN:
        return resource.says(UNKNOWN if resource.protect else False, "protect")
    return resource.says(prevented == "PREVENT", "deletionPolicy")


def made_of(graph: Graph, resource: Resource, path: str, *types: str) -> tuple[Resource, ...]:
    """Resources that the value at ``path`` refers to; if it is unknown, those whose outputs make its property."""
    named = [text for seen in at(resource, path) for text in [seen.value] if isinstance(text, str)]
    if named:
        return tuple(each for each in graph.of(*types) if any(_is(each, text) for text in named))
    if any(seen.value is UNKNOWN for seen in at(resource, path)):
        urns = resource.property_urns.get(paths.root(path), frozenset())
        return tuple(each for each in graph.of(*types) if each.urn in urns)
    return ()


def _is(resource: Resource, text: str) -> bool:
    """True if ``text`` refers to a resource: by its id, self link or name, or by a path that ends in one of them."""
    keys = ("id", "name", "bucketId", "datasetId", "tableId", "repositoryId", "backupVaultId", "backupPlanId")
    known = [resource.id, resource.outputs.get("selfLink"), resource.outputs.get("name")]
    known += [resource.inputs.get(key) for key in keys]
    plain = text.split("?")[0]
    return any(
        isinstance(name, str)
        and name
        and (plain == name or plain.endswith(f"/{name}") or ("/" in plain and name.endswith(f"/{plain}")))
        for name in known
    )
