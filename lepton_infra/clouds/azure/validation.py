"""Azure's validation rules of a stack file, one function each; all problems are reported at once.

Rules read the two records only. Whether a zone really has a machine size, or a subscription the quota for it, only the
subscription knows; it is not asked here.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from typing import Any

from lepton_infra.clouds import managed_rules
from lepton_infra.clouds.azure.nodes import capacity, machines
from lepton_infra.clouds.azure.nodes.gpu_software import instance_profiles
from lepton_infra.clouds.azure.retention import RETENTION_DAYS
from lepton_infra.clouds.azure.settings import Settings
from lepton_infra.config.region import NodePoolConfig, RegionConfig
from lepton_infra.config.rules.network import parsed
from lepton_infra.errors import Problem
from lepton_infra.layers.gpus import MIG_PROFILES
from lepton_infra.layers.node_pool import CapacityKind

SERVICE_CIDR = "10.96.0.0/16"
"""Address range of Kubernetes services: fixed, so that it can be kept clear of the network."""

POD_CIDR = "10.244.0.0/14"
"""Address range of pods, which an overlay hides from the network. Each node takes a /24 of it."""

MAX_NODES = 2 ** (24 - ipaddress.IPv4Network(POD_CIDR).prefixlen)
"""Maximum number of nodes that ``POD_CIDR`` has pod addresses for: 1024."""

MAX_POOL_DISK_GIB = 2048
"""Largest disk that AKS gives a node (agent pool's ``osDiskSizeGB``, API reference)."""

MAX_SOFT_DELETE_DAYS = 365
"""Longest soft-delete retention of blobs (blob service's ``deleteRetentionPolicy``, API reference)."""

SESSION_MINUTES = range(30, 1441, 30)
"""Minutes that a PIM activation may last: half an hour to a day, in half hours ("Configure Azure resource role settings
in PIM")."""

ZONES = ("1", "2", "3")
"""Azure's zones have numbers, the same three in every location that has zones."""

_RESERVATION_ID = re.compile(
    r"/subscriptions/[0-9a-f-]{36}/resourceGroups/[^/]+/providers/Microsoft\.Compute/capacityReservationGroups/[^/]+"
)


def problems(settings: Settings, region: RegionConfig[Any]) -> list[Problem]:
    """All problems of a stack file on Azure, in the order of the file."""
    return [
        *_vm_sizes(settings, region),
        *_size_zones(settings, region),
        *_zones(region),
        *_addresses(region),
        *managed_rules.operators_are_public(region),
        *managed_rules.system_nodes(region, machines.CPU_MACHINES),
        *_system_cpus(region),
        *_node_total(region),
        *managed_rules.pools(region, machines.CPU_MACHINES, machines.offers()),
        *managed_rules.order_is_walked(region, capacity.MAX_ENTRIES),
        *(found for index, pool in enumerate(region.node_pools) for found in _disk(index, pool)),
        *(found for index, pool in enumerate(region.node_pools) for found in _instances(index, pool)),
        *(found for index, pool in enumerate(region.node_pools) for found in _capacity(index, pool)),
        *(
            found
            for index, pool in enumerate(region.node_pools)
            for found in _pool_zones(settings, region, index, pool)
        ),
        *_recovery(region),
        *managed_rules.emergency(region, SESSION_MINUTES),
        *managed_rules.log_days(region, RETENTION_DAYS[-1]),
    ]


def _vm_sizes(settings: Settings, region: RegionConfig[Any]) -> Iterator[Problem]:
    """``cloud.vm_sizes`` names pools of the file, with VM sizes that have the pool's GPUs or vCPUs."""
    pools = {pool.name: pool for pool in region.node_pools}
    for name, size in settings.vm_sizes.items():
        path = ("cloud", "vm_sizes", name)
        if name not in pools:
            yield Problem(path=path, given=name, message="is no node pool of this file", allowed=", ".join(pools))
            continue
        pool = pools[name]
        offered = machines.offered(pool.accelerator, pool.accelerators_per_node, pool.cpus)
        if size not in offered:
            message = "is not a machine size with the pool's GPUs or vCPUs"
            yield Problem(path=path, given=size, message=message, allowed=", ".join(offered))


def _size_zones(settings: Settings, region: RegionConfig[Any]) -> Iterator[Problem]:
    """``cloud.size_zones`` names known VM sizes and zones of the network."""
    sizes = {
        size for offer in (machines.GPU_MACHINES, machines.CPU_MACHINES) for found in offer.values() for size in found
    }
    for size, zones in settings.size_zones.items():
        path = ("cloud", "size_zones", size)
        if size not in sizes:
            yield Problem(path=path, given=size, message="is no machine size that a pool can have")
        for index, zone in enumerate(zones):
            if zone not in region.network.zones:
                allowed = ", ".join(region.network.zones)
                yield Problem(path=(*path, index), given=zone, message="is not a zone of the network", allowed=allowed)


def _zones(region: RegionConfig[Any]) -> Iterator[Problem]:
    for index, zone in enumerate(region.network.zones):
        if zone not in ZONES:
            yield Problem(
                path=("network", "zones", index),
                given=zone,
                message="is not a zone of this cloud",
                allowed=", ".join(f'"{allowed}"' for allowed in ZONES),
            )


def _addresses(region: RegionConfig[Any]) -> Iterator[Problem]:
    """The network's CIDR does not overlap those of Kubernetes services and pods."""
    network = parsed(region.network.cidr)
    for taken, owner in ((SERVICE_CIDR, "Kubernetes services"), (POD_CIDR, "pods")):
        if network is not None and network.overlaps(ipaddress.IPv4Network(taken)):
            message = f"overlaps {taken}, the addresses of {owner}; choose another range"
            yield Problem(path=("network", "cidr"), given=region.network.cidr, message=message)


def _system_cpus(region: RegionConfig[Any]) -> Iterator[Problem]:
    """System nodes have 4 vCPUs or more, as AKS requires for its own pods."""
    cpus = region.cluster.system_nodes.cpus
    if cpus in machines.CPU_MACHINES and cpus < 4:
        message = "vCPUs are too few for the cluster's own pods"
        yield Problem(path=("cluster", "system_nodes", "cpus"), given=cpus, message=message, allowed="4 or more")


def _node_total(region: RegionConfig[Any]) -> Iterator[Problem]:
    total = region.cluster.system_nodes.max + sum(pool.nodes.max * len(pool.capacity) for pool in region.node_pools)
    if total > MAX_NODES:
        message = "nodes could come up together, more than there are pod addresses for; lower a pool's nodes.max"
        yield Problem(path=("node_pools",), given=total, message=message, allowed=f"at most {MAX_NODES}")


def _disk(index: int, pool: NodePoolConfig) -> Iterator[Problem]:
    if pool.disk_gib > MAX_POOL_DISK_GIB:
        yield Problem(
            path=("node_pools", index, "disk_gib"),
            given=pool.disk_gib,
            message="is larger than a node's disk on this cloud",
            allowed=f"at most {MAX_POOL_DISK_GIB}",
        )


def _instances(index: int, pool: NodePoolConfig) -> Iterator[Problem]:
    """MIG profiles are ones that AKS offers, on a fixed number of nodes: AKS does not scale such pools."""
    profile = pool.sharing and pool.sharing.mig
    if profile is None or pool.accelerator is None or pool.accelerator not in MIG_PROFILES:
        return
    path, offered = ("node_pools", index), instance_profiles(pool.accelerator)
    if profile in MIG_PROFILES[pool.accelerator] and profile not in offered:
        message = "is no size that AKS cuts a GPU into"
        yield Problem(path=(*path, "sharing", "mig"), given=profile, message=message, allowed=", ".join(offered))
    if pool.nodes.min != pool.nodes.max:
        message = "is not max, and AKS does not scale pools of multi-instance GPUs; set both to the number of nodes"
        yield Problem(path=(*path, "nodes", "min"), given=pool.nodes.min, message=message, allowed=str(pool.nodes.max))
    if len(pool.capacity) > 1:
        message = "has fallbacks, and AKS does not scale pools of multi-instance GPUs; name one way of buying"
        yield Problem(
            path=(*path, "capacity"),
            given=[entry.kind for entry in pool.capacity],
            message=message,
            allowed="one entry",
        )


def _capacity(index: int, pool: NodePoolConfig) -> Iterator[Problem]:
    """The capacity order has kinds that Azure sells, and ids of capacity reservation groups."""
    path = ("node_pools", index, "capacity")
    for entry_index, entry in enumerate(pool.capacity):
        if entry.kind not in capacity.PRIORITIES:
            yield Problem(
                path=(*path, entry_index, "kind"),
                given=entry.kind.value,
                message="is not to be had on this cloud; a capacity reservation comes nearest",
                allowed=", ".join(capacity.PRIORITIES),
            )
        if entry.kind is CapacityKind.RESERVATION and entry.id and not _RESERVATION_ID.fullmatch(entry.id):
            yield Problem(
                path=(*path, entry_index, "id"),
                given=entry.id,
                message="is no id of a capacity reservation group",
                allowed="/subscriptions/…/resourceGroups/…/providers/Microsoft.Compute/capacityReservationGroups/…",
            )


def _pool_zones(settings: Settings, region: RegionConfig[Any], index: int, pool: NodePoolConfig) -> Iterator[Problem]:
    """At least one of the pool's zones offers its VM size, if ``cloud.size_zones`` lists the size."""
    offered = machines.offered(pool.accelerator, pool.accelerators_per_node, pool.cpus)
    size = settings.vm_sizes.get(pool.name, offered[0] if offered else "")
    wanted = pool.zones or region.network.zones
    if settings.size_zones.get(size) and not machines.zones_of(size, wanted, settings.size_zones):
        yield Problem(
            path=("node_pools", index, "zones"),
            given=list(wanted),
            message=f"have no {size}, as cloud.size_zones says",
            allowed=", ".join(settings.size_zones[size]),
        )


def _recovery(region: RegionConfig[Any]) -> Iterator[Problem]:
    if region.storage.noncurrent_version_days > MAX_SOFT_DELETE_DAYS:
        yield Problem(
            path=("storage", "noncurrent_version_days"),
            given=region.storage.noncurrent_version_days,
            message="is longer than this cloud keeps what was deleted",
            allowed=f"at most {MAX_SOFT_DELETE_DAYS}",
        )
