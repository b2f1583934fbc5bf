"""Capacity kinds of GKE node pools (Spot VMs, reservations, flex-start), and the pools' names.

A GKE node pool buys in one way, so each entry of a pool's capacity order becomes a node pool of its own. GKE's
autoscaler has no setting for an order: it takes the cheapest pool that fits, Spot VMs at their lower price, and looks
for reserved machines first ("About GKE cluster autoscaling", GKE documentation). So an order is possible only from
cheap to dear, which ``validation`` demands.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lepton_infra.layers.node_pool import Capacity, CapacityKind

RANK: Mapping[CapacityKind, int] = {
    CapacityKind.CAPACITY_BLOCK: 0,
    CapacityKind.RESERVATION: 0,
    CapacityKind.SPOT: 1,
    CapacityKind.ON_DEMAND: 2,
}
"""Rank by price of the next machine: reserved machines are paid for already. A block of capacity is a reservation in
calendar mode."""


@dataclass(frozen=True, kw_only=True)
class Buying:
    """Provisioning model of a GKE node pool: Spot, flex-start, a reservation, or none of them for on demand.

    ``flex_start`` asks the Dynamic Workload Scheduler, which gives machines when it has them and takes them back after
    seven days. ``reservation`` is the name of the reservation that they must come from.
    """

    spot: bool = False
    flex_start: bool = False
    reservation: str | None = None


def buying(capacity: Capacity, *, flex_start: bool) -> Buying:
    """Provisioning model of one entry of a capacity order; ``flex_start`` replaces on demand by flex-start."""
    return Buying(
        spot=capacity.kind is CapacityKind.SPOT,
        flex_start=flex_start and capacity.kind is CapacityKind.ON_DEMAND,
        reservation=capacity.id,
    )


def walkable(order: Sequence[CapacityKind]) -> bool:
    """True if a capacity order goes from cheap to dear, the order in which GKE's autoscaler looks for machines."""
    ranks = [RANK[kind] for kind in order]
    return ranks == sorted(ranks)


def pool_name(pool: str, index: int, immutable: Mapping[str, object]) -> str:
    """Name of the GKE node pool for the ``index``-th entry of a pool's order: at most 32 characters (GKE allows 40).

    It ends in a hash of the properties that cannot change in place, so that such a change makes the new pool before the
    old one goes (R4), under a name that is free.
    """
    digest = hashlib.sha256(json.dumps(immutable, sort_keys=True).encode()).hexdigest()[:8]
    return f"{pool}-c{index}-{digest}"
