"""What objects in a cluster mean for the rules."""

from __future__ import annotations

from lepton_infra.compliance.facts import Facts
from lepton_infra.compliance.graph import Graph
from lepton_infra.compliance.kubernetes import access, charts, entrances, gateways, namespaces, pods, unread


def read(graph: Graph) -> Facts:
    """What was declared inside clusters."""
    return Facts(
        pods=pods.read(graph),
        namespaces=namespaces.read(graph),
        grants=access.grants(graph),
        credentials=access.credentials(graph),
        listeners=entrances.listeners(graph),
        routes=entrances.routes(graph),
        access_logs=gateways.access_logs(graph),
        charts=charts.read(graph),
        gpu_sharing=charts.gpu_sharing(graph),
        unread=unread.read(graph),
    )
