"""Log Analytics workspace, archive account and flow logs of a region, made before any resource that writes a log."""

from __future__ import annotations

import pulumi
from pulumi_azure_native import network

from lepton_infra.clouds.azure.accounts import AccountSpec, account_key, expire, private_account
from lepton_infra.clouds.azure.groups import Place
from lepton_infra.clouds.azure.iam.roles import Role, grant
from lepton_infra.clouds.azure.iam.vaults import key_vault
from lepton_infra.clouds.azure.logs import LogPlace, workspace
from lepton_infra.clouds.azure.network.endpoints import PrivateLink
from lepton_infra.compliance.facts.data_class import DataClass

WATCHER_GROUP = "NetworkWatcherRG"
"""Resource group of the network watcher that Azure makes for each location with the first network there."""


def log_stores(place: Place, name: str, *, link: PrivateLink, virtual_network: pulumi.Output[str]) -> LogPlace:
    """A workspace, an append-only archive account, and the flow logs of ``virtual_network`` in an account of their own.

    A flow log gets another list of its blocks every minute for an hour, so it cannot go to the archive, and has some
    sixty versions; Azure keeps a block once.
    """
    days = place.context.log_days
    logs = workspace(place, name)
    vault = key_vault(place, f"{name}-vault", link=link, workspace=logs.id)
    key = account_key(vault, f"{name}-stores")
    archive = private_account(
        place, f"{name}-audit", AccountSpec(key=key, link=link, data_class=DataClass.AUDIT_LOG, append_only_days=days)
    )
    expire(place, f"{name}-audit", archive, days)
    flows = private_account(place, f"{name}-flow", AccountSpec(key=key, link=link, data_class=DataClass.AUDIT_LOG))
    expire(place, f"{name}-flow", flows, days)
    _flow_logs(place, name, flows.id, virtual_network)
    return LogPlace(workspace=logs.id, archive=archive.id)


def _flow_logs(place: Place, name: str, account: pulumi.Output[str], virtual_network: pulumi.Output[str]) -> None:
    """Flow logs of the whole virtual network, written by a managed identity: the account takes no shared key."""
    writer = place.identity(f"{name}-flow-writer")
    right = grant(
        place.parent,
        f"{name}-flow-write",
        role=Role.BLOB_WRITER,
        to=writer.principal_id,
        scope=account,
        settings=place.settings,
        outlives_region=place.outlives_region,
    )
    network.FlowLog(
        f"{name}-flows",
        flow_log_name=f"{name}-flows",
        network_watcher_name=f"NetworkWatcher_{place.settings.location}",
        resource_group_name=WATCHER_GROUP,
        location=place.settings.location,
        enabled=True,
        format=network.FlowLogFormatParametersArgs(type="JSON", version=2),
        identity=network.ManagedServiceIdentityArgs(
            type=network.ResourceIdentityType.USER_ASSIGNED, user_assigned_identities=[writer.id]
        ),
        # The account's own lifecycle deletes them: this one ends at 365 days, less than a law may ask for.
        retention_policy=network.RetentionPolicyParametersArgs(enabled=False, days=0),
        storage_id=account,
        target_resource_id=virtual_network,
        tags=dict(place.context.tags),
        opts=place.parent.child(depends_on=[right]),
    )
