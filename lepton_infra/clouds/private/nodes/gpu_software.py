"""Owner of each part of the GPU software on a site's nodes, by what the file says of the machines."""

from __future__ import annotations

from lepton_infra.clouds.private.settings import Machines
from lepton_infra.layers.node_pool import NO_GPU, GpuSoftware, Owner


def gpu_software(kind: Machines) -> GpuSoftware:
    """The owners on one kind of machine. Only the site partitions GPUs, and only where the file says so."""
    stated = kind.gpu_software
    if stated is None:
        return NO_GPU
    return GpuSoftware(
        driver=Owner(stated.driver),
        toolkit=Owner(stated.toolkit),
        device_plugin=Owner(stated.device_plugin),
        partitioning=Owner.SITE if kind.mig else Owner.NOBODY,
        exporter=Owner(stated.exporter),
    )
