"""The machines of a site, from the facts that its file states: which of them a pool is, and how they are selected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from lepton_infra.clouds.private.nodes.gpu_software import gpu_software
from lepton_infra.clouds.private.settings import Machines
from lepton_infra.layers.gpus import Accelerator, Sharing
from lepton_infra.layers.node_pool import PLUGIN_CONFIG_LABEL, Owner, plugin_config

ZONE_LABEL = "topology.kubernetes.io/zone"
"""The nodes' own label of their failure domain, by which pods are spread."""


def of_shape(
    machines: Iterable[Machines],
    accelerator: Accelerator | None,
    per_node: int,
    cpus: int | None,
    sharing: Sharing | None,
) -> Machines | None:
    """The first machines with exactly these GPUs, or for a CPU pool with at least ``cpus`` vCPUs and no GPU.

    Those whose GPUs are shared as ``sharing`` says go before others.
    """
    found = [
        kind
        for kind in machines
        if (kind.accelerator, kind.accelerators_per_node) == (accelerator, per_node)
        and (accelerator is not None or kind.cpus >= (cpus or 0))
    ]
    return next((kind for kind in found if shares(kind, sharing)), next(iter(found), None))


def shares(kind: Machines, sharing: Sharing | None) -> bool:
    """True if such machines' GPUs are shared so, or will be once the region's device plugin reads their labels."""
    wanted = sharing or Sharing()
    software = gpu_software(kind)
    if software.device_plugin is Owner.REGION:
        turns = kind.labels.get(PLUGIN_CONFIG_LABEL) == plugin_config(sharing)
    else:
        turns = kind.time_slices == wanted.time_slices
    return turns and kind.mig == wanted.mig


def standing(kind: Machines) -> list[str]:
    """The zones in which such machines stand."""
    return [zone for zone, count in kind.nodes.items() if count]


def within(kind: Machines, zones: Sequence[str]) -> int:
    """Number of such machines in ``zones``."""
    return sum(count for zone, count in kind.nodes.items() if zone in zones)


def labels_in(kind: Machines, zones: Sequence[str]) -> Mapping[str, str]:
    """The labels that select such machines in ``zones``: all of theirs, or a single one."""
    if set(standing(kind)) <= set(zones):
        return dict(kind.labels)
    (zone,) = zones
    return {**kind.labels, ZONE_LABEL: zone}


def taint_key(taint: str) -> str:
    """The key of ``key=value:Effect``."""
    return taint.partition(":")[0].partition("=")[0]


def taint_keys(kind: Machines) -> list[str]:
    """Keys of the taints that keep pods from coming to such machines."""
    return [taint_key(taint) for taint in kind.taints if taint.endswith(":NoSchedule")]


def described(kind: Machines) -> str:
    """The machines in words, for people: ``1 x t4, 16 vCPUs``."""
    gpus = f"{kind.accelerators_per_node} x {kind.accelerator}, " if kind.accelerator else ""
    return f"{gpus}{kind.cpus} vCPUs"
