"""What keeps data on Azure, other than storage accounts, which ``blobs`` reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from lepton_infra.clouds.azure.reading.blobs import account
from lepton_infra.clouds.azure.reading.declared import Azure, data_class, kind
from lepton_infra.clouds.azure.reading.encrypting import by_key, key_of, version
from lepton_infra.clouds.azure.reading.guarding import is_locked, is_logged
from lepton_infra.clouds.azure.reading.seeing import differs, equals, some, told
from lepton_infra.compliance.facts import Encryption, Immutability, Store, StoreKind
from lepton_infra.compliance.graph import Resource, Seen

WORKSPACE: Final = "operationalinsights:Workspace"
REGISTRY: Final = "containerregistry:Registry"
VAULT: Final = "keyvault:Vault"
BACKUP_VAULTS: Final = ("dataprotection:BackupVault", "recoveryservices:Vault")
DISKS: Final = ("compute:Disk", "compute:Snapshot")


@dataclass(frozen=True, kw_only=True)
class Shape:
    """Where a plain store says what every store says. ``login`` is the property and the value that switch its own
    passwords or keys off, ``zones`` the same for copies in several zones, ``tls`` the property and Azure's default."""

    kind: StoreKind
    key: str
    public: str = "publicNetworkAccess"
    login: tuple[str, Any] | None = None
    tls: tuple[str, str] | None = None
    zones: tuple[str, Any] | None = None
    recoverable: bool | None = None


PLAIN: Final[Mapping[str, Shape]] = {
    "appconfiguration:ConfigurationStore": Shape(
        kind=StoreKind.DATABASE,
        key="encryption.keyVaultProperties.keyIdentifier",
        login=("disableLocalAuth", True),
    ),
    "cosmosdb:DatabaseAccount": Shape(
        kind=StoreKind.DATABASE,
        key="keyVaultKeyUri",
        login=("disableLocalAuth", True),
        tls=("minimalTlsVersion", "Tls12"),
        zones=("locations[0].isZoneRedundant", True),
        recoverable=True,
    ),
    "dbformysql:Server": Shape(
        kind=StoreKind.DATABASE,
        key="dataEncryption.primaryKeyURI",
        public="network.publicNetworkAccess",
        zones=("highAvailability.mode", "ZoneRedundant"),
        recoverable=True,
    ),
    "dbforpostgresql:Server": Shape(
        kind=StoreKind.DATABASE,
        key="dataEncryption.primaryKeyURI",
        public="network.publicNetworkAccess",
        login=("authConfig.passwordAuth", "Disabled"),
        zones=("highAvailability.mode", "ZoneRedundant"),
        recoverable=True,
    ),
    "eventhub:Namespace": Shape(
        kind=StoreKind.QUEUE,
        key="encryption.keyVaultProperties",
        login=("disableLocalAuth", True),
        tls=("minimumTlsVersion", "1.2"),
        zones=("zoneRedundant", True),
    ),
    "redis:Redis": Shape(
        kind=StoreKind.DATABASE,
        key="encryption",
        login=("disableAccessKeyAuthentication", True),
        tls=("minimumTlsVersion", "1.0"),
    ),
    "servicebus:Namespace": Shape(
        kind=StoreKind.QUEUE,
        key="encryption.keyVaultProperties",
        login=("disableLocalAuth", True),
        tls=("minimumTlsVersion", "1.2"),
        zones=("zoneRedundant", True),
    ),
    "sql:Server": Shape(
        kind=StoreKind.DATABASE,
        key="keyId",
        login=("administrators.azureADOnlyAuthentication", True),
        tls=("minimalTlsVersion", "1.0"),
        recoverable=True,
    ),
}
"""Stores without a module of their own. What a database keeps for restoring it makes by itself."""

KINDS: Final = frozenset(
    {"storage:StorageAccount", "sql:Database", WORKSPACE, REGISTRY, VAULT, *BACKUP_VAULTS, *DISKS, *PLAIN}
)


def stores(azure: Azure) -> Iterator[Store]:
    """Every store, parts within what they are in."""
    for resource in azure.of("storage:StorageAccount"):
        yield account(azure, resource)
    for name, shape in PLAIN.items():
        for resource in azure.of(name):
            yield _plain(azure, resource, shape)
    for name, read in _READ.items():
        for resource in azure.of(name):
            yield read(azure, resource)


def _plain(azure: Azure, resource: Resource, shape: Shape) -> Store:
    login, tls, zones = shape.login, shape.tls, shape.zones
    return Store(
        resource=resource,
        kind=shape.kind,
        data_class=data_class(azure, resource),
        encryption=by_key(resource, shape.key),
        key=key_of(azure, resource, shape.key),
        public=differs(resource, shape.public, "Disabled", "SecuredByPerimeter", default="Enabled"),
        locked=is_locked(azure, resource),
        recoverable=None if shape.recoverable is None else resource.says(shape.recoverable),
        shared_key=None if login is None else differs(resource, login[0], login[1]),
        minimum_tls=None if tls is None else told(resource, tls[0], version, tls[1]),
        zone_redundant=None if zones is None else equals(resource, *zones),
    )


