"""Facts of a private site's resources: none, for the site makes them itself and states who answers for them.

What runs in its cluster is read by ``compliance.kubernetes``.
"""

from __future__ import annotations

from typing import Final

from lepton_infra.compliance.facts import Facts
from lepton_infra.compliance.graph.graph import Graph

PACKAGE: Final = "private"
"""The package whose resources are read here; there is none."""


def read(graph: Graph) -> Facts:
    """No facts."""
    return Facts()
