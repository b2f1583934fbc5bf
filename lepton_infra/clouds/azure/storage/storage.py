"""The blob storage account of a region, with containers for models and data."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
from pulumi_azure_native import storage

from lepton_infra.clouds.azure import names
from lepton_infra.clouds.azure.accounts import AccountSpec, account_key, keep_versions, private_account
from lepton_infra.clouds.azure.groups import Place, place
from lepton_infra.clouds.azure.iam.vaults import key_vault
from lepton_infra.clouds.azure.logs import diagnostics, workspace
from lepton_infra.clouds.azure.network.address_plan import address_plan
from lepton_infra.clouds.azure.network.network import AzureNetworkOutputs
from lepton_infra.clouds.azure.settings import Settings
from lepton_infra.compliance.facts.data_class import DataClass
from lepton_infra.layers.component import Component
from lepton_infra.layers.context import Context
from lepton_infra.layers.network import Endpoint
from lepton_infra.layers.storage import BucketOutputs, StorageArgs, StorageOutputs

MODELS, DATA = "models", "data"
ACCESS_LOGS = ("StorageRead", "StorageWrite", "StorageDelete")


@dataclass(frozen=True, kw_only=True)
class AzureStorageOutputs(StorageOutputs):
    """Outputs of the storage account, with which other layers grant readers and replicate the data."""

    group: pulumi.Output[str]
    group_id: pulumi.Output[str]
    account: str
    account_id: pulumi.Output[str]
    models_container: str


class Storage(Component[AzureStorageOutputs]):
    """A storage account with a container for models and one for data, under a customer-managed key.

    Group, account, key and the right to use the key outlive the region: deleting any of them would take the data along.
    Access logs of reads, writes and deletions are in a workspace of their own. Nothing here copies data to another
    region.
    """

    def __init__(
        self,
        name: str,
        args: StorageArgs[AzureNetworkOutputs],
        context: Context,
        settings: Settings,
        opts: pulumi.ResourceOptions,
    ) -> None:
        super().__init__("lepton:azure:Storage", name, context, opts)
        link, logs = args.network.link, args.network.logs
        kept = place(self, name, settings=settings, outlives_region=True)
        vault = key_vault(kept, f"{name}-vault", link=link, workspace=logs.workspace)
        key = account_key(vault, name)
        account = private_account(kept, f"{name}-store", AccountSpec(key=key, link=link, data_class=DataClass.PERSONAL))
        log = workspace(kept, f"{name}-access-log")
        service = keep_versions(kept, f"{name}-store", account, args.noncurrent_version_days, copied=True)
        diagnostics(kept, f"{name}-access", of=service.id, categories=ACCESS_LOGS, to=log.id)
        models, data = (_container(kept, name, purpose, account, service) for purpose in (MODELS, DATA))
        account_name = names.storage_account(f"{name}-store", settings.subscription_id)
        self.publish(
            AzureStorageOutputs(
                models=_bucket(account, models),
                data=_bucket(account, data),
                rclone={
                    "type": "azureblob",
                    "account": account_name,
                    "env_auth": "true",
                    "no_check_container": "true",
                },
                endpoints=[Endpoint(cidr=address_plan(args.network.cidr).endpoints, port=443)],
                group=kept.group,
                group_id=kept.group_id,
                account=account_name,
                account_id=account.id,
                models_container=MODELS,
            )
        )


def _container(
    kept: Place, name: str, purpose: str, account: storage.StorageAccount, service: storage.BlobServiceProperties
) -> storage.BlobContainer:
    """A blob container called ``purpose``, made after versioning: objects written earlier would have no versions."""
    return storage.BlobContainer(
        f"{name}-{purpose}",
        container_name=purpose,
        account_name=account.name,
        resource_group_name=kept.group,
        public_access=storage.PublicAccess.NONE,
        opts=kept.kept(depends_on=[service]),
    )


def _bucket(account: storage.StorageAccount, container: storage.BlobContainer) -> BucketOutputs:
    """A container's rclone path and its URL."""
    uri = pulumi.Output.concat("https://", account.name, ".blob.core.windows.net/", container.name)
    return BucketOutputs(path=container.name, uri=uri)
