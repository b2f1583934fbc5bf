"""Azure Storage: accounts, containers, their policies and copies of objects."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from lepton_infra.simulator.azure_native.customer_keys import require_protected, require_usable
from lepton_infra.simulator.azure_native.identifiers import top
from lepton_infra.simulator.azure_native.key_vault import key_named
from lepton_infra.simulator.azure_native.places import Place
from lepton_infra.simulator.azure_native.resource_type import AzureType, Fixed, LiveResource, Request, Unique
from lepton_infra.simulator.azure_native.syntax import matching
from lepton_infra.simulator.behaviour import Bucket, Call, CloudError, Failure, Properties, Stored
from lepton_infra.simulator.core.paths import at
from lepton_infra.simulator.core.resource_type import paths
from lepton_infra.simulator.determinism import CREATED
from lepton_infra.simulator.formats import between, one_of

ACCOUNT: Final = top("Microsoft.Storage/storageAccounts/{accountName}")
_CONTAINER: Final = ACCOUNT.part("blobServices/default/containers/{containerName}")


_VAULT_URI: Final = re.compile(r"https://(?P<name>[^./]+)\.vault\.azure\.net/?")


_SERVICES: Final = ("blobServices", "fileServices", "queueServices", "tableServices")


_BLOB_ENDPOINTS: Final = {
    "blob": "https://{name}.blob.core.windows.net/",
    "dfs": "https://{name}.dfs.core.windows.net/",
    "file": "https://{name}.file.core.windows.net/",
    "queue": "https://{name}.queue.core.windows.net/",
    "table": "https://{name}.table.core.windows.net/",
    "web": "https://{name}.z6.web.core.windows.net/",
}


CONTAINER_NAME: Final = matching(
    r"(?!.*--)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]", "3 to 63 lowercase letters, digits and single hyphens"
)


def _encryption(inputs: Properties, place: Place) -> Iterator[Failure]:
    encryption = inputs.get("encryption")
    if not isinstance(encryption, Mapping) or encryption.get("keySource") != "Microsoft.Keyvault":
        return
    properties = encryption.get("keyVaultProperties", {})
    for name in ("keyName", "keyVaultUri"):
        if isinstance(properties, Mapping) and not properties.get(name):
            reason = "InvalidValuesForRequestParameters: keySource Microsoft.Keyvault needs it"
            yield Failure(path=f"encryption.keyVaultProperties.{name}", reason=reason)
    yield from _key_identity(
        at(encryption, "encryptionIdentity.encryptionUserAssignedIdentity"),
        inputs.get("identity"),
        "encryption.encryptionIdentity.encryptionUserAssignedIdentity",
    )


def _key_identity(user: Any, identity: Any, path: str) -> Iterator[Failure]:
    """A new resource reaches its key only as a user-assigned identity, which it must also be given."""
    used = at(identity, "userAssignedIdentities")
    if user is None:
        reason = "a customer key needs a user-assigned identity: a system-assigned one is not there before the resource"
        yield Failure(path=path, reason=reason)
    elif isinstance(user, str) and (
        identity is None or (isinstance(used, list) and _all_texts(used) and user not in used)
    ):
        yield Failure(path=path, reason=f"{user} is not among identity.userAssignedIdentities")


def _all_texts(values: list[Any]) -> bool:
    return all(isinstance(value, str) for value in values)


def _key(call: Call) -> None:
    """The key of an account. Codes are those of the storage resource provider."""
    encryption = call.inputs.get("encryption") or {}
    if encryption.get("keySource") != "Microsoft.Keyvault":
        return
    uri, name = (str(at(encryption, f"keyVaultProperties.{name}")) for name in ("keyVaultUri", "keyName"))
    vault = _VAULT_URI.fullmatch(uri)
    key = key_named(call.scope, vault["name"], name) if vault else None
    if key is None:
        raise CloudError("KeyVaultKeyNotFound", f"encryption.keyVaultProperties: there is no key {name} in {uri}")
    require_protected(call, key, "KeyVaultPolicyError")
    user = at(encryption, "encryptionIdentity.encryptionUserAssignedIdentity")
    require_usable(call, key, user, "KeyVaultAuthenticationFailure")


def _account(live: LiveResource) -> dict[str, Any]:
    inputs = live.call.inputs
    name = live.name
    return {
        "creationTime": CREATED,
        "primaryLocation": inputs["location"],
        "statusOfPrimary": "available",
        "primaryEndpoints": {service: url.format(name=name) for service, url in _BLOB_ENDPOINTS.items()},
        "keyCreationTime": {"key1": CREATED, "key2": CREATED},
        "sku": {"tier": str(at(inputs, "sku.name")).partition("_")[0]},
        "privateEndpointConnections": [],
    }


def _bucket(stored: Stored) -> Bucket:
    """A container. Azure deletes it with all it holds, and an account with all its containers: only a lock on them,
    which the guards know, keeps it from that. What it could bring back for some days is gone here."""
    account, container = stored.inputs["accountName"], stored.inputs["containerName"]
    return Bucket(uri=f"https://{account}.blob.core.windows.net/{container}", kept=None)


STORAGE_ACCOUNT: Final = AzureType(
    token="azure-native:storage:StorageAccount",
    path=ACCOUNT,
    api=Request(model="storage.StorageAccountCreateParameters", operation="storage_accounts.create"),
    uncovered={"encryption.keyVaultProperties": "looked up before a creation"},
    input_rules=(_encryption,),
    unique=(
        Unique(
            code="StorageAccountAlreadyTaken",
            message="The storage account named {name} is already taken.",
            worldwide=True,
        ),
    ),
    preconditions=(_key,),
    defaults={
        "accessTier": "Hot",
        "allowBlobPublicAccess": False,
        "enableHttpsTrafficOnly": True,
        "minimumTlsVersion": "TLS1_2",
        "encryption": {"keySource": "Microsoft.Storage"},
        "networkRuleSet": {"bypass": "AzureServices", "defaultAction": "Allow"},
        "accountMigrationInProgress": False,
        "failoverInProgress": False,
        "isSkuConversionBlocked": False,
        "blobRestoreStatus": {},
        "geoReplicationStats": {},
        "secondaryEndpoints": {},
        "storageAccountSkuConversionStatus": {},
        "lastGeoFailoverTime": "",
        "secondaryLocation": "",
        "statusOfSecondary": "",
    },
    outputs=_account,
    parts=lambda stored: (f"{stored.id}/{service}/default" for service in _SERVICES),
    immutable=paths("isHnsEnabled"),
    fixed=Fixed(
        code="AccountPropertyCannotBeUpdated",
        paths=paths("kind encryption.requireInfrastructureEncryption enableNfsV3 dnsEndpointType"),
        later=paths("immutableStorageWithVersioning.enabled"),
    ),
)


BLOB_SERVICE: Final = AzureType(
    token="azure-native:storage:BlobServiceProperties",
    path=ACCOUNT.part("blobServices/{blobServicesName}"),
    api=Request(model="storage.BlobServiceProperties", operation="blob_services.set_service_properties"),
    formats={
        "blobServicesName": one_of("default"),
        "deleteRetentionPolicy.days": between(1, 365),
        "containerDeleteRetentionPolicy.days": between(1, 365),
    },
    overwrites=True,
)


BLOB_CONTAINER: Final = AzureType(
    token="azure-native:storage:BlobContainer",
    path=_CONTAINER,
    api=Request(model="storage.BlobContainer", operation="blob_containers.create"),
    formats={"containerName": CONTAINER_NAME},
    defaults={
        "publicAccess": "None",
        "deleted": False,
        "deletedTime": "",
        "hasImmutabilityPolicy": False,
        "hasLegalHold": False,
        "leaseState": "Available",
        "leaseStatus": "Unlocked",
        "remainingRetentionDays": 0,
        "version": "",
    },
    bucket=_bucket,
)


CONTAINER_IMMUTABILITY: Final = AzureType(
    token="azure-native:storage:BlobContainerImmutabilityPolicy",
    path=_CONTAINER.part("immutabilityPolicies/{immutabilityPolicyName}"),
    api=Request(model="storage.ImmutabilityPolicy", operation="blob_containers.create_or_update_immutability_policy"),
    formats={
        "immutabilityPolicyName": one_of("default"),
        "immutabilityPeriodSinceCreationInDays": between(1, 146000),
    },
    defaults={"state": "Unlocked"},
)


STORAGE_LIFECYCLE: Final = AzureType(
    token="azure-native:storage:ManagementPolicy",
    path=ACCOUNT.part("managementPolicies/{managementPolicyName}"),
    api=Request(model="storage.ManagementPolicy", operation="management_policies.create_or_update"),
    formats={
        "managementPolicyName": one_of("default"),
        "policy.rules.name": matching(r"[A-Za-z0-9-]{1,256}", "1 to 256 letters, digits and hyphens"),
        "policy.rules.definition.filters.blobTypes": one_of("blockBlob", "appendBlob"),
    },
)


TYPES: Final = (
    STORAGE_ACCOUNT,
    BLOB_SERVICE,
    BLOB_CONTAINER,
    CONTAINER_IMMUTABILITY,
    STORAGE_LIFECYCLE,
)
