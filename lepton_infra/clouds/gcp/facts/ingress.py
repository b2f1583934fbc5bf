"""Global load balancers that GKE makes of Gateway and Ingress objects, which terminate TLS in every location.

Names of classes: "GatewayClass capabilities" and "Configure Ingress for external Application Load Balancers", GKE
documentation. Regional ones, and Services, which are passed through to nodes, terminate TLS in the cluster's region.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from lepton_infra.compliance.facts import EVERYWHERE, Facts, Place, Role
from lepton_infra.compliance.facts.data_class import DataClass
from lepton_infra.compliance.graph.graph import UNKNOWN, Graph, Resource, Seen

CLOUD: Final = "gcp"

_GLOBAL_CLASSES: Final = ("gke-l7-global-", "gke-l7-gxlb", "gke-l7-cross-regional-")
_INGRESS_CLASS: Final = "kubernetes.io/ingress.class"


def read(graph: Graph) -> Facts:
    """Places of the global load balancers of Gateways and Ingresses."""
    gateways = (_gateway(each) for each in graph.of("kubernetes:*:Gateway"))
    ingresses = (_ingress(each) for each in graph.of("kubernetes:*:Ingress"))
    return Facts(places=tuple(place for found in (*gateways, *ingresses) for place in found))


def _gateway(gateway: Resource) -> Iterator[Place]:
    path = "spec.gatewayClassName"
    kind = gateway.get(path)
    if kind is UNKNOWN or str(kind).startswith(_GLOBAL_CLASSES):
        yield _edge(gateway, path, known=kind is not UNKNOWN)


def _ingress(ingress: Resource) -> Iterator[Place]:
    """The edge of an Ingress of class ``gce`` or none, which GKE makes global; others have other controllers."""
    annotations = ingress.get("metadata.annotations", {})
    named = annotations.get(_INGRESS_CLASS) if isinstance(annotations, Mapping) else UNKNOWN
    path = "metadata.annotations"
    if named is UNKNOWN:
        yield _edge(ingress, path, known=False)
    elif named == "gce" or (named is None and ingress.get("spec.ingressClassName") is None):
        yield _edge(ingress, path, known=True)


def _edge(resource: Resource, path: str, *, known: bool) -> Place:
    location: Seen[str | None] = resource.says(EVERYWHERE if known else UNKNOWN, path)
    return Place(role=Role.EDGE, cloud=CLOUD, location=location, data_class=DataClass.PERSONAL)
