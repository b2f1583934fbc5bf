"""What objects in a cluster mean for the rules."""

from __future__ import annotations

from lepton_infra.compliance.facts import Facts
from lepton_infra.compliance.graph import Graph


def read(graph: Graph) -> Facts:
    """What was declared inside clusters."""
    return Facts()
