"""Facts read from Google Cloud resources, by type token and property name. Imports no SDK.

Read ``places.yaml`` first: every type that is known, and every property by which data comes to be at a place.
"""

from __future__ import annotations

from typing import Final

from lepton_infra.clouds.gcp.facts import clusters, continuity, ingress, keys, networks, places, rights, stores, trails
from lepton_infra.compliance.facts import Facts
from lepton_infra.compliance.graph.graph import Graph

PACKAGE: Final = "gcp"
"""The package whose resources are read here."""


def read(graph: Graph) -> Facts:
    """All facts of a graph. What the registry does not know is unread."""
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
