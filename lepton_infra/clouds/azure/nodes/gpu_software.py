"""Owner of each part of the GPU software on AKS nodes (driver, toolkit, device plugin, exporter), and MIG profiles.

AKS puts driver and container toolkit on the node and leaves the device plugin and the exporter to others ("Use GPUs on
AKS"). Where it does all of it ("fully managed GPU nodes"), it does so in preview only. It chooses the image itself.
"""

from __future__ import annotations

from collections.abc import Mapping

from lepton_infra.layers.gpus import MIG_PROFILES, Accelerator
from lepton_infra.layers.node_pool import GpuSoftware, Owner

OS = "Ubuntu"
"""Operating system of every node (``OSSKU``)."""

DRIVER = "Install"
"""AKS installs the NVIDIA driver with the node."""

GPU_SOFTWARE: Mapping[str, GpuSoftware] = {
    OS: GpuSoftware(
        driver=Owner.IMAGE,
        toolkit=Owner.IMAGE,
        device_plugin=Owner.REGION,
        partitioning=Owner.CLOUD,
        exporter=Owner.REGION,
    ),
}
"""Owners by operating system, for every one that a pool can have."""

_SLICES: Mapping[str, str] = {"1g": "MIG1g", "2g": "MIG2g", "3g": "MIG3g", "4g": "MIG4g", "7g": "MIG7g"}
"""``GPUInstanceProfile`` of AKS by number of compute slices, each with the memory that goes with them."""


def instance_profiles(accelerator: Accelerator) -> dict[str, str]:
    """MIG profiles that AKS offers, with their ``GPUInstanceProfile``: per number of slices that of least memory."""
    least: dict[str, str] = {}
    for profile in MIG_PROFILES.get(accelerator, {}):
        least.setdefault(profile.partition(".")[0], profile)
    return {profile: _SLICES[slices] for slices, profile in least.items()}
