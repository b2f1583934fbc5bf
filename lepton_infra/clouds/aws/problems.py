"""What a stack file may not say on AWS: one small rule each, all reported at once.

Rules look at the two records only. Whether a zone really has a machine type, or an account the quota for it, only the
account knows; it is not asked here.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from lepton_infra.clouds.aws import capacity, machines
from lepton_infra.clouds.aws.retention import RETENTION_DAYS
from lepton_infra.settings import Problem

if TYPE_CHECKING:
    from lepton_infra.clouds.aws.settings import Settings
    from lepton_infra.config import NodePoolConfig, RegionConfig

SERVICE_CIDR = "172.20.0.0/16"
"""Addresses of Kubernetes services: one of the two ranges that EKS itself chooses from, fixed so that it can be kept
clear of the network."""

SYSTEM_POOL = "system"
"""The name of the cluster's own nodes, which no pool may take."""

_RESERVATION_ID = re.compile(r"cr-[0-9a-f]{8,17}")


def problems(settings: Settings, region: RegionConfig[Any]) -> list[Problem]:
    """Everything that is wrong, in the order of the file."""
    return [
        *_administrators(settings),
        *_instance_types(settings, region),
        *_zones(settings, region),
        *_service_addresses(region),
        *_operator_networks(region),
        *_system_nodes(region),
        *(found for index, pool in enumerate(region.node_pools) for found in _machines(index, pool)),
        *(found for index, pool in enumerate(region.node_pools) for found in _capacity(settings, region, index, pool)),
        *_retention(region),
    ]


def _administrators(settings: Settings) -> Iterator[Problem]:
    """An access entry takes roles of the cluster's own account."""
    for index, role in enumerate(settings.administrators):
        if role.split(":")[4] != settings.account:
            yield Problem(
                path=("cloud", "administrators", index),
                given=role,
                message="is a role of another account; name one of the own",
                allowed=f"arn:aws:iam::{settings.account}:role/…",
            )


def _instance_types(settings: Settings, region: RegionConfig[Any]) -> Iterator[Problem]:
    """Named machine types are for a pool of the file and have that pool's GPUs or vCPUs."""
    pools = {pool.name: pool for pool in region.node_pools}
    for name, types in settings.instance_types.items():
        path = ("cloud", "instance_types", name)
        if name not in pools:
            yield Problem(path=path, given=name, message="is no node pool of this file", allowed=", ".join(pools))
            continue
        pool = pools[name]
        offered = machines.offered(pool.accelerator, pool.accelerators_per_node, pool.cpus)
        if not types or not set(types) <= set(offered):
            message = "are not machine types with the pool's GPUs or vCPUs"
            yield Problem(path=path, given=list(types), message=message, allowed=", ".join(offered))


def _zones(settings: Settings, region: RegionConfig[Any]) -> Iterator[Problem]:
    """Zones are the region's own, and a control plane stands in two of them at least."""
    for index, zone in enumerate(region.network.zones):
        if not re.fullmatch(re.escape(settings.region) + "[a-z]", zone):
            yield Problem(
                path=("network", "zones", index),
                given=zone,
                message=f"is not a zone of {settings.region}",
                allowed=f"{settings.region} and a letter, such as {settings.region}a",
            )
    if len(region.network.zones) < 2:
        yield Problem(
            path=("network", "zones"),
            given=list(region.network.zones),
            message="are too few for a cluster; add a zone",
            allowed="2 or more",
        )


def _service_addresses(region: RegionConfig[Any]) -> Iterator[Problem]:
    """The network leaves the addresses of Kubernetes services alone."""
    network = _network(region.network.cidr)
    if network is not None and network.overlaps(ipaddress.IPv4Network(SERVICE_CIDR)):
        message = f"overlaps {SERVICE_CIDR}, the addresses of Kubernetes services; choose another range"
        yield Problem(path=("network", "cidr"), given=region.network.cidr, message=message)


