"""The capacity order, as groups and priorities."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from lepton_infra.clouds.aws.nodes import capacity
from lepton_infra.layers.node_pool import Capacity, CapacityKind

SPOT, ON_DEMAND, BLOCK = (
    Capacity(kind=kind) for kind in (CapacityKind.SPOT, CapacityKind.ON_DEMAND, CapacityKind.CAPACITY_BLOCK)
)
IMMUTABLE: Mapping[str, object] = {"machines": ["g6.xlarge"], "zones": ["us-east-1a"]}


def priority(scaling_group: str) -> int:
    """What the priority expander makes of a group: the highest priority that has a pattern for it."""
    matching = [
        int(level)
        for level, patterns in capacity.expander_priorities().items()
        if any(re.search(pattern, scaling_group) for pattern in patterns)
    ]
    return max(matching)


def scaling_group(node_group: str) -> str:
    return f"eks-{node_group}-5ac2b1de-3f7e-4a52-9b06-0c1d2e3f4a5b"


def test_every_kind_has_a_capacity_type_of_eks(enum: Callable[[str, str], set[str]]) -> None:
    assert set(capacity.CAPACITY_TYPES) == set(CapacityKind)
    assert set(capacity.CAPACITY_TYPES.values()) <= enum("eks", "CapacityTypes")


def test_the_autoscaler_walks_the_order() -> None:
    order = [SPOT, ON_DEMAND, BLOCK]
    priorities = [
        priority(scaling_group(capacity.group_name("l4", index, entry, IMMUTABLE))) for index, entry in enumerate(order)
    ]
    assert priorities == sorted(priorities, reverse=True)
    assert len(set(priorities)) == len(order)


def test_first_entries_of_all_pools_are_equal() -> None:
    l4 = scaling_group(capacity.group_name("l4", 0, SPOT, IMMUTABLE))
    h100 = scaling_group(capacity.group_name("h100", 0, ON_DEMAND, IMMUTABLE))
    assert priority(l4) == priority(h100)


def test_a_pool_that_is_named_like_an_entry_changes_no_priority() -> None:
    name = capacity.group_name("a-c0-spot-deadbeef", 1, ON_DEMAND, IMMUTABLE)
    assert priority(scaling_group(name)) == capacity.FIRST_PRIORITY - 1


def test_a_group_that_is_not_ours_comes_last() -> None:
    assert priority("somebody-elses") == 1


def test_a_group_is_named_anew_when_what_cannot_change_in_place_changes() -> None:
    name = capacity.group_name("l4", 0, SPOT, IMMUTABLE)
    assert re.fullmatch(r"l4-c0-spot-[0-9a-f]{8}", name)
    assert capacity.group_name("l4", 0, SPOT, dict(sorted(IMMUTABLE.items(), reverse=True))) == name
    assert capacity.group_name("l4", 0, SPOT, {**IMMUTABLE, "zones": ["us-east-1b"]}) != name
