"""A private storage account under a customer-managed key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_azure_native import keyvault, managedidentity, storage

from lepton_infra.clouds.azure import names
from lepton_infra.clouds.azure.groups import Place
from lepton_infra.clouds.azure.iam.roles import Role, grant
from lepton_infra.clouds.azure.iam.vaults import Vault, customer_key
from lepton_infra.clouds.azure.network.endpoints import PrivateLink, Service, private_endpoint
from lepton_infra.compliance.facts.data_class import TAG, DataClass


@dataclass(frozen=True, kw_only=True)
class AccountKey:
    """A customer-managed key for storage accounts, and the managed identity that uses it.

    Accounts depend on ``need``, the identity's role assignment on the key.
    """

    key: keyvault.Key
    vault: Vault
    identity: managedidentity.UserAssignedIdentity
    need: pulumi.Resource


def account_key(vault: Vault, name: str) -> AccountKey:
    """A Key Vault key for storage accounts, with its managed identity and role assignment.

    Both stay as long as the data: without them nothing can be read.
    """
    key = customer_key(vault, f"{name}-key")
    identity = vault.place.identity(f"{name}-key-user")
    need = grant(
        vault.place.parent,
        f"{name}-key-use",
        role=Role.KEY_ENCRYPTION,
        to=identity.principal_id,
        scope=key.id,
        settings=vault.place.settings,
        outlives_region=vault.place.outlives_region,
    )
    return AccountKey(key=key, vault=vault, identity=identity, need=need)


@dataclass(frozen=True, kw_only=True)
class AccountSpec:
    """Key, private link and data class of a storage account, and the days of its immutability policy.

    ``append_only_days`` keeps every version of an object from deletion that long, for an audit's evidence: an object
    that is written again becomes another version, so what was there stays. The policy stays unlocked, so that an order
    to erase can be obeyed. Azure takes it only for a new account.
    """

    key: AccountKey
    link: PrivateLink
    data_class: DataClass
    append_only_days: int | None = None


def private_account(place: Place, name: str, spec: AccountSpec) -> storage.StorageAccount:
    """A storage account for Entra identities in the virtual network only: no shared key, no public access, TLS 1.2.

    Copies stay in the location, in three zones (ZRS).
    """
    key = spec.key
    account = storage.StorageAccount(
        name,
        account_name=names.storage_account(name, place.settings.subscription_id),
        resource_group_name=place.group,
        location=place.settings.location,
        kind=storage.Kind.STORAGE_V2,
        sku=storage.SkuArgs(name=storage.SkuName.STANDARD_ZRS),
        access_tier=storage.AccessTier.HOT,
        allow_blob_public_access=False,
        allow_cross_tenant_replication=False,
        allow_shared_key_access=False,
        allowed_copy_scope=storage.AllowedCopyScope.PRIVATE_LINK,
        default_to_o_auth_authentication=True,
        enable_https_traffic_only=True,
        is_local_user_enabled=False,
        is_sftp_enabled=False,
        minimum_tls_version=storage.MinimumTlsVersion.TLS1_2,
        public_network_access=storage.PublicNetworkAccess.DISABLED,
        network_rule_set=storage.NetworkRuleSetArgs(
            bypass=storage.Bypass.AZURE_SERVICES, default_action=storage.DefaultAction.DENY
        ),
        identity=storage.IdentityArgs(
            type=storage.IdentityType.USER_ASSIGNED, user_assigned_identities=[key.identity.id]
        ),
        # Without a version of the key: the account follows its rotation.
        encryption=storage.EncryptionArgs(
            key_source=storage.KeySource.MICROSOFT_KEYVAULT,
            require_infrastructure_encryption=True,
            key_vault_properties=storage.KeyVaultPropertiesArgs(key_name=key.key.name, key_vault_uri=key.vault.uri),
            encryption_identity=storage.EncryptionIdentityArgs(encryption_user_assigned_identity=key.identity.id),
        ),
        immutable_storage_with_versioning=_append_only(spec.append_only_days),
        tags={**place.context.tags, TAG: spec.data_class.value},
        opts=place.kept(depends_on=[key.need]),
    )
    place.lock(name, account.id)
    private_endpoint(place, name, account.id, Service.BLOB, spec.link)
    return account


def _append_only(days: int | None) -> storage.ImmutableStorageAccountArgs | None:
    if days is None:
        return None
    return storage.ImmutableStorageAccountArgs(
        enabled=True,
        immutability_policy=storage.AccountImmutabilityPolicyPropertiesArgs(
            state=storage.AccountImmutabilityPolicyState.UNLOCKED,
            immutability_period_since_creation_in_days=days,
            allow_protected_append_writes=True,
        ),
    )


def keep_versions(
    place: Place, name: str, account: storage.StorageAccount, days: int, *, copied: bool = False
) -> storage.BlobServiceProperties:
    """Enable blob versions and soft delete, so that replaced and deleted objects can be recovered for ``days`` only.

    ``copied`` enables the change feed as well, from which Azure copies objects to another account (object replication).

    A replaced object is a version, which a lifecycle rule deletes within a day; what is deleted stays recoverable for
    ``days``. A rule by the version's age would not do: Azure counts it from when the object was first written.
    """
    kept = storage.DeleteRetentionPolicyArgs(enabled=True, days=days)
    service = storage.BlobServiceProperties(
        f"{name}-blobs",
        blob_services_name="default",
        account_name=account.name,
        resource_group_name=place.group,
        is_versioning_enabled=True,
        delete_retention_policy=kept,
        container_delete_retention_policy=kept,
        change_feed=storage.ChangeFeedArgs(enabled=True, retention_in_days=days) if copied else None,
        opts=place.part_of_kept(),
    )
    version = storage.ManagementPolicyVersionArgs(
        delete=storage.DateAfterCreationArgs(days_after_creation_greater_than=0)
    )
    _lifecycle(place, name, account, storage.ManagementPolicyActionArgs(version=version), ["blockBlob"], service)
    return service


def expire(place: Place, name: str, account: storage.StorageAccount, days: int) -> None:
    """Enable blob versions, and a lifecycle rule that deletes versions and objects ``days`` after they were written.

    An append-only account has versions anyhow; declared, they cannot be switched off unseen.
    """
    service = storage.BlobServiceProperties(
        f"{name}-blobs",
        blob_services_name="default",
        account_name=account.name,
        resource_group_name=place.group,
        is_versioning_enabled=True,
        opts=place.part_of_kept(),
    )
    old = storage.DateAfterModificationArgs(days_after_modification_greater_than=days)
    replaced = storage.DateAfterCreationArgs(days_after_creation_greater_than=days)
    actions = storage.ManagementPolicyActionArgs(
        base_blob=storage.ManagementPolicyBaseBlobArgs(delete=old),
        version=storage.ManagementPolicyVersionArgs(delete=replaced),
    )
    _lifecycle(place, name, account, actions, ["appendBlob", "blockBlob"], service)


def _lifecycle(
    place: Place,
    name: str,
    account: storage.StorageAccount,
    actions: storage.ManagementPolicyActionArgs,
    blobs: Sequence[str],
    *needs: pulumi.Resource,
) -> None:
    """A lifecycle management policy with one rule for the whole account."""
    storage.ManagementPolicy(
        f"{name}-lifecycle",
        management_policy_name="default",
        account_name=account.name,
        resource_group_name=place.group,
        policy=storage.ManagementPolicySchemaArgs(
            rules=[
                storage.ManagementPolicyRuleArgs(
                    name="retention",
                    type=storage.RuleType.LIFECYCLE,
                    enabled=True,
                    definition=storage.ManagementPolicyDefinitionArgs(
                        actions=actions, filters=storage.ManagementPolicyFilterArgs(blob_types=list(blobs))
                    ),
                )
            ]
        ),
        opts=place.part_of_kept(depends_on=list(needs)),
    )
