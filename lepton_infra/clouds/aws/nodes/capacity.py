"""The capacity order of a pool, as node groups of EKS and priorities of the autoscaler.

EKS has no group that mixes ways of buying, so each entry of the order becomes a group of its own, and the autoscaler's
priority expander walks the groups in order. The place in the order is part of the group's name, because the expander
knows groups by name only.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from lepton_infra.layers.node_pool import Capacity, CapacityKind

CAPACITY_TYPES: Mapping[CapacityKind, str] = {
    CapacityKind.SPOT: "SPOT",
    CapacityKind.ON_DEMAND: "ON_DEMAND",
    CapacityKind.RESERVATION: "ON_DEMAND",
    CapacityKind.CAPACITY_BLOCK: "CAPACITY_BLOCK",
}
"""EKS knows no capacity type for a reservation: it is on-demand capacity that the launch template points at."""

BOUGHT_BEFOREHAND = frozenset({CapacityKind.RESERVATION, CapacityKind.CAPACITY_BLOCK})
"""Kinds that exist in one zone, for one machine type, under an id."""

MAX_ENTRIES = 9
FIRST_PRIORITY = 100


def group_name(pool: str, index: int, capacity: Capacity, immutable: Mapping[str, object]) -> str:
    """The name of the group for the ``index``-th entry of a pool's order.

    It ends in a hash of what EKS cannot change in place, so that such a change makes the new group before the old one
    goes, under a name that is free.
    """
    digest = hashlib.sha256(json.dumps(immutable, sort_keys=True).encode()).hexdigest()[:8]
    return f"{pool}-c{index}-{capacity.kind}-{digest}"


def expander_priorities() -> dict[str, list[str]]:
    """The autoscaler's priorities: first entries of every pool's order before second ones, all before other groups.

    EKS names the scaling group ``eks-<node group>-<uuid>``.
    """
    kinds = "|".join(CapacityKind)
    priorities = {
        str(FIRST_PRIORITY - index): [f"^eks-.+-c{index}-({kinds})-[0-9a-f]{{8}}-[0-9a-f-]{{36}}$"]
        for index in range(MAX_ENTRIES)
    }
    return {**priorities, "1": [".*"]}
