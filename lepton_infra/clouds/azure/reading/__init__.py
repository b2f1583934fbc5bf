"""What the resources of Azure mean, in no vendor's words."""

from __future__ import annotations

from lepton_infra.compliance.facts import Facts
from lepton_infra.compliance.graph import Graph

PACKAGE = "azure-native"


def read(graph: Graph) -> Facts:
    """What was declared of Azure."""
    return Facts()
