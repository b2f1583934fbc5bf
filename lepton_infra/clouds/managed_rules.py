"""Rules of clouds that sell what a region is made of: machines in fixed shapes, a public endpoint, logs for so long.

Each cloud gives its own tables and limits.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from lepton_infra.config.region import RegionConfig
from lepton_infra.config.rules.lists import Path
from lepton_infra.config.rules.network import parsed
from lepton_infra.errors import Problem


def system_nodes(region: RegionConfig[Any], cpus: Collection[int]) -> Iterator[Problem]:
    """The cluster's own nodes have as many vCPUs as some machine; ``cpus`` are the counts on offer."""
    asked = region.cluster.system_nodes.cpus
    if asked not in cpus:
        yield _no_such_cpus(("cluster", "system_nodes", "cpus"), asked, cpus)


def pools(region: RegionConfig[Any], cpus: Collection[int], gpus: Collection[str]) -> Iterator[Problem]:
    """There are machines of every pool's shape: with its vCPUs, or with its GPUs (``gpus``: such as ``8 x h100``)."""
    for index, pool in enumerate(region.node_pools):
        path = ("node_pools", index)
        shape = f"{pool.accelerators_per_node} x {pool.accelerator}"
        if pool.accelerator is None:
            if pool.cpus is not None and pool.cpus not in cpus:
                yield _no_such_cpus((*path, "cpus"), pool.cpus, cpus)
        elif shape not in gpus:
            message, allowed = "is on no machine of this cloud", ", ".join(gpus)
            yield Problem(path=(*path, "accelerators_per_node"), given=shape, message=message, allowed=allowed)


def _no_such_cpus(path: Path, given: int, cpus: Collection[int]) -> Problem:
    allowed = ", ".join(map(str, cpus))
    return Problem(path=path, given=given, message="vCPUs are on no machine of this cloud", allowed=allowed)


def operators_are_public(region: RegionConfig[Any]) -> Iterator[Problem]:
    """The public endpoint of a managed cluster sees public addresses only; clouds refuse others in its list."""
    for index, cidr in enumerate(region.cluster.operator_networks):
        network = parsed(cidr)
        if network is not None and network.is_private:
            message = "is private, and the cluster's public endpoint sees public addresses; give those of your gateway"
            yield Problem(path=("cluster", "operator_networks", index), given=cidr, message=message)


def order_is_walked(region: RegionConfig[Any], most: int) -> Iterator[Problem]:
    """No pool's order is longer than what its autoscaler walks through."""
    for index, pool in enumerate(region.node_pools):
        if len(pool.capacity) > most:
            yield Problem(
                path=("node_pools", index, "capacity"),
                given=len(pool.capacity),
                message="entries are more than the autoscaler walks through",
                allowed=f"{most} at most",
            )


def emergency(region: RegionConfig[Any], offered: range) -> Iterator[Problem]:
    """An emergency session has a length that the cloud can bound."""
    if region.compliance.break_glass_minutes not in offered:
        steps = f" in steps of {offered.step}" if offered.step > 1 else ""
        yield Problem(
            path=("compliance", "break_glass_minutes"),
            given=region.compliance.break_glass_minutes,
            message="is no length that this cloud can bound an emergency session to",
            allowed=f"{offered[0]} to {offered[-1]}{steps}",
        )


def log_days(region: RegionConfig[Any], most: int) -> Iterator[Problem]:
    """Logs are not to be kept longer than the cloud keeps any."""
    if region.retention.log_days > most:
        yield Problem(
            path=("retention", "log_days"),
            given=region.retention.log_days,
            message="is longer than logs are kept on this cloud",
            allowed=f"at most {most}",
        )
