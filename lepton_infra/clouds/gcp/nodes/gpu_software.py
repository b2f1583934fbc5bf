"""Owner of each part of the GPU software on GKE nodes (driver, toolkit, device plugin, exporter), by node image.

GKE puts driver, toolkit and device plugin on a node whose pool asks for a driver, and cuts or shares GPUs as the pool
says ("Run GPUs in Standard node pools", "About GPU sharing strategies in GKE"). The exporter comes with the component
DCGM of the cluster's monitoring (``control_plane``), in a namespace of Google's; a second one on the node would take
the profiling counters from it.
"""

from __future__ import annotations

from collections.abc import Mapping

from lepton_infra.clouds.gcp.nodes.versions import NODE_IMAGE
from lepton_infra.layers.node_pool import GpuSoftware, Owner

GPU_SOFTWARE: Mapping[str, GpuSoftware] = {
    NODE_IMAGE: GpuSoftware(
        driver=Owner.CLOUD,
        toolkit=Owner.CLOUD,
        device_plugin=Owner.CLOUD,
        partitioning=Owner.CLOUD,
        exporter=Owner.CLOUD,
    ),
}
"""Owners by node image, for every image that a pool can have."""
