"""The region's own Azure Container Registry."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
from pulumi_azure_native import containerregistry

from lepton_infra.clouds.azure import names
from lepton_infra.clouds.azure.accounts import account_key
from lepton_infra.clouds.azure.groups import place
from lepton_infra.clouds.azure.iam.roles import Role, grant
from lepton_infra.clouds.azure.iam.vaults import key_vault
from lepton_infra.clouds.azure.logs import diagnostics
from lepton_infra.clouds.azure.network.endpoints import Service, private_endpoint
from lepton_infra.clouds.azure.network.network import AzureNetworkOutputs
from lepton_infra.clouds.azure.settings import Settings
from lepton_infra.compliance.facts.data_class import TAG, DataClass
from lepton_infra.layers.component import Component
from lepton_infra.layers.context import Context
from lepton_infra.layers.registry import RegistryArgs, RegistryOutputs, reference_suffix

UNTAGGED_IMAGE_DAYS = 14
LOGS = ("ContainerRegistryLoginEvents", "ContainerRegistryRepositoryEvents")


class Registry(Component[RegistryOutputs]):
    """A container registry, one repository per pinned image: private, no admin user, customer-managed key.

    It holds copies of upstream images, so it is deleted with the region, images included. Azure makes a repository
    with its first image, and a tag can be moved there: what pins an image is its digest. It does not copy the images:
    that is done from a machine that reaches both registries.
    """

    def __init__(
        self,
        name: str,
        args: RegistryArgs[AzureNetworkOutputs],
        context: Context,
        settings: Settings,
        opts: pulumi.ResourceOptions,
    ) -> None:
        super().__init__("lepton:azure:Registry", name, context, opts)
        link, logs = args.network.link, args.network.logs
        here = place(self, name, settings=settings, outlives_region=False)
        key = account_key(key_vault(here, f"{name}-vault", link=link, workspace=logs.workspace), name)
        enabled = containerregistry.PolicyStatus.ENABLED
        disabled = containerregistry.PolicyStatus.DISABLED
        made = containerregistry.Registry(
            f"{name}-images",
            registry_name=names.registry(name, settings.subscription_id),
            resource_group_name=here.group,
            location=settings.location,
            sku=containerregistry.SkuArgs(name=containerregistry.SkuName.PREMIUM),
            admin_user_enabled=False,
            anonymous_pull_enabled=False,
            data_endpoint_enabled=True,
            public_network_access=containerregistry.PublicNetworkAccess.DISABLED,
            network_rule_bypass_options=containerregistry.NetworkRuleBypassOptions.NONE,
            zone_redundancy=containerregistry.ZoneRedundancy.ENABLED,
            identity=containerregistry.IdentityPropertiesArgs(
                type=containerregistry.ResourceIdentityType.USER_ASSIGNED,
                user_assigned_identities=key.identity.id.apply(_identity),
            ),
            encryption=containerregistry.EncryptionPropertyArgs(
                status=containerregistry.EncryptionStatus.ENABLED,
                key_vault_properties=containerregistry.KeyVaultPropertiesArgs(
                    identity=key.identity.client_id, key_identifier=key.key.key_uri
                ),
            ),
            policies=containerregistry.PoliciesArgs(
                export_policy=containerregistry.ExportPolicyArgs(status=containerregistry.ExportPolicyStatus.DISABLED),
                quarantine_policy=containerregistry.QuarantinePolicyArgs(status=disabled),
                retention_policy=containerregistry.RetentionPolicyArgs(status=enabled, days=UNTAGGED_IMAGE_DAYS),
            ),
            tags={**self.context.tags, TAG: DataClass.MODEL_ARTIFACT.value},
            opts=here.kept(depends_on=[key.need]),
        )
        here.lock(f"{name}-images", made.id)
        private_endpoint(here, f"{name}-images", made.id, Service.REGISTRY, link)
        diagnostics(here, f"{name}-images", of=made.id, categories=LOGS, to=logs.workspace)
        pull = grant(
            self,
            f"{name}-pull",
            role=Role.ACR_PULL,
            to=args.network.nodes.principal_id,
            scope=made.id,
            settings=settings,
        )
        server = pulumi.Output.all(made.login_server, pull.id).apply(_first)
        self.publish(
            RegistryOutputs(
                images={
                    image: pulumi.Output.concat(server, "/", image, reference_suffix(pin))
                    for image, pin in self.context.pins.images.items()
                }
            )
        )


def _identity(id: str) -> dict[str, containerregistry.UserIdentityPropertiesArgs]:
    """Identities as the registry's API takes them: as keys, with values that Azure fills in."""
    return {id: containerregistry.UserIdentityPropertiesArgs()}


def _first(known: Sequence[str]) -> str:
    """The login server's name, known once nodes may pull from it."""
    return known[0]
