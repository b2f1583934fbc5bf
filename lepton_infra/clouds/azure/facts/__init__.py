"""Azure's resources as vendor-neutral ``Facts``.

``declared`` finds resources and the ones they refer to, ``places`` the locations of data (``places.yaml`` lists the
properties), the other modules make the facts of each kind of resource. No SDK is imported.
"""

from __future__ import annotations

from lepton_infra.clouds.azure.facts import (
    clusters,
    continuity,
    keys,
    networks,
    places,
    rights,
    stores,
    trails,
)
from lepton_infra.clouds.azure.facts.declared import PACKAGE, Azure, kind
from lepton_infra.compliance.facts import Facts
from lepton_infra.compliance.graph.graph import Graph

__all__ = ["PACKAGE", "read"]


def read(graph: Graph) -> Facts:
    """Facts of a graph's Azure resources; kinds not known here that could hold or carry data are in ``unread``."""
    azure = Azure(graph)
    return Facts(
        places=tuple(places.places(azure)),
        stores=tuple(stores.stores(azure)),
        keys=tuple(keys.keys(azure)),
        clusters=tuple(clusters.clusters(azure)),
        nodes=tuple(clusters.nodes(azure)),
        networks=tuple(networks.networks(azure)),
        openings=tuple(networks.openings(azure)),
        listeners=tuple(networks.listeners(azure)),
        grants=tuple(rights.grants(azure)),
        trails=tuple(trails.trails(azure)),
        alert_routes=tuple(trails.alert_routes(azure)),
        alerts=tuple(trails.alerts(azure)),
        break_glass=tuple(rights.break_glass(azure)),
        backups=tuple(continuity.backups(azure)),
        detections=tuple(trails.detections(azure)),
        organization_policies=tuple(rights.organization_policies(azure)),
        credentials=tuple(rights.credentials(azure)),
        unread=tuple(each for each in azure if not _is_read(kind(each))),
    )


def _is_read(name: str) -> bool:
    return places.REGISTRY.knows(name) or name in _READ_ELSEWHERE


_READ_ELSEWHERE = frozenset({*stores.KINDS, *clusters.KINDS, *networks.KINDS})
