"""GKE releases: each determines the version of control plane, nodes and GPU drivers.

A release is pinned in the lock file per Kubernetes minor version. Google patches a cluster past it by itself and stops
offering an old release after some months; only minor versions are held (``control_plane``).
"""

from __future__ import annotations

import pulumi

from lepton_infra.lock import Pins

NODE_IMAGE = "COS_CONTAINERD"
"""Container-Optimized OS. Its build follows from the release."""

GPU_DRIVER = "DEFAULT"
"""GPU driver version that the release was tested with; ``LATEST`` would move by itself."""


def release(pins: Pins, version: str) -> str:
    """The pinned GKE release for a Kubernetes minor version, such as ``1.35.7-gke.1027000``."""
    key = f"gke-{version}"
    if key not in pins.node_images:
        known = ", ".join(sorted(pins.node_images)) or "none"
        raise pulumi.RunError(
            f"lepton.lock.yaml has no node_images.{key}; it has: {known}. "
            "Add the release with the place where it was read, or set cluster.version to one that is pinned."
        )
    return pins.node_images[key].release
