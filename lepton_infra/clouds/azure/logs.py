"""Log Analytics workspaces, and diagnostic settings that send logs to a workspace or to the archive account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_azure_native import monitor, operationalinsights

from lepton_infra.clouds.azure.groups import Place
from lepton_infra.clouds.azure.retention import retention
from lepton_infra.compliance.facts.data_class import TAG, DataClass


@dataclass(frozen=True, kw_only=True)
class LogPlace:
    """Destinations of a region's logs.

    ``workspace`` is the id of the Log Analytics workspace, for queries; ``archive`` that of the append-only account.
    """

    workspace: pulumi.Output[str]
    archive: pulumi.Output[str]


def workspace(place: Place, name: str, data_class: DataClass = DataClass.AUDIT_LOG) -> operationalinsights.Workspace:
    """A Log Analytics workspace for Entra identities only; it stays when the region is torn down.

    Azure's own key encrypts it: a customer-managed one needs a dedicated cluster, which is bought by the 100 GB a day.
    """
    made = operationalinsights.Workspace(
        name,
        workspace_name=name,
        resource_group_name=place.group,
        location=place.settings.location,
        sku=operationalinsights.WorkspaceSkuArgs(name="PerGB2018"),
        retention_in_days=retention(place.context.log_days),
        features=operationalinsights.WorkspaceFeaturesArgs(
            disable_local_auth=True, enable_log_access_using_only_resource_permissions=True
        ),
        tags={**place.context.tags, TAG: data_class.value},
        opts=place.kept(),
    )
    place.lock(name, made.id)
    return made


def diagnostics(
    place: Place,
    name: str,
    *,
    of: pulumi.Input[str],
    categories: Sequence[str],
    to: pulumi.Input[str] | None = None,
    archive: pulumi.Input[str] | None = None,
) -> None:
    """A diagnostic setting that sends the log ``categories`` of the resource ``of`` to a workspace or an archive."""
    monitor.DiagnosticSetting(
        f"{name}-diagnostics",
        name=name,
        resource_uri=of,
        workspace_id=to,
        storage_account_id=archive,
        log_analytics_destination_type="Dedicated" if to is not None else None,
        logs=[monitor.DiagnosticsLogSettingsArgs(category=category, enabled=True) for category in categories],
        opts=place.parent.child(),
    )
