"""Testing kit: run a Pulumi program on strict mocks and look at what it declared.

    region = declared(lambda: MyRegion("eu-west"), stack="eu-west")
    assert all(bucket.protect for bucket in region.of("*:Bucket"))

Every registration passes the checks of the embedded clouds, so what a real engine would refuse fails the test. The
names load on first use: a pytest run that does not use them imports no Pulumi.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lepton_infra.testing.graph import Declared as Declared
    from lepton_infra.testing.graph import Graph as Graph
    from lepton_infra.testing.graph import Invocation as Invocation
    from lepton_infra.testing.monitor import Rejected as Rejected
    from lepton_infra.testing.program import declared as declared

_HOME = {"Declared": "graph", "Graph": "graph", "Invocation": "graph", "Rejected": "monitor", "declared": "program"}

__all__ = ["Declared", "Graph", "Invocation", "Rejected", "declared"]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
