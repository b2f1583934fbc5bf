"""Contract of the registry layer: the region's own copies of the images it runs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

import pulumi

from lepton_infra.layers.network import NetworkOutputs
from lepton_infra.lock import ImagePin

NetworkT = TypeVar("NetworkT", bound=NetworkOutputs)


@dataclass(frozen=True, kw_only=True)
class RegistryArgs(Generic[NetworkT]):
    """Arguments of the image registry, which holds all pinned images; how they are laid out is the cloud's own.

    ``by_name`` are keys of those that a chart takes by name, with upstream's tag (``ImageForm.REPOSITORY``): a cloud
    that keeps several images under one name gives each of these a name of its own. ``network`` is for clouds whose
    registry is reached through an address in it.
    """

    network: NetworkT
    by_name: Collection[str]


@dataclass(frozen=True, kw_only=True)
class RegistryOutputs:
    """Image references of this region's registry by lock key, with the digest of each image that has one pinned."""

    images: Mapping[str, pulumi.Output[str]]


def reference_suffix(pin: ImagePin) -> str:
    """Suffix of an image's own name in its reference: the digest, or the tag while no digest is pinned."""
    return f"@{pin.digest}" if pin.digest else f":{pin.tag}"
