"""Google Cloud's resources as vendor-neutral ``Facts``. Imports no SDK.

Read ``places.yaml`` first: every known type, and every property that determines a location of data.
"""

from __future__ import annotations

from typing import Final

from lepton_infra.clouds.gcp.facts import clusters, continuity, ingress, keys, networks, places, rights, stores, trails
from lepton_infra.compliance.facts import Facts
from lepton_infra.compliance.graph.graph import Graph

PACKAGE: Final = "gcp"
"""Pulumi package of the resources."""


def read(graph: Graph) -> Facts:
    """Facts of a graph's Google Cloud resources; types that ``places.yaml`` does not list are in ``unread``."""
    facts = Facts(
        unread=tuple(
            each
            for each in graph
            if each.custom and each.package == PACKAGE and not each.is_provider and not places.REGISTRY.knows(each.type)
        )
    )
    for part in (places, ingress, stores, keys, clusters, networks, rights, trails, continuity):
        facts += part.read(graph)
    return facts
