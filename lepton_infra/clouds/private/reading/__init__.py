"""What the resources of a private site mean, in no vendor's words."""

from __future__ import annotations

from lepton_infra.compliance.facts import Facts
from lepton_infra.compliance.graph import Graph

PACKAGE = ""


def read(graph: Graph) -> Facts:
    """What was declared of a private site."""
    return Facts()