def _workspace(azure: Azure, resource: Resource) -> Store:
    """Who asks it is always somebody known; a key of its own lets anybody write who has it."""
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
"""Days that a workspace keeps logs if nothing is said ("Manage data retention in a Log Analytics workspace")."""


def _registry(azure: Azure, resource: Resource) -> Store:
    """Azure locks tags image by image, which no declaration tells of."""
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
        public=some(
            differs(resource, "publicNetworkAccess", "Disabled", default="Enabled"),
            equals(resource, "anonymousPullEnabled", True),
        ),
        locked=is_locked(azure, resource),
        access_logged=is_logged(azure, resource, "ContainerRegistryRepositoryEvents"),
        shared_key=equals(resource, "adminUserEnabled", True),
        zone_redundant=equals(resource, "zoneRedundancy", "Enabled", default="Disabled"),
        scanned=scanned,
    )


def _vault(azure: Azure, resource: Resource) -> Store:
    """A vault of keys keeps nothing that another key could encrypt; secrets in it are under Azure's own."""
    secrets = [each for each in azure.of("keyvault:Secret") if azure.parent(each) == resource]
    encryption = Encryption.PROVIDER if secrets else Encryption.CUSTOMER
    return Store(
        resource=resource,
        kind=StoreKind.SECRETS,
        data_class=data_class(azure, resource),
        encryption=resource.says(encryption),
        public=differs(resource, "properties.publicNetworkAccess", "Disabled", default="Enabled"),
        locked=is_locked(azure, resource),
        recoverable=differs(resource, "properties.enableSoftDelete", False, default=True),
        access_logged=is_logged(azure, resource, "AuditEvent"),
    )


_IMMUTABILITY: Final[Mapping[str, Immutability]] = {
    "Disabled": Immutability.NONE,
    "Unlocked": Immutability.REVERSIBLE,
    "Locked": Immutability.IRREVERSIBLE,
}


def _backup_vault(azure: Azure, resource: Resource) -> Store:
    protection = kind(resource) == BACKUP_VAULTS[0]
    inner = "securitySettings.encryptionSettings" if protection else "encryption"
    key = f"properties.{inner}.keyVaultProperties.keyUri"
    soft = "properties.securitySettings.softDeleteSettings"
    days = f"{soft}.{'retentionDurationInDays' if protection else 'softDeleteRetentionPeriodInDays'}"
    off = resource.get(f"{soft}.{'state' if protection else 'softDeleteState'}") in ("Off", "Disabled")
    return Store(
        resource=resource,
        kind=StoreKind.BACKUP,
        data_class=data_class(azure, resource),
        encryption=by_key(resource, key),
        key=key_of(azure, resource, key),
        public=None
        if protection
        else differs(resource, "properties.publicNetworkAccess", "Disabled", default="Enabled"),
        hidden_days=told(resource, days, lambda kept: 0 if off else int(kept), _SOFT_DELETE),
        immutable=told(
            resource,
            "properties.securitySettings.immutabilitySettings.state",
            lambda state: _IMMUTABILITY.get(state, Immutability.NONE),
            "Disabled",
        ),
        locked=is_locked(azure, resource),
        zone_redundant=equals(
            resource,
            "properties.storageSettings[0].type"
            if protection
            else "properties.redundancySettings.standardTierStorageRedundancy",
            "ZoneRedundant",
        ),
    )


_SOFT_DELETE: Final = 14
"""Days that a deleted backup stays if nothing is said ("Enhanced soft delete for Azure Backup")."""


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
    """Whether a disk can be exported over the public network: unless one of two properties forbids it."""
    closed = equals(resource, "networkAccessPolicy", "AllowPrivate", "DenyAll", default="AllowAll")
    if closed.value is True:
        return resource.says(False, closed.path)
    return differs(resource, "publicNetworkAccess", "Disabled", default="Enabled")


def _database(azure: Azure, resource: Resource) -> Store:
    """A database of a SQL server, which says by whose key and who gets in."""
    server = azure.parent(resource)
    return Store(
        resource=resource,
        kind=StoreKind.DATABASE,
        data_class=data_class(azure, resource),
        encryption=by_key(server, "keyId") if server is not None else resource.says(Encryption.PROVIDER),
        locked=is_locked(azure, resource),
        recoverable=resource.says(True),
        zone_redundant=equals(resource, "zoneRedundant", True),
    )


_READ: Final = {
    WORKSPACE: _workspace,
    REGISTRY: _registry,
    VAULT: _vault,
    "sql:Database": _database,
    **dict.fromkeys(BACKUP_VAULTS, _backup_vault),
    **dict.fromkeys(DISKS, _disk),
}
