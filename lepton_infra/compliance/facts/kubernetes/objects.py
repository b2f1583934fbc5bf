"""Kind, name, namespace and labels of a Kubernetes object, some of them not known in a preview."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lepton_infra.compliance.graph.graph import UNKNOWN, Graph, Resource, Unknown

PACKAGE = "kubernetes"


def of(graph: Graph, *kinds: str) -> tuple[Resource, ...]:
    """The objects of these kinds, of any API group and version."""
    return graph.of(*(f"{PACKAGE}:*:{kind}" for kind in kinds))


def kind(resource: Resource) -> str:
    """Kind of an object: the last part of its type."""
    return resource.type.rpartition(":")[2]


def name(resource: Resource) -> str:
    """``metadata.name`` of an object; its logical name where the cluster will choose one."""
    given = resource.get("metadata.name")
    return given if isinstance(given, str) else resource.name


def namespace(graph: Graph, resource: Resource) -> str:
    """Namespace of an object. One that is not known yet is followed to the Namespace that it was made of."""
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
    """Labels of an object, or another mapping of its properties such as annotations."""
    found = resource.get(path, {})
    return found if found is UNKNOWN or isinstance(found, Mapping) else {}


def enabled(value: object) -> bool:
    """True if the value of an annotation or a variable means on: ``true``, ``1``, ``yes`` or ``on``."""
    return str(value).lower() in ("true", "1", "yes", "on")
