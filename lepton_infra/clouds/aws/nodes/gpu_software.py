"""Owner of each part of the GPU software on EKS nodes, by node image.

The accelerated AL2023 image brings the NVIDIA driver, container toolkit and fabric manager, not the device plugin ("Use
EKS-optimized accelerated AMIs for GPU instances", EKS user guide). Nobody cuts GPUs into instances: that takes NVIDIA's
MIG manager, which comes with the whole GPU Operator, runs privileged with the node's root mounted, and restarts what
uses a GPU. ``problems`` refuses such pools.
"""

from __future__ import annotations

from collections.abc import Mapping

from lepton_infra.layers.node_pool import GpuSoftware, Owner

GPU_SOFTWARE: Mapping[str, GpuSoftware] = {
    "al2023": GpuSoftware(
        driver=Owner.IMAGE,
        toolkit=Owner.IMAGE,
        device_plugin=Owner.REGION,
        partitioning=Owner.NOBODY,
        exporter=Owner.REGION,
    ),
}
"""By image family, of every family that there is."""