def _operator_networks(region: RegionConfig[Any]) -> Iterator[Problem]:
    """The public endpoint sees public addresses only; EKS refuses others in its list."""
    for index, cidr in enumerate(region.cluster.operator_networks):
        network = _network(cidr)
        if network is not None and network.is_private:
            message = "is private, and the cluster's public endpoint sees public addresses; give those of your gateway"
            yield Problem(path=("cluster", "operator_networks", index), given=cidr, message=message)


def _network(cidr: str) -> ipaddress.IPv4Network | None:
    """The range, or None for what is no IPv4 range: that is told where addresses are checked for every cloud."""
    try:
        return ipaddress.IPv4Network(cidr)
    except ValueError:
        return None


def _system_nodes(region: RegionConfig[Any]) -> Iterator[Problem]:
    cpus = region.cluster.system_nodes.cpus
    if cpus not in machines.CPU_MACHINES:
        yield _no_such_cpus(("cluster", "system_nodes", "cpus"), cpus)


def _machines(index: int, pool: NodePoolConfig) -> Iterator[Problem]:
    """A pool has a name of its own, and there are machines of its shape."""
    path = ("node_pools", index)
    if pool.name == SYSTEM_POOL:
        yield Problem(
            path=(*path, "name"), given=pool.name, message="is the name of the cluster's own nodes; rename it"
        )
    if pool.accelerator is None:
        if pool.cpus is not None and pool.cpus not in machines.CPU_MACHINES:
            yield _no_such_cpus((*path, "cpus"), pool.cpus)
    elif not machines.offered(pool.accelerator, pool.accelerators_per_node, None):
        yield Problem(
            path=(*path, "accelerators_per_node"),
            given=f"{pool.accelerators_per_node} x {pool.accelerator}",
            message="is on no machine of this cloud",
            allowed=", ".join(machines.offers()),
        )


def _no_such_cpus(path: tuple[str | int, ...], cpus: int) -> Problem:
    allowed = ", ".join(map(str, machines.CPU_MACHINES))
    return Problem(path=path, given=cpus, message="vCPUs are on no machine of this cloud", allowed=allowed)


def _capacity(settings: Settings, region: RegionConfig[Any], index: int, pool: NodePoolConfig) -> Iterator[Problem]:
    """The order is as long as the autoscaler's; what was bought is named right, in one zone and of one machine type."""
    path = ("node_pools", index)
    if len(pool.capacity) > capacity.MAX_ENTRIES:
        yield Problem(
            path=(*path, "capacity"),
            given=len(pool.capacity),
            message="entries are more than the autoscaler walks through",
            allowed=f"{capacity.MAX_ENTRIES} at most",
        )
    zones = pool.zones or region.network.zones
    named = settings.instance_types.get(pool.name, ())
    for entry_index, entry in enumerate(pool.capacity):
        if entry.kind not in capacity.BOUGHT_BEFOREHAND:
            continue
        if entry.id is not None and not _RESERVATION_ID.fullmatch(entry.id):
            yield Problem(
                path=(*path, "capacity", entry_index, "id"),
                given=entry.id,
                message=f"is no id of a {entry.kind}",
                allowed="cr- and 8 to 17 hexadecimal digits",
            )
        if len(zones) != 1:
            message = f"are {len(zones)}, and a {entry.kind} is in one; set the pool's zones to its own"
            yield Problem(path=(*path, "zones"), given=list(zones), message=message, allowed="exactly one zone")
        if len(named) > 1:
            message = f"are {len(named)}, and a {entry.kind} is of one machine type; name that one"
            yield Problem(path=("cloud", "instance_types", pool.name), given=list(named), message=message)


def _retention(region: RegionConfig[Any]) -> Iterator[Problem]:
    if region.retention.log_days > RETENTION_DAYS[-1]:
        yield Problem(
            path=("retention", "log_days"),
            given=region.retention.log_days,
            message="is longer than logs are kept on this cloud",
            allowed=f"at most {RETENTION_DAYS[-1]}",
        )
