"""Facts of storage accounts: encryption, retention, immutability, public access and access logs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from lepton_infra.clouds.azure.facts.declared import Azure, data_class, differs, equals
from lepton_infra.clouds.azure.facts.encryption import by_source, key_of, version
from lepton_infra.clouds.azure.facts.protection import is_locked, is_logged
from lepton_infra.clouds.azure.facts.retention import hidden_days, kept_by_age, part
from lepton_infra.compliance.facts import Immutability, Store, StoreKind
from lepton_infra.compliance.graph.graph import Resource, Seen
from lepton_infra.compliance.graph.three_valued import some_seen, told

ACCESS: Final = ("StorageRead", "StorageWrite", "StorageDelete")

_IMMUTABLE: Final[Mapping[Any, Immutability]] = {
    "Unlocked": Immutability.REVERSIBLE,
    "Locked": Immutability.IRREVERSIBLE,
}


def account(azure: Azure, resource: Resource) -> Store:
    """The store of a storage account. Deleting it deletes its content, unless a management lock prevents that."""
    service = part(azure, resource, "storage:BlobServiceProperties")
    versions = equals(service, "isVersioningEnabled", True) if service else resource.says(False)
    backed_up = any(resource.urn in {each.urn for each in covered} for covered in _copied(azure))
    tls = told(resource, "minimumTlsVersion", version, "TLS1_0")
    plain = equals(resource, "enableHttpsTrafficOnly", False, default=True)
    return Store(
        resource=resource,
        kind=StoreKind.BUCKET,
        data_class=data_class(azure, resource),
        encryption=by_source(resource, "encryption.keySource"),
        key=key_of(azure, resource, "encryption.keyVaultProperties.keyName"),
        public=some_seen(
            equals(resource, "allowBlobPublicAccess", True, default=False),
            differs(resource, "publicNetworkAccess", "Disabled", "SecuredByPerimeter", default="Enabled"),
        ),
        days=kept_by_age(azure, resource),
        hidden_days=hidden_days(azure, resource),
        immutable=_immutable(azure, resource),
        locked=is_locked(azure, resource),
        recoverable=resource.says(True) if backed_up else versions,
        access_logged=is_logged(azure, resource, *ACCESS, parts=(service,) if service else ()),
        shared_key=differs(resource, "allowSharedKeyAccess", False, default=True),
        minimum_tls=resource.says(None, plain.path) if plain.value is True else tls,
        zone_redundant=told(resource, "sku.name", lambda name: "ZRS" in str(name), ""),
    )


def _copied(azure: Azure) -> Iterator[tuple[Resource, ...]]:
    """Storage accounts that each backup instance or object replication policy copies."""
    for instance in azure.of("dataprotection:BackupInstance"):
        yield azure.named(instance, "properties", "storage:StorageAccount")
    for policy in azure.of("storage:ObjectReplicationPolicy"):
        yield azure.named(policy, "sourceAccount", "storage:StorageAccount")


def _immutable(azure: Azure, account: Resource) -> Seen[Immutability]:
    """Immutability by the account's own policy or a container's; a legal hold is reversible."""
    path = "immutableStorageWithVersioning.immutabilityPolicy.state"
    own = told(account, path, lambda state: _IMMUTABLE.get(state, Immutability.NONE))
    if own.value is not Immutability.NONE:
        return own
    for name in ("storage:BlobContainerImmutabilityPolicy", "storage:BlobContainerLegalHold"):
        for policy in azure.of(name):
            if azure.parent(policy) == account:
                locked = policy.outputs.get("state") == "Locked"
                return policy.says(Immutability.IRREVERSIBLE if locked else Immutability.REVERSIBLE)
    return own
