"""Validation of the pools of a file against the machines that the site has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lepton_infra.clouds.private.nodes.gpu_software import gpu_software
from lepton_infra.clouds.private.nodes.machines import described, of_shape, shares, standing, within
from lepton_infra.clouds.private.settings import Machines, Settings
from lepton_infra.config.region import NodePoolConfig, RegionConfig
from lepton_infra.config.rules.scaling import gpus_are_measured_by_the_region
from lepton_infra.errors import Problem
from lepton_infra.layers.node_pool import PLUGIN_CONFIG_LABEL, CapacityKind, Owner, plugin_config

Path = tuple[str | int, ...]


def problems(settings: Settings, region: RegionConfig[Any]) -> Iterator[Problem]:
    """Each pool has machines of its shape, all pools together no more than there are."""
    taken: dict[int, int] = {}
    for index, pool in enumerate(region.node_pools):
        path: Path = ("node_pools", index)
        yield from _capacity(path, pool)
        zones = pool.zones or region.network.zones
        kind = of_shape(settings.machines, pool.accelerator, pool.accelerators_per_node, pool.cpus, pool.shared())
        if kind is None:
            yield _no_machines(settings, path, pool)
            continue
        if not shares(kind, pool.shared()):
            yield _shared_otherwise(settings, path, pool, kind)
        which, stands = settings.machines.index(kind), standing(kind)
        if len(zones) > 1 and not set(stands) <= set(zones):
            yield Problem(
                path=(*path, "zones"),
                given=list(zones),
                message="are some of the zones in which these machines stand, which no label selects",
                allowed=f"all of {', '.join(stands)}, or one of them",
            )
        there = within(kind, zones)
        left = min(there, within(kind, stands) - taken.get(which, 0))
        taken[which] = taken.get(which, 0) + pool.nodes.max
        if pool.nodes.max > left:
            message = f"are more nodes ({described(kind)}) than there are in these zones for this pool"
            given, allowed = pool.nodes.max, f"at most {max(0, left)}"
            yield Problem(path=(*path, "nodes", "max"), given=given, message=message, allowed=allowed)
        if pool.disk_gib > kind.disk_gib:
            message = "GiB are more than the disks of these nodes have"
            allowed = f"at most {kind.disk_gib}"
            yield Problem(path=(*path, "disk_gib"), given=pool.disk_gib, message=message, allowed=allowed)


def gpus_are_measured(settings: Settings, region: RegionConfig[Any]) -> Iterator[Problem]:
    """Models that scale by GPU use are on machines that the region's own exporter measures."""

    def exporter(pool: NodePoolConfig) -> Owner:
        shape = (pool.accelerator, pool.accelerators_per_node, pool.cpus, pool.shared())
        kind = of_shape(settings.machines, *shape)
        return Owner.REGION if kind is None else gpu_software(kind).exporter

    return gpus_are_measured_by_the_region(region, exporter)


def _capacity(path: Path, pool: NodePoolConfig) -> Iterator[Problem]:
    """What the site owns is there on demand; nothing is bought beforehand, and spot machines are never to be had."""
    for index, entry in enumerate(pool.capacity):
        if entry.id is not None:
            message = "was bought of no cloud: the site owns its machines; remove the entry"
            yield Problem(path=(*path, "capacity", index, "id"), given=entry.id, message=message)
    kinds = [entry.kind for entry in pool.capacity]
    if CapacityKind.ON_DEMAND not in kinds:
        yield Problem(
            path=(*path, "capacity"),
            given=[kind.value for kind in kinds],
            message="is never to be had on machines that the site owns",
            allowed=f"{{kind: {CapacityKind.ON_DEMAND}}}, alone or as the last resort",
        )


def _shared_otherwise(settings: Settings, path: Path, pool: NodePoolConfig, kind: Machines) -> Problem:
    """Nothing here cuts a GPU; turns are set up by whoever owns the device plugin."""
    at = f"cloud.machines[{settings.machines.index(kind)}]"
    label = plugin_config(pool.shared())
    stated = {
        "mig": kind.mig,
        "time_slices": kind.time_slices,
        PLUGIN_CONFIG_LABEL: kind.labels.get(PLUGIN_CONFIG_LABEL),
    }
    there = ", ".join(f"{key}: {value}" for key, value in stated.items() if value is not None) or "no sharing"
    remedy = f"label the nodes {PLUGIN_CONFIG_LABEL}: {label}" if label else f"state it in {at} once the site does so"
    return Problem(
        path=(*path, "sharing"),
        given=pool.sharing.model_dump(exclude_none=True) if pool.sharing else None,
        message=f"is not how the site shares these GPUs; {remedy}",
        allowed=f"as {at} says: {there}",
    )


def _no_machines(settings: Settings, path: Path, pool: NodePoolConfig) -> Problem:
    gpus = f"{pool.accelerators_per_node} x {pool.accelerator}"
    return Problem(
        path=(*path, "accelerators_per_node" if pool.accelerator else "cpus"),
        given=gpus if pool.accelerator else pool.cpus,
        message=f"is on no machine of {settings.site.name}" if pool.accelerator else "vCPUs are on no machine there",
        allowed="; ".join(described(kind) for kind in settings.machines),
    )
