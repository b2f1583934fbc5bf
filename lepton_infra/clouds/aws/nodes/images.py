"""Node images of EKS: their names and their disks.

A release is pinned in the lock file per image family and Kubernetes minor version, because EKS releases node images so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from lepton_infra.lock import Pins


@dataclass(frozen=True, kw_only=True)
class ImageFamily:
    """One kind of node image. ``disk`` is the device that holds images and pods."""

    cpu_type: str
    gpu_type: str
    disk: str


IMAGE_FAMILIES: Mapping[str, ImageFamily] = {
    "al2023": ImageFamily(
        cpu_type="AL2023_x86_64_STANDARD",
        gpu_type="AL2023_x86_64_NVIDIA",
        disk="/dev/xvda",
    ),
}
"""By family."""


def image_release(pins: Pins, family: str, version: str) -> str:
    """The pinned release of a family's images for a Kubernetes minor version, such as ``1.35.6-20260714``."""
    return _pinned(pins, f"eks-{family}-{version}")


def addon_release(pins: Pins, addon: str, version: str) -> str:
    """The pinned release of an EKS add-on for a Kubernetes minor version."""
    return _pinned(pins, f"eks-addon-{addon}-{version}")


def _pinned(pins: Pins, key: str) -> str:
    if key not in pins.node_images:
        known = ", ".join(sorted(pins.node_images)) or "none"
        raise pulumi.RunError(
            f"lepton.lock.yaml has no node_images.{key}; it has: {known}. "
            "Add the release with the place where it was read, or set cluster.version to one that is pinned."
        )
    return pins.node_images[key].release
