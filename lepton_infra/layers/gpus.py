"""GPU kinds, MIG profiles and time-slicing of one GPU, and the minimum versions of GPU software.

One GPU serves several replicas cut into instances by the hardware (MIG), or taken in turns. An instance has memory,
caches and faults of its own; who takes turns has none of these to itself. So instances may be of different tenants, and
turns are for one tenant alone (NVIDIA, "Time-Slicing GPUs in Kubernetes", GPU Operator documentation: no memory or
fault isolation between replicas).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

PLUGIN_CONFIG_LABEL = "nvidia.com/device-plugin.config"
"""By this label of its node NVIDIA's device plugin chooses among its named configurations."""

TENANT_LABEL = "lepton.dev/tenant"
"""On pods that take turns on a GPU: on whose behalf they are served."""

REGIONS_OWNER = "REGION"
"""The tenant of a model that names none, in capitals, which no tenant's name has."""


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


_GPUS_80: Mapping[str, int] = {"1g.10gb": 7, "1g.20gb": 4, "2g.20gb": 3, "3g.40gb": 2, "4g.40gb": 1, "7g.80gb": 1}

MIG_PROFILES: Mapping[Accelerator, Mapping[str, int]] = {
    Accelerator.A100_40GB: {"1g.5gb": 7, "1g.10gb": 4, "2g.10gb": 3, "3g.20gb": 2, "4g.20gb": 1, "7g.40gb": 1},
    Accelerator.A100_80GB: _GPUS_80,
    Accelerator.H100: _GPUS_80,
    Accelerator.H200: {"1g.18gb": 7, "1g.35gb": 4, "2g.35gb": 3, "3g.71gb": 2, "4g.71gb": 1, "7g.141gb": 1},
    Accelerator.B200: {"1g.23gb": 7, "1g.45gb": 4, "2g.45gb": 3, "3g.90gb": 2, "4g.90gb": 1, "7g.180gb": 1},
}
"""Instances that a whole GPU is cut into, by kind and profile; a kind that is not here cannot be cut.

Read in the configuration that NVIDIA's own MIG manager ships:
https://github.com/NVIDIA/mig-parted/blob/v0.15.0/deployments/systemd/config-default.yaml. Profiles for media engines
and graphics (``+me``, ``+gfx``) are left out: a model server needs neither.
"""


@dataclass(frozen=True, kw_only=True)
class Sharing:
    """Sharing of each GPU of a pool: by a MIG profile or by a number of time slices."""

    mig: str | None = None
    time_slices: int | None = None


def parts_of_gpu(accelerator: Accelerator | None, sharing: Sharing | None) -> int:
    """Number of replicas that one GPU serves at once: 1 if it is not shared, or not by a known profile."""
    if accelerator is None or sharing is None:
        return 1
    return sharing.time_slices or MIG_PROFILES.get(accelerator, {}).get(sharing.mig or "", 1)


def parts_of_node(accelerator: Accelerator | None, per_node: int, sharing: Sharing | None) -> int:
    """Count of ``nvidia.com/gpu`` that a node offers: its GPUs, each in as many parts as it is shared by."""
    return per_node * parts_of_gpu(accelerator, sharing)


def measured_on_node(accelerator: Accelerator | None, per_node: int, sharing: Sharing | None) -> int:
    """Count of a node's GPUs and instances with metrics of their own: each instance, and each GPU without any."""
    cut = None if sharing is None or sharing.mig is None else sharing
    return parts_of_node(accelerator, per_node, cut)


def replica_capacity(nodes: int, parts: int, wanted: int) -> int:
    """Number of replicas, each of ``wanted`` parts, that ``nodes`` hold. A replica stays on one node."""
    return nodes * (parts // wanted)


READ_ON = "2026-11-28"
"""When the sources below were last looked at.

The minima are held against what a site states of its nodes and against what the lock file has read of node images. What
a cloud puts on its nodes without saying which is not known here.
"""


@dataclass(frozen=True, kw_only=True)
class Minimum:
    """The oldest ``version`` of one part, ``because`` of what, as ``source`` says."""

    version: str
    because: str
    source: str


MINIMUM_GPU_SOFTWARE: Mapping[str, Minimum] = {
    "driver": Minimum(
        version="525.60.13",
        because="the model server's image is built for CUDA 12",
        source="https://docs.nvidia.com/deploy/cuda-compatibility/minor-version-compatibility.html",
    ),
    "toolkit": Minimum(
        version="1.17.8",
        because="of CVE-2025-23266, by which a container takes its node",
        source="https://nvd.nist.gov/vuln/detail/CVE-2025-23266",
    ),
}
"""By part of the GPU software."""


def is_below(part: str, version: str) -> bool:
    """True if a version, numbers joined by dots, is older than the part's minimum."""
    return _numbers(version) < _numbers(MINIMUM_GPU_SOFTWARE[part].version)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in version.split("."))
