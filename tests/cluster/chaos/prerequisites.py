"""What a region's cluster has before serving comes: definitions of kinds, and a class of storage."""

from __future__ import annotations

from lepton_infra.simulator.control_plane import definitions
from lepton_infra.simulator.control_plane.api import Api
from tests.cluster.chaos.model_objects import STORAGE_CLASS
from tests.cluster.waiting import MANAGER

KINDS = ("gateway-api", "envoy-gateway", "cert-manager")
"""What the charts would define that nobody renders here."""


def furnish(api: Api) -> None:
    """What a region's cluster has before serving comes."""
    for each in KINDS:
        definitions.install(api, each)
    disks = {"provisioner": "disks.example", "volumeBindingMode": "WaitForFirstConsumer"}
    metadata = {"name": STORAGE_CLASS}
    api.apply({"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": metadata, **disks}, MANAGER)
