"""Metadata of Kubernetes objects: kinds, names, namespaces, labels; values may be unknown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lepton_infra.compliance.graph.graph import UNKNOWN, Graph, Resource, Unknown

PACKAGE = "kubernetes"


def of(graph: Graph, *kinds: str) -> tuple[Resource, ...]:
    """The objects of these kinds, of any group and version."""
    return graph.of(*(f"{PACKAGE}:*:{kind}" for kind in kinds))


def kind(resource: Resource) -> str:
    """The kind: the last part of its type."""
    return resource.type.rpartition(":")[2]


def name(resource: Resource) -> str:
    """Name of an object in the cluster; its logical name where the cluster will choose one."""
    given = resource.get("metadata.name")
    return given if isinstance(given, str) else resource.name


def namespace(graph: Graph, resource: Resource) -> str:
    """The namespace that it is in. One that is not known yet is followed to the namespace that it was made of."""
    given = resource.get("metadata.namespace")
    if isinstance(given, str):
        return given
    made_of = [each for each in graph.refers(resource, "metadata", f"{PACKAGE}:core/v1:Namespace")]
    if given is UNKNOWN and len(made_of) == 1:
        return name(made_of[0])
    provider = graph.by_urn.get(resource.provider or "")
    default = provider.get("namespace", "default") if provider else "default"
    return "" if UNKNOWN in (given, default) else str(default)


def labels(resource: Resource, path: str = "metadata.labels") -> Mapping[str, Any] | Unknown:
    """Labels or annotations."""
    found = resource.get(path, {})
    return found if found is UNKNOWN or isinstance(found, Mapping) else {}


def enabled(value: object) -> bool:
    """True if a switch is on, as a program or an annotation writes it."""
    return str(value).lower() in ("true", "1", "yes", "on")
