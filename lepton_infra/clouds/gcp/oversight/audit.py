"""Log bucket for the project's admin activity audit logs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pulumi

from lepton_infra.clouds.gcp import logs
from lepton_infra.clouds.gcp.iam import conditions
from lepton_infra.clouds.gcp.network.network import GcpNetworkOutputs
from lepton_infra.clouds.gcp.settings import Settings
from lepton_infra.layers.component import Component
from lepton_infra.layers.oversight import OversightArgs


def audit_trail(
    parent: Component[Any],
    name: str,
    args: OversightArgs[GcpNetworkOutputs, Any, Any],
    settings: Settings,
    *,
    backup_buckets: Sequence[str],
) -> pulumi.Resource:
    """Store a copy of all admin activity logs in the region, under its own key and as long as the stack file says.

    Data access logs of ``backup_buckets`` go there too; returns their exclusion, on which the first backup depends.
    Google keeps admin activity by itself for 400 days in the project's ``_Required`` bucket; its location is a setting
    of the organisation. The storage layer keeps the data access logs of other objects.
    """
    accesses = conditions.access_logs(*backup_buckets)
    sink = logs.kept_log(
        parent,
        f"{name}-trail",
        store=args.network.log_store,
        settings=settings,
        log_filter=f"{conditions.ADMIN_ACTIVITY} OR ({accesses})",
    )
    return logs.kept_out(parent, f"{name}-trail", settings=settings, log_filter=accesses, sink=sink)
