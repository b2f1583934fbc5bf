"""Google Cloud's validation rules of a stack file, one function each; all problems are reported at once.

Rules read the two records only. Whether a zone really has a machine type, or a project the quota for it, only the
project knows; it is not asked here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lepton_infra.clouds import managed_rules
from lepton_infra.clouds.gcp.network import addresses
from lepton_infra.clouds.gcp.nodes import capacity, machines
from lepton_infra.clouds.gcp.nodes.gpu_software import GPU_SOFTWARE
from lepton_infra.clouds.gcp.nodes.versions import NODE_IMAGE
from lepton_infra.clouds.gcp.retention import MOST_LOG_DAYS
from lepton_infra.clouds.gcp.settings import Settings
from lepton_infra.config.region import NodePoolConfig, RegionConfig
from lepton_infra.config.rules import scaling
from lepton_infra.config.rules.network import SMALLEST, parsed
from lepton_infra.config.rules.node_pools import BOUGHT_BEFOREHAND
from lepton_infra.errors import Problem
from lepton_infra.layers.node_pool import SYSTEM_POOL as SYSTEM_POOL
from lepton_infra.layers.node_pool import CapacityKind

_RESERVATION = re.compile(r"(projects/[a-z][a-z0-9-]{4,28}[a-z0-9]/reservations/)?[a-z]([a-z0-9-]{0,61}[a-z0-9])?")


SESSION_MINUTES = range(30, 7 * 24 * 60 + 1)
"""Minutes of an entitlement's longest grant: half an hour to a week ("Create entitlements", IAM documentation)."""


def problems(settings: Settings, region: RegionConfig[Any]) -> list[Problem]:
    """All problems of a stack file on Google Cloud, in the order of the file."""
    pools = list(enumerate(region.node_pools))
    return [
        *_machine_types(settings, region),
        *_flex_start(settings, region),
        *_zones(settings, region),
        *_addresses(region),
        *managed_rules.system_nodes(region, machines.CPU_MACHINES),
        *managed_rules.pools(region, machines.CPU_MACHINES, machines.offers()),
        *(found for index, pool in pools for found in _order(index, pool)),
        *(found for index, pool in pools for found in _on_demand(settings, index, pool)),
        *(found for index, pool in pools for found in _bought_beforehand(region, index, pool)),
        *scaling.gpus_are_measured_by_the_region(region, lambda pool: GPU_SOFTWARE[NODE_IMAGE].exporter),
        *managed_rules.emergency(region, SESSION_MINUTES),
        *managed_rules.log_days(region, MOST_LOG_DAYS),
    ]


def machine_of(settings: Settings, pool: NodePoolConfig) -> str | None:
    """The machine type of a pool, or None if no machine type has its GPUs or vCPUs."""
    offered = machines.offered(pool.accelerator, pool.accelerators_per_node, pool.cpus)
    return settings.machine_types.get(pool.name) or next(iter(offered), None)


def _machine_types(settings: Settings, region: RegionConfig[Any]) -> Iterator[Problem]:
    """``cloud.machine_types`` names pools of the file, with machine types that have the pool's GPUs or vCPUs."""
    pools = {pool.name: pool for pool in region.node_pools}
    for name, machine in settings.machine_types.items():
        path = ("cloud", "machine_types", name)
        if name not in pools:
            yield Problem(path=path, given=name, message="is no node pool of this file", allowed=", ".join(pools))
            continue
        pool = pools[name]
        offered = machines.offered(pool.accelerator, pool.accelerators_per_node, pool.cpus)
        if machine not in offered:
            message = "is no machine type with the pool's GPUs or vCPUs"
            yield Problem(path=path, given=machine, message=message, allowed=", ".join(offered))


def _flex_start(settings: Settings, region: RegionConfig[Any]) -> Iterator[Problem]:
    """``cloud.flex_start`` names GPU pools of the file that buy on demand."""
    suited = [
        pool.name
        for pool in region.node_pools
        if pool.accelerator and any(entry.kind is CapacityKind.ON_DEMAND for entry in pool.capacity)
    ]
    for index, name in enumerate(settings.flex_start):
        if name not in suited:
            message = "is no GPU pool of this file that buys on demand"
            allowed = ", ".join(suited) or "none"
            yield Problem(path=("cloud", "flex_start", index), given=name, message=message, allowed=allowed)


def _zones(settings: Settings, region: RegionConfig[Any]) -> Iterator[Problem]:
    """Zones are the region's own. Its AI zones, such as us-central1-ai1a, have GPUs but no place for a system node."""
    for index, zone in enumerate(region.network.zones):
        if not re.fullmatch(re.escape(settings.region) + "-[a-z]", zone):
            yield Problem(
                path=("network", "zones", index),
                given=zone,
                message=f"is not a zone of {settings.region}",
                allowed=f"{settings.region}, a hyphen and a letter, such as {settings.region}-a",
            )


def _addresses(region: RegionConfig[Any]) -> Iterator[Problem]:
    """The network has pod addresses for the maximum number of nodes."""
    network = parsed(region.network.cidr)
    if network is None or network.prefixlen > SMALLEST:
        return
    nodes = region.cluster.system_nodes.max + sum(pool.nodes.max for pool in region.node_pools)
    room = addresses.most_nodes(str(network))
    if nodes > room:
        message = f"has pod addresses for {room} nodes, and there may be {nodes}; take a larger network or fewer nodes"
        yield Problem(path=("network", "cidr"), given=region.network.cidr, message=message)


def _order(index: int, pool: NodePoolConfig) -> Iterator[Problem]:
    """The capacity order is the one in which GKE's autoscaler looks for machines anyway."""
    kinds = [entry.kind for entry in pool.capacity]
    if not capacity.walkable(kinds):
        yield Problem(
            path=("node_pools", index, "capacity"),
            given=", ".join(kinds),
            message="is an order that GKE's autoscaler does not walk: it takes the cheapest first; reorder it",
            allowed="what is bought beforehand, then spot, then on-demand",
        )


def _on_demand(settings: Settings, index: int, pool: NodePoolConfig) -> Iterator[Problem]:
    """On-demand entries have a machine type that is sold on demand."""
    machine = machine_of(settings, pool)
    for entry_index, entry in enumerate(pool.capacity):
        on_demand = entry.kind is CapacityKind.ON_DEMAND and pool.name not in settings.flex_start
        if on_demand and machine in machines.NOT_ON_DEMAND:
            yield Problem(
                path=("node_pools", index, "capacity", entry_index, "kind"),
                given=entry.kind,
                message=f"is no way to get {machine}; or name the pool under cloud.flex_start",
                allowed="spot, reservation, capacity-block",
            )


def _bought_beforehand(region: RegionConfig[Any], index: int, pool: NodePoolConfig) -> Iterator[Problem]:
    """Reservations and capacity blocks have a valid name and one zone."""
    path = ("node_pools", index)
    zones = pool.zones or region.network.zones
    for entry_index, entry in enumerate(pool.capacity):
        if entry.kind not in BOUGHT_BEFOREHAND:
            continue
        if entry.id is not None and not _RESERVATION.fullmatch(entry.id):
            yield Problem(
                path=(*path, "capacity", entry_index, "id"),
                given=entry.id,
                message=f"is no name of a {entry.kind}",
                allowed="a reservation's name, or projects/<project>/reservations/<name> of another project",
            )
        if len(zones) != 1:
            message = f"are {len(zones)}, and a {entry.kind} is in one; set the pool's zones to its own"
            yield Problem(path=(*path, "zones"), given=list(zones), message=message, allowed="exactly one zone")
