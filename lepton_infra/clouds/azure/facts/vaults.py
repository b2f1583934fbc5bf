"""Facts of key vaults, backup vaults and Recovery Services vaults."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from lepton_infra.clouds.azure.facts.declared import Azure, data_class, differs, equals, kind
from lepton_infra.clouds.azure.facts.encryption import by_key, key_of
from lepton_infra.clouds.azure.facts.protection import is_locked, is_logged
from lepton_infra.compliance.facts import Encryption, Immutability, Store, StoreKind
from lepton_infra.compliance.graph.graph import Resource
from lepton_infra.compliance.graph.three_valued import told

VAULT: Final = "keyvault:Vault"
BACKUP_VAULTS: Final = ("dataprotection:BackupVault", "recoveryservices:Vault")
KINDS: Final = frozenset({VAULT, *BACKUP_VAULTS})


def vaults(azure: Azure) -> Iterator[Store]:
    """Facts of every key vault and backup vault."""
    for resource in azure.of(VAULT):
        yield _vault(azure, resource)
    for resource in azure.of(*BACKUP_VAULTS):
        yield _backup_vault(azure, resource)


def _vault(azure: Azure, resource: Resource) -> Store:
    """The store of a key vault: keys need no other key to encrypt them; secrets are under Azure's own key."""
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
"""Default soft-delete retention of a backup, in days ("Enhanced soft delete for Azure Backup")."""
