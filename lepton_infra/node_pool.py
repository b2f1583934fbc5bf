"""Contract of the node pool layer: nodes of one shape that scale together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

import pulumi

from lepton_infra.cluster import ClusterOutputs
from lepton_infra.pins import Pins

ClusterT = TypeVar("ClusterT", bound=ClusterOutputs)

GPU_TAINT_KEY = "nvidia.com/gpu"
GPU_TAINT_VALUE = "present"
"""The taint on every GPU node of every cloud. Tolerate it with ``operator: Exists``: other tools write other values."""

POOL_LABEL = "lepton.dev/pool"
ACCELERATOR_LABEL = "lepton.dev/accelerator"
CAPACITY_LABEL = "lepton.dev/capacity"

SYSTEM_POOL = "system"
"""The pool that the cluster's own nodes are labelled with; no pool of a stack file may have its name."""


class Accelerator(StrEnum):
    """GPU kinds, by the field's common names."""

    T4 = "t4"
    A10G = "a10g"
    L4 = "l4"
    L40S = "l40s"
    A100_40GB = "a100-40gb"
    A100_80GB = "a100-80gb"
    H100 = "h100"
    H200 = "h200"
    B200 = "b200"


class CapacityKind(StrEnum):
    """How a machine is bought."""

    SPOT = "spot"
    ON_DEMAND = "on-demand"
    RESERVATION = "reservation"
    CAPACITY_BLOCK = "capacity-block"


@dataclass(frozen=True, kw_only=True)
class Capacity:
    """One entry of a pool's capacity order; ``id`` names the reservation or block that was bought beforehand."""

    kind: CapacityKind
    id: str | None = None


@dataclass(frozen=True, kw_only=True)
class NodePoolArgs(Generic[ClusterT]):
    """What a region asks of one node pool.

    ``min_nodes`` and ``max_nodes`` are totals over all zones and capacity kinds. ``capacity`` is tried in order.
    ``accelerator`` is None for a CPU pool, whose nodes have ``cpus`` vCPUs. ``zones`` is a subset of the network's.
    """

    cluster: ClusterT
    pool: str
    accelerator: Accelerator | None
    accelerators_per_node: int
    cpus: int | None
    min_nodes: int
    max_nodes: int
    capacity: Sequence[Capacity]
    zones: Sequence[str]
    disk_gib: int
    pins: Pins
    tags: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class GpuSoftware:
    """Who owns each part of the GPU software on a pool's nodes: exactly one owner each.

    ``image`` means that the node image brings it, ``cloud`` that the cloud puts it on the node, ``site`` that whoever
    runs an existing cluster does, ``region`` that the serving layer installs it, ``none`` that the pool has no GPU.
    """

    driver: str
    toolkit: str
    device_plugin: str


@dataclass(frozen=True, kw_only=True)
class NodePoolOutputs:
    """What neutral code reads of a pool.

    ``labels`` select its nodes. ``taints`` are keys of taints that they may have besides that of GPUs: its
    pods tolerate them. ``gpus`` is the most GPUs the pool can have at once, ``gpus_per_node`` how many of them are on
    each node. ``ready`` is the id of its first node group: what pods wait for.
    """

    name: str
    labels: Mapping[str, str]
    machine_type: str
    gpus: int
    gpus_per_node: int
    gpu_software: GpuSoftware
    ready: pulumi.Output[str]
    taints: Sequence[str] = ()


def floor(order: Sequence[Capacity], min_nodes: int) -> int:
    """The nodes that a pool holds without any pod asking: those of a pool with one way of buying.

    With a fallback there is no such floor: tied to one way of buying, it would make `pulumi up` wait for capacity that
    the fallback exists to do without. There the pods' own minimum keeps the nodes up, and the autoscaler finds them in
    order. A capacity block has none before it begins.
    """
    if len(order) > 1 or order[0].kind is CapacityKind.CAPACITY_BLOCK:
        return 0
    return min_nodes
