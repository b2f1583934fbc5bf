"""The simulated types of Azure: every service file's ``TYPES``."""

from __future__ import annotations

from typing import Final

from lepton_infra.simulator.azure_native import (
    authorization,
    compute,
    container_registry,
    container_service,
    key_vault,
    managed_identity,
    monitor,
    network,
    object_replication,
    private_dns,
    resources,
    security,
    storage,
)
from lepton_infra.simulator.azure_native.resource_type import AzureType
from lepton_infra.simulator.core.catalogue import Catalogue

_SERVICES: Final = (
    resources,
    network,
    private_dns,
    key_vault,
    managed_identity,
    compute,
    storage,
    object_replication,
    container_service,
    container_registry,
    authorization,
    monitor,
    security,
)

TYPES: Final = Catalogue(
    [type for service in _SERVICES for type in service.TYPES], blank=lambda token: AzureType(token=token)
)
