"""Azure Key Vaults and customer-managed keys."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
from pulumi_azure_native import keyvault

from lepton_infra.clouds.azure import names
from lepton_infra.clouds.azure.groups import Place
from lepton_infra.clouds.azure.logs import diagnostics
from lepton_infra.clouds.azure.network.endpoints import PrivateLink, Service, private_endpoint

SOFT_DELETE_DAYS = 90
"""The longest soft-delete retention of Key Vault (7 to 90): the time to notice that a key was deleted."""

KEY_BITS = 3072


@dataclass(frozen=True, kw_only=True)
class Vault:
    """A key vault and its ``Place``."""

    place: Place
    resource: keyvault.Vault

    @property
    def id(self) -> pulumi.Output[str]:
        """The vault's resource id."""
        return self.resource.id

    @property
    def uri(self) -> pulumi.Output[str]:
        """The vault's URI, through which its keys are used: ``https://<name>.vault.azure.net/``."""
        return self.resource.properties.vault_uri.apply(_present)


def key_vault(place: Place, name: str, *, link: PrivateLink, workspace: pulumi.Input[str]) -> Vault:
    """A key vault with purge protection: deleted keys stay recoverable for 90 days and cannot be purged earlier.

    Closed to the public network; Azure's own services have access by their identities. Keys are made through Azure
    Resource Manager, so a deployment needs no network access to the vault.
    """
    settings = place.settings
    made = keyvault.Vault(
        name,
        vault_name=names.vault(name, settings.subscription_id, settings.vault_name_suffix),
        resource_group_name=place.group,
        location=settings.location,
        properties=keyvault.VaultPropertiesArgs(
            tenant_id=settings.tenant_id,
            sku=keyvault.SkuArgs(family="A", name=keyvault.SkuName.STANDARD),
            enable_rbac_authorization=True,
            enable_soft_delete=True,
            soft_delete_retention_in_days=SOFT_DELETE_DAYS,
            enable_purge_protection=True,
            enabled_for_deployment=False,
            enabled_for_template_deployment=False,
            enabled_for_disk_encryption=False,
            public_network_access="Disabled",
            network_acls=keyvault.NetworkRuleSetArgs(bypass="AzureServices", default_action="Deny"),
        ),
        tags=dict(place.context.tags),
        opts=place.kept(),
    )
    place.lock(name, made.id)
    private_endpoint(place, name, made.id, Service.VAULT, link)
    diagnostics(place, name, of=made.id, categories=["AuditEvent"], to=workspace)
    return Vault(place=place, resource=made)


def customer_key(vault: Vault, name: str) -> keyvault.Key:
    """An RSA key with a rotation policy: Key Vault makes a new version every ``key_rotation_days``.

    Versions never expire: data that an old one wrapped must stay readable. Stores wrap their own keys with it; the
    control plane of AKS encrypts with it directly.
    """
    return keyvault.Key(
        name,
        key_name=name,
        vault_name=vault.resource.name,
        resource_group_name=vault.place.group,
        properties=keyvault.KeyPropertiesArgs(
            kty=keyvault.JsonWebKeyType.RSA,
            key_size=KEY_BITS,
            key_ops=["wrapKey", "unwrapKey", "encrypt", "decrypt"],
            attributes=keyvault.KeyAttributesArgs(enabled=True, exportable=False),
            rotation_policy=keyvault.RotationPolicyArgs(
                lifetime_actions=[
                    keyvault.LifetimeActionArgs(
                        action=keyvault.ActionArgs(type=keyvault.KeyRotationPolicyActionType.ROTATE),
                        trigger=keyvault.TriggerArgs(time_after_create=iso_days(vault.place.context.key_rotation_days)),
                    )
                ]
            ),
        ),
        tags=dict(vault.place.context.tags),
        opts=vault.place.kept(),
    )


def iso_days(days: int) -> str:
    """A number of days as an ISO 8601 duration."""
    return f"P{days}D"


def _present(value: str | None) -> str:
    assert value is not None, "a vault that stands has an address"
    return value
