"""Properties of a resource as the readings ask for them: lists passed through, spans of time, and what it is about."""

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
"""Where types have their labels."""

(DATA_CLASS_LABEL,) = labels({TAG: ""})

NATURE: Mapping[str, DataClass] = {
    **{
        f"gcp:logging/{of}{kind}:{of[0].upper()}{of[1:]}{kind}": DataClass.AUDIT_LOG
        for of in ("project", "folder", "organization", "billingAccount")
        for kind in ("BucketConfig", "Sink", "Settings")
    },
    "gcp:logging/linkedDataset:LinkedDataset": DataClass.AUDIT_LOG,
}
"""What types hold that take no label."""


_SAID = re.compile(rf"\({TAG}: ([a-z_]+)\)")
"""How the description of what takes no label says what it holds."""


def data_class(resource: Resource) -> DataClass:
    """Data class of a resource, by its label or its type; personal data if neither says."""
    for path in LABELS:
        said = resource.get(path)
        if isinstance(said, Mapping) and said.get(DATA_CLASS_LABEL) in set(DataClass):
            return DataClass(said[DATA_CLASS_LABEL])
    described = _SAID.search(str(resource.get("description", "")))
    if described and described[1] in set(DataClass):
        return DataClass(described[1])
    return NATURE.get(resource.type, DataClass.PERSONAL)


def at(resource: Resource, path: str) -> Iterator[Seen[Any]]:
    """Every value at a path (``clusters[].zone``), with its own place in lists; nothing where nothing is set.

    What is UNKNOWN on the way is so at its end.
    """
    for found, value in paths.at(resource.inputs, path):
        yield Seen(value=value, resource=resource, path=found)


def items(value: Any) -> list[Any]:
    """A list as one; none where nothing is set or nothing is known."""
    return list(value) if isinstance(value, list | tuple) else []


def days(text: Any) -> int | Unknown | None:
    """A span such as ``7776000s`` in whole days, rounded up; None where there is none."""
    if text is None or text is UNKNOWN:
        return UNKNOWN if text is UNKNOWN else None
    found = re.fullmatch(r"(\d+)(?:\.\d+)?s?", str(text))
    return -(-int(found[1]) // DAY) if found else UNKNOWN


def guarded(resource: Resource) -> Seen[bool]:
    """True if both Pulumi and the provider refuse a deletion (``deletionPolicy: PREVENT``)."""
    prevented = resource.get("deletionPolicy", "DELETE")
    if not resource.protect or prevented is UNKNOWN:
        return resource.says(UNKNOWN if resource.protect else False, "protect")
    return resource.says(prevented == "PREVENT", "deletionPolicy")


def made_of(graph: Graph, resource: Resource, path: str, *types: str) -> tuple[Resource, ...]:
    """The resources that the value at ``path`` names, where it is known; else those that its property was made of."""
    named = [text for seen in at(resource, path) for text in [seen.value] if isinstance(text, str)]
    if named:
        return tuple(each for each in graph.of(*types) if any(_is(each, text) for text in named))
    if any(seen.value is UNKNOWN for seen in at(resource, path)):
        urns = resource.property_urns.get(paths.root(path), frozenset())
        return tuple(each for each in graph.of(*types) if each.urn in urns)
    return ()


def _is(resource: Resource, text: str) -> bool:
    """Whether ``text`` is what others call a resource: its id, link or name, or a path that ends in one of them."""
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
