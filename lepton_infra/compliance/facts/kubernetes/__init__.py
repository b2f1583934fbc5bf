"""Facts read from the Kubernetes objects of a resource graph."""

from __future__ import annotations

from lepton_infra.compliance.facts import Facts
from lepton_infra.compliance.facts.kubernetes import (
    access,
    charts,
    gateways,
    ingress,
    namespaces,
    pods,
    unsupported_kinds,
)
from lepton_infra.compliance.graph.graph import Graph


def read(graph: Graph) -> Facts:
    """Facts about all Kubernetes objects of a graph."""
    return Facts(
        pods=pods.read(graph),
        namespaces=namespaces.read(graph),
        grants=access.grants(graph),
        credentials=access.credentials(graph),
        listeners=ingress.listeners(graph),
        routes=ingress.routes(graph),
        access_logs=gateways.access_logs(graph),
        charts=charts.read(graph),
        gpu_sharing=charts.gpu_sharing(graph),
        unread=unsupported_kinds.read(graph),
    )
