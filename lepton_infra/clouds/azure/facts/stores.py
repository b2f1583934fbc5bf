"""Facts of all stores; those of Log Analytics workspaces, container registries and disks are made here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lepton_infra.clouds.azure.facts import databases, vaults
from lepton_infra.clouds.azure.facts.buckets import account
from lepton_infra.clouds.azure.facts.declared import Azure, data_class, differs, equals
from lepton_infra.clouds.azure.facts.encryption import by_key, key_of
from lepton_infra.clouds.azure.facts.protection import is_locked, is_logged
from lepton_infra.compliance.facts import Encryption, Immutability, Store, StoreKind
from lepton_infra.compliance.graph.graph import Resource, Seen
from lepton_infra.compliance.graph.three_valued import some_seen, told

ACCOUNT: Final = "storage:StorageAccount"
WORKSPACE: Final = "operationalinsights:Workspace"
REGISTRY: Final = "containerregistry:Registry"
DISKS: Final = ("compute:Disk", "compute:Snapshot")


KINDS: Final = frozenset({ACCOUNT, WORKSPACE, REGISTRY, *DISKS, *databases.KINDS, *vaults.KINDS})


def stores(azure: Azure) -> Iterator[Store]:
    """Facts of every store; a part, such as a container, belongs to its parent's."""
    for resource in azure.of(ACCOUNT):
        yield account(azure, resource)
    yield from databases.databases(azure)
    yield from vaults.vaults(azure)
    for name, read in _READ.items():
        for resource in azure.of(name):
            yield read(azure, resource)


def _workspace(azure: Azure, resource: Resource) -> Store:
    """The store of a Log Analytics workspace. Queries need an Entra identity; a workspace key allows writing logs."""
    longest = [
        table.get("totalRetentionInDays")
        for table in azure.of("operationalinsights:Table")
        if azure.parent(table) == resource and isinstance(table.get("totalRetentionInDays"), int)
    ]
    days = told(resource, "retentionInDays", lambda days: max([days, *longest]), _FREE_RETENTION)
    return Store(
        resource=resource,
        kind=StoreKind.LOG,
        data_class=data_class(azure, resource),
        encryption=by_key(resource, "features.clusterResourceId"),
        days=days,
        immutable=resource.says(Immutability.NONE),
        locked=is_locked(azure, resource),
        shared_key=differs(resource, "features.disableLocalAuth", True),
    )


_FREE_RETENTION: Final = 30
"""Default retention of a workspace, in days ("Manage data retention in a Log Analytics workspace")."""


def _registry(azure: Azure, resource: Resource) -> Store:
    """The store of a container registry. Azure locks tags image by image, outside of any declared resource."""
    plans = [each for each in azure.of("security:Pricing") if each.get("pricingName") == "Containers"]
    scanned = equals(plans[0], "pricingTier", "Standard") if plans else resource.says(False)
    return Store(
        resource=resource,
        kind=StoreKind.REGISTRY,
        data_class=data_class(azure, resource),
        encryption=told(
            resource,
            "encryption.status",
            lambda status: Encryption.CUSTOMER if status == "enabled" else Encryption.PROVIDER,
            "disabled",
        ),
        key=key_of(azure, resource, "encryption.keyVaultProperties.keyIdentifier"),
        public=some_seen(
            differs(resource, "publicNetworkAccess", "Disabled", default="Enabled"),
            equals(resource, "anonymousPullEnabled", True),
        ),
        locked=is_locked(azure, resource),
        access_logged=is_logged(azure, resource, "ContainerRegistryRepositoryEvents"),
        shared_key=equals(resource, "adminUserEnabled", True),
        zone_redundant=equals(resource, "zoneRedundancy", "Enabled", default="Disabled"),
        scanned=scanned,
    )


def _disk(azure: Azure, resource: Resource) -> Store:
    return Store(
        resource=resource,
        kind=StoreKind.DISK,
        data_class=data_class(azure, resource),
        encryption=by_key(resource, "encryption.diskEncryptionSetId"),
        public=_open(resource),
        locked=is_locked(azure, resource),
        zone_redundant=told(resource, "sku.name", lambda name: "ZRS" in str(name), ""),
    )


def _open(resource: Resource) -> Seen[bool]:
    """True if a disk can be exported over the public network: neither of two properties forbids it."""
    closed = equals(resource, "networkAccessPolicy", "AllowPrivate", "DenyAll", default="AllowAll")
    if closed.value is True:
        return resource.says(False, closed.path)
    return differs(resource, "publicNetworkAccess", "Disabled", default="Enabled")


_READ: Final = {WORKSPACE: _workspace, REGISTRY: _registry, **dict.fromkeys(DISKS, _disk)}
