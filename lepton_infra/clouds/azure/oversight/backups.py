"""Backups of the data container: object replication to an account of its own."""

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
"""What the policy of the receiving account is called until Azure has named it (object replication, API reference)."""


def backups(
    parent: Component[Any],
    name: str,
    args: OversightArgs[AzureNetworkOutputs, AzureStorageOutputs, AzureClusterOutputs],
    settings: Settings,
) -> None:
    """Copy every object of the data container, as it is written, to an account that no right on the first one reaches.

    The copy has its own group, lock and key, in the same location. What is replaced or deleted in the first account can
    be had back from the copy for ``backup_days``, and cannot be purged before.

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
    """The id that Azure gave to the one rule: both accounts must know it by the same."""
    id = rules[0].rule_id if rules else None
    assert id is not None, "a policy that stands has named its rules"
    return id
