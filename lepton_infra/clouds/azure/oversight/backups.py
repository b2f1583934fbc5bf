"""Backup of the data container: object replication to a second storage account."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pulumi_azure_native import storage

from lepton_infra.clouds.azure.accounts import AccountSpec, account_key, keep_versions, private_account
from lepton_infra.clouds.azure.cluster.cluster import AzureClusterOutputs
from lepton_infra.clouds.azure.groups import place
from lepton_infra.clouds.azure.iam.vaults import key_vault
from lepton_infra.clouds.azure.logs import diagnostics
from lepton_infra.clouds.azure.network.network import AzureNetworkOutputs
from lepton_infra.clouds.azure.settings import Settings
from lepton_infra.clouds.azure.storage.storage import ACCESS_LOGS, DATA, AzureStorageOutputs
from lepton_infra.compliance.facts.data_class import DataClass
from lepton_infra.layers.component import Component
from lepton_infra.layers.oversight import OversightArgs

ON_DESTINATION = "default"
"""Policy id of the receiving account until Azure has assigned one (object replication, API reference)."""


def backups(
    parent: Component[Any],
    name: str,
    args: OversightArgs[AzureNetworkOutputs, AzureStorageOutputs, AzureClusterOutputs],
    settings: Settings,
) -> None:
    """Replicate every object of the data container, as it is written, to an account with rights of its own.

    No role assignment on the first account covers the copy. It has its own group, lock and key, in the same location.
    Objects replaced or deleted in the first account can be recovered from the copy for ``backup_days``, and cannot be
    purged before.

    Not Azure Backup's vault: that takes blobs only from accounts that let objects be replicated to other tenants, which
    would open the data to any account anywhere ("Troubleshoot Azure Blob backup", on object replication).
    """
    kept = place(parent, f"{name}-backup", settings=settings, outlives_region=True)
    link, logs, base = args.network.link, args.network.logs, f"{name}-backup"
    vault = key_vault(kept, f"{base}-vault", link=link, workspace=logs.workspace)
    key = account_key(vault, base)
    account = private_account(kept, f"{base}-store", AccountSpec(key=key, link=link, data_class=DataClass.BACKUP))
    service = keep_versions(kept, f"{base}-store", account, args.backup_days)
    diagnostics(kept, f"{base}-access", of=service.id, categories=ACCESS_LOGS, to=logs.workspace)
    container = storage.BlobContainer(
        f"{base}-{DATA}",
        container_name=DATA,
        account_name=account.name,
        resource_group_name=kept.group,
        public_access=storage.PublicAccess.NONE,
        opts=kept.kept(depends_on=[service]),
    )
    received = storage.ObjectReplicationPolicy(
        f"{base}-received",
        object_replication_policy_id=ON_DESTINATION,
        account_name=account.name,
        resource_group_name=kept.group,
        source_account=args.storage.account_id,
        destination_account=account.id,
        rules=[
            storage.ObjectReplicationPolicyRuleArgs(
                source_container=args.storage.data.path, destination_container=container.name
            )
        ],
        opts=kept.part_of_kept(),
    )
    storage.ObjectReplicationPolicy(
        f"{base}-sent",
        object_replication_policy_id=received.policy_id,
        account_name=args.storage.account,
        resource_group_name=args.storage.group,
        source_account=args.storage.account_id,
        destination_account=account.id,
        rules=[
            storage.ObjectReplicationPolicyRuleArgs(
                rule_id=received.rules.apply(first_rule_id),
                source_container=args.storage.data.path,
                destination_container=container.name,
            )
        ],
        opts=kept.part_of_kept(),
    )


def first_rule_id(rules: Sequence[storage.outputs.ObjectReplicationPolicyRuleResponse] | None) -> str:
    """The id that Azure assigned to the one replication rule; the source account's policy must repeat it."""
    id = rules[0].rule_id if rules else None
    assert id is not None, "a policy that stands has named its rules"
    return id
