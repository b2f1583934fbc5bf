from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from lepton_infra.clouds.gcp.nodes import capacity
from lepton_infra.clouds.gcp.nodes.capacity import Buying
from lepton_infra.layers.node_pool import Capacity, CapacityKind

SPOT, ON_DEMAND = CapacityKind.SPOT, CapacityKind.ON_DEMAND
RESERVATION, BLOCK = CapacityKind.RESERVATION, CapacityKind.CAPACITY_BLOCK
IMMUTABLE: Mapping[str, object] = {"machine": "g2-standard-4", "capacity": ["spot", None]}


@pytest.mark.parametrize(
    ("order", "walked"),
    [
        ([SPOT], True),
        ([SPOT, ON_DEMAND], True),
        ([RESERVATION, RESERVATION, SPOT, ON_DEMAND], True),
        ([BLOCK], True),
        ([ON_DEMAND, SPOT], False),
        ([SPOT, RESERVATION], False),
    ],
    ids=str,
)
def test_the_autoscaler_walks_from_cheap_to_dear(order: list[CapacityKind], walked: bool) -> None:
    assert capacity.walkable(order) is walked


def test_every_kind_has_a_rank() -> None:
    assert set(capacity.RANK) == set(CapacityKind)


@pytest.mark.parametrize(
    ("entry", "flex_start", "buying"),
    [
        (Capacity(kind=SPOT), False, Buying(spot=True)),
        (Capacity(kind=SPOT), True, Buying(spot=True)),
        (Capacity(kind=ON_DEMAND), False, Buying()),
        (Capacity(kind=ON_DEMAND), True, Buying(flex_start=True)),
        (Capacity(kind=RESERVATION, id="gpus"), False, Buying(reservation="gpus")),
        (Capacity(kind=BLOCK, id="week"), True, Buying(reservation="week")),
    ],
    ids=str,
)
def test_a_way_of_buying_is_spot_or_flex_start_or_reserved(entry: Capacity, flex_start: bool, buying: Buying) -> None:
    assert capacity.buying(entry, flex_start=flex_start) == buying


def test_a_pool_is_named_anew_when_what_cannot_change_in_place_changes() -> None:
    name = capacity.pool_name("l4", 0, IMMUTABLE)
    assert re.fullmatch(r"l4-c0-[0-9a-f]{8}", name)
    assert capacity.pool_name("l4", 0, dict(sorted(IMMUTABLE.items(), reverse=True))) == name
    assert capacity.pool_name("l4", 0, {**IMMUTABLE, "machine": "g2-standard-8"}) != name
    assert len(capacity.pool_name("a" * 20, 8, IMMUTABLE)) <= 40
