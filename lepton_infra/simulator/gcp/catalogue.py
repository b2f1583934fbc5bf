"""The simulated types of Google Cloud: every service file's ``TYPES``, in the order in which uses are looked at."""

from __future__ import annotations

from typing import Final

from lepton_infra.simulator.core.catalogue import Catalogue
from lepton_infra.simulator.gcp import (
    artifact_registry,
    compute_addresses,
    compute_capacity,
    compute_network,
    compute_subnetwork,
    container_cluster,
    container_node_pool,
    dns,
    kms,
    logging,
    monitoring,
    privileged_access,
    projects,
    pubsub,
    service_accounts,
    storage,
    storage_transfer,
)
from lepton_infra.simulator.gcp.resource_type import GcpType

_SERVICES: Final = (
    projects,
    service_accounts,
    privileged_access,
    kms,
    compute_subnetwork,
    compute_network,
    compute_capacity,
    container_cluster,
    container_node_pool,
    compute_addresses,
    storage,
    storage_transfer,
    artifact_registry,
    logging,
    monitoring,
    dns,
    pubsub,
)

TYPES: Final = Catalogue(
    [type for service in _SERVICES for type in service.TYPES], blank=lambda token: GcpType(token=token)
)
