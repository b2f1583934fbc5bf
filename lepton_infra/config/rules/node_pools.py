"""Node pools: shape, counts, zones and the order in which capacity is tried."""

from __future__ import annotations

from collections.abc import Iterator

from lepton_infra.config.region import NodePoolConfig
from lepton_infra.config.rules.lists import Path, count, repeated
from lepton_infra.config.rules.values import NetworkZones, Pools
from lepton_infra.errors import Problem
from lepton_infra.layers.node_pool import SYSTEM_POOL, CapacityKind

BOUGHT_BEFOREHAND = frozenset({CapacityKind.RESERVATION, CapacityKind.CAPACITY_BLOCK})
"""The kinds of capacity that have an id."""


def names_differ(pools: Pools) -> Iterator[Problem]:
    """No two pools have one name."""
    return repeated(((((*path, "name"), pool.name)) for path, pool in _pools(pools)), "repeats a node pool's name")


def names_are_free(pools: Pools) -> Iterator[Problem]:
    """No pool has the name of the cluster's own nodes: its label would select them too."""
    for path, pool in _pools(pools):
        if pool.name == SYSTEM_POOL:
            message = "is the name of the cluster's own nodes; rename it"
            yield Problem(path=(*path, "name"), given=pool.name, message=message)


def counts(pools: Pools) -> Iterator[Problem]:
    """The fewest nodes are not more than the most."""
    for path, pool in _pools(pools):
        yield from count((*path, "nodes"), pool.nodes)


def shape(pools: Pools) -> Iterator[Problem]:
    """A pool has GPUs and says how many on each node, or has none and says how many vCPUs."""
    for path, pool in _pools(pools):
        per_node = pool.accelerators_per_node
        if pool.accelerator is not None and per_node == 0:
            message = f"is needed: how many {pool.accelerator} GPUs each node has"
            yield Problem(path=(*path, "accelerators_per_node"), given=per_node, message=message, allowed="1 to 16")
        if pool.accelerator is not None and pool.cpus is not None:
            message = "is for CPU pools; remove it: the machine that carries the GPUs decides"
            yield Problem(path=(*path, "cpus"), given=pool.cpus, message=message)
        if pool.accelerator is None and per_node > 0:
            message = "is for GPU pools; name the accelerator, or remove this"
            yield Problem(path=(*path, "accelerators_per_node"), given=per_node, message=message)
        if pool.accelerator is None and pool.cpus is None:
            message = "is missing: a pool without accelerator says how many vCPUs each node has"
            yield Problem(path=(*path, "cpus"), message=message, allowed="1 to 192")


def zones(pools: Pools, zones: NetworkZones) -> Iterator[Problem]:
    """The zones of a pool are zones of the network."""
    for path, pool in _pools(pools):
        for index, zone in enumerate(pool.zones):
            if zone not in zones:
                message, allowed = "is not a zone of the network", ", ".join(zones)
                yield Problem(path=(*path, "zones", index), given=zone, message=message, allowed=allowed)


def zones_differ(pools: Pools) -> Iterator[Problem]:
    """No zone is named twice in a pool."""
    for path, pool in _pools(pools):
        zones = (((*path, "zones", index), zone) for index, zone in enumerate(pool.zones))
        yield from repeated(zones, "repeats a zone")


def capacity_ids(pools: Pools) -> Iterator[Problem]:
    """Capacity bought beforehand has an id; capacity bought as needed has none."""
    for path, pool in _pools(pools):
        for index, entry in enumerate(pool.capacity):
            at = (*path, "capacity", index, "id")
            if entry.kind in BOUGHT_BEFOREHAND and entry.id is None:
                yield Problem(
                    path=at, message=f"is missing: {entry.kind} is bought beforehand; give the cloud's id of it"
                )
            if entry.kind not in BOUGHT_BEFOREHAND and entry.id is not None:
                yield Problem(path=at, given=entry.id, message=f"has no meaning for {entry.kind} capacity; remove it")


def capacity_differs(pools: Pools) -> Iterator[Problem]:
    """No capacity is tried twice.

    Kinds may follow one another in any order: each entry becomes machines of its own, so one machine is never both spot
    and reserved.
    """
    for path, pool in _pools(pools):
        entries = [((*path, "capacity", index), entry) for index, entry in enumerate(pool.capacity)]
        as_needed = ((at, str(entry.kind)) for at, entry in entries if entry.kind not in BOUGHT_BEFOREHAND)
        bought = (((*at, "id"), entry.id) for at, entry in entries if entry.kind in BOUGHT_BEFOREHAND and entry.id)
        yield from repeated(as_needed, "repeats a kind of capacity")
        yield from repeated(bought, "repeats a reservation")


def capacity_blocks(pools: Pools, zones: NetworkZones) -> Iterator[Problem]:
    """A capacity block is sold for GPUs, is in one zone, and ends: it is its pool's only capacity."""
    for path, pool in _pools(pools):
        for index, entry in enumerate(pool.capacity):
            if entry.kind is not CapacityKind.CAPACITY_BLOCK:
                continue
            at, places = (*path, "capacity", index), pool.zones or zones
            if len(places) != 1:
                message = f"are {len(places)}, and a capacity block is in one; name the block's own"
                yield Problem(path=(*path, "zones"), given=places, message=message, allowed="exactly one zone")
            if len(pool.capacity) > 1:
                message = "ends at a fixed time and takes its nodes with it; give it a node pool of its own"
                yield Problem(path=at, given=entry.kind, message=message)
            if pool.accelerator is None:
                message = "is sold for GPUs only; name the pool's accelerator, or buy on demand"
                yield Problem(path=at, given=entry.kind, message=message)


def _pools(pools: Pools) -> Iterator[tuple[Path, NodePoolConfig]]:
    for index, pool in enumerate(pools):
        yield ("node_pools", index), pool
