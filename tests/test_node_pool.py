"""The arithmetic of node pools."""

from __future__ import annotations

import pytest

from lepton_infra.layers.node_pool import Capacity, CapacityKind, baseline_nodes

SPOT, ON_DEMAND, BLOCK = (
    Capacity(kind=kind) for kind in (CapacityKind.SPOT, CapacityKind.ON_DEMAND, CapacityKind.CAPACITY_BLOCK)
)


@pytest.mark.parametrize(
    ("order", "nodes"), [([SPOT], 2), ([ON_DEMAND], 2), ([SPOT, ON_DEMAND], 0), ([BLOCK], 0)], ids=str
)
def test_nodes_are_held_without_pods_only_where_there_is_one_way_of_buying(order: list[Capacity], nodes: int) -> None:
    assert baseline_nodes(order, 2) == nodes
