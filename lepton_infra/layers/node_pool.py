"""Contract of the node pool layer: nodes of one shape that scale together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

import pulumi

from lepton_infra.layers.cluster import ClusterOutputs
from lepton_infra.layers.gpus import PLUGIN_CONFIG_LABEL as PLUGIN_CONFIG_LABEL
from lepton_infra.layers.gpus import Accelerator as Accelerator
from lepton_infra.layers.gpus import Sharing

ClusterT = TypeVar("ClusterT", bound=ClusterOutputs)

GPU_TAINT_KEY = "nvidia.com/gpu"
GPU_TAINT_VALUE = "present"
"""The taint on every GPU node of every cloud. Tolerate it with ``operator: Exists``: other tools write other values."""

POOL_LABEL = "lepton.dev/pool"
ACCELERATOR_LABEL = "lepton.dev/accelerator"
CAPACITY_LABEL = "lepton.dev/capacity"

SYSTEM_POOL = "system"
"""The pool that the cluster's own nodes are labelled with; no pool of a stack file may have its name."""


class CapacityKind(StrEnum):
    """Purchase option of a machine."""

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
    """Arguments of one node pool.

    ``min_nodes`` and ``max_nodes`` are totals over all zones and capacity kinds. ``capacity`` is tried in order.
    ``accelerator`` is None for a CPU pool, whose nodes have ``cpus`` vCPUs. ``sharing`` is how each GPU serves several
    replicas, None where each has its GPUs to itself. ``zones`` is a subset of the network's.
    """

    cluster: ClusterT
    pool: str
    accelerator: Accelerator | None
    accelerators_per_node: int
    sharing: Sharing | None
    cpus: int | None
    min_nodes: int
    max_nodes: int
    capacity: Sequence[Capacity]
    zones: Sequence[str]
    disk_gib: int


class Owner(StrEnum):
    """Owner of a part of the GPU software on a pool's nodes."""

    IMAGE = "image"
    """The node image brings it."""
    CLOUD = "cloud"
    """The cloud puts it there."""
    SITE = "site"
    """Whoever runs an existing cluster does."""
    REGION = "region"
    """The region installs it."""
    NOBODY = "none"
    """It is not there, and nothing may ask for it."""


@dataclass(frozen=True, kw_only=True)
class GpuSoftware:
    """Owners of the parts of the GPU software on a pool's nodes: one each, for two would fight over a node.

    ``partitioning`` is what cuts GPUs into instances (MIG), ``exporter`` what measures them (DCGM).
    """

    driver: Owner
    toolkit: Owner
    device_plugin: Owner
    partitioning: Owner
    exporter: Owner


NO_GPU = GpuSoftware(
    driver=Owner.NOBODY,
    toolkit=Owner.NOBODY,
    device_plugin=Owner.NOBODY,
    partitioning=Owner.NOBODY,
    exporter=Owner.NOBODY,
)


@dataclass(frozen=True, kw_only=True)
class NodePoolOutputs:
    """Outputs of a node pool that neutral code reads.

    ``labels`` select its nodes. ``taints`` are keys of taints that they may have besides that of GPUs: its
    pods tolerate them. ``gpus`` is the most that its nodes offer the scheduler at once, in parts where GPUs are shared,
    ``gpus_per_node`` what each of them offers, and ``measured_per_node`` how many GPUs and instances of each node are
    measured by themselves. ``ready`` is the id of its first node group: what pods wait for.
    """

    name: str
    labels: Mapping[str, str]
    machine_type: str
    gpus: int
    gpus_per_node: int
    gpu_software: GpuSoftware
    ready: pulumi.Output[str]
    taints: Sequence[str] = ()
    sharing: Sharing | None = None
    measured_per_node: int = 0


def plugin_config(sharing: Sharing | None) -> str | None:
    """The name of the device plugin's configuration for nodes whose GPUs are taken in turns; None for all others."""
    return None if sharing is None or sharing.time_slices is None else f"time-slices-{sharing.time_slices}"


def plugin_labels(sharing: Sharing | None, software: GpuSoftware) -> dict[str, str]:
    """Node labels by which the region's device plugin, where it is installed, shares the GPUs."""
    config = plugin_config(sharing)
    return {PLUGIN_CONFIG_LABEL: config} if config and software.device_plugin is Owner.REGION else {}


def baseline_nodes(order: Sequence[Capacity], min_nodes: int) -> int:
    """The nodes that a pool holds without any pod asking: those of a pool with one way of buying.

    With a fallback there is no such baseline: tied to one way of buying, it would make `pulumi up` wait for capacity
    that the fallback exists to do without. There the pods' own minimum keeps the nodes up, and the autoscaler finds
    them in order. A capacity block has none before it begins.
    """
    if len(order) > 1 or order[0].kind is CapacityKind.CAPACITY_BLOCK:
        return 0
    return min_nodes
