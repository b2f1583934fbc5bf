"""Validation of a stack file's values on AWS: one small rule each, all reported at once.

Rules look at the two records only. Whether a zone really has a machine type, or an account the quota for it, only the
account knows; it is not asked here.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from typing import Any

from lepton_infra.clouds import managed_rules
from lepton_infra.clouds.aws.nodes import capacity, machines
from lepton_infra.clouds.aws.nodes.gpu_software import GPU_SOFTWARE
from lepton_infra.clouds.aws.retention import RETENTION_DAYS
from lepton_infra.clouds.aws.settings import Settings
from lepton_infra.config.region import NodePoolConfig, RegionConfig
from lepton_infra.config.rules.network import parsed
from lepton_infra.errors import Problem
from lepton_infra.layers.node_pool import SYSTEM_POOL as SYSTEM_POOL
from lepton_infra.layers.node_pool import Owner

SERVICE_CIDR = "172.20.0.0/16"
"""Addresses of Kubernetes services: one of the two ranges that EKS itself chooses from, fixed so that it can be kept
clear of the network."""

SESSION_MINUTES = range(60, 721)
"""Longest session of a role, within an hour and twelve (CreateRole, IAM API reference)."""

_RESERVATION_ID = re.compile(r"cr-[0-9a-f]{8,17}")


def problems(settings: Settings, region: RegionConfig[Any]) -> list[Problem]:
    """Everything that is wrong, in the order of the file."""
    return [
        *_administrators(settings),
        *_instance_types(settings, region),
        *_zones(settings, region),
        *_service_addresses(region),
        *managed_rules.operators_are_public(region),
        *managed_rules.system_nodes(region, machines.CPU_MACHINES),
        *managed_rules.pools(region, machines.CPU_MACHINES, machines.offers()),
        *managed_rules.order_is_walked(region, capacity.MAX_ENTRIES),
        *(found for index, pool in enumerate(region.node_pools) for found in _capacity(settings, region, index, pool)),
        *(found for index, pool in enumerate(region.node_pools) for found in _instances(settings, index, pool)),
        *managed_rules.emergency(region, SESSION_MINUTES),
        *managed_rules.log_days(region, RETENTION_DAYS[-1]),
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
    network = parsed(region.network.cidr)
    if network is not None and network.overlaps(ipaddress.IPv4Network(SERVICE_CIDR)):
        message = f"overlaps {SERVICE_CIDR}, the addresses of Kubernetes services; choose another range"
        yield Problem(path=("network", "cidr"), given=region.network.cidr, message=message)


def _capacity(settings: Settings, region: RegionConfig[Any], index: int, pool: NodePoolConfig) -> Iterator[Problem]:
    """What was bought is named right, in one zone and of one machine type."""
    path = ("node_pools", index)
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


def _instances(settings: Settings, index: int, pool: NodePoolConfig) -> Iterator[Problem]:
    """GPUs are cut into instances only where somebody cuts them."""
    profile = pool.sharing and pool.sharing.mig
    if profile is not None and GPU_SOFTWARE[settings.image_family].partitioning is Owner.NOBODY:
        yield Problem(
            path=("node_pools", index, "sharing", "mig"),
            given=profile,
            message="is cut by nobody on this cloud, whose node images lack NVIDIA's MIG manager; choose a smaller "
            "GPU, such as l4, or time_slices for models of one tenant",
        )
