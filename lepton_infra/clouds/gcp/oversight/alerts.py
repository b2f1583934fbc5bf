"""Cloud Monitoring alert policies and e-mail channels that notify the contacts of break-glass use and audit changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
from pulumi_gcp import monitoring

from lepton_infra.clouds.gcp.iam import conditions
from lepton_infra.clouds.gcp.labels import labels
from lepton_infra.clouds.gcp.network.network import GcpNetworkOutputs
from lepton_infra.clouds.gcp.services import Api
from lepton_infra.clouds.gcp.settings import Settings
from lepton_infra.layers.component import Component
from lepton_infra.layers.oversight import OversightArgs

WATCHED: Mapping[str, str] = {
    "break-glass": conditions.EMERGENCY_USE,
    "audit-changed": conditions.AUDIT_CHANGED,
}
"""Log filter of each alert policy. A log-match policy has one condition and no more."""

SECONDS_BETWEEN = 300
"""Notification rate limit: at most one message of a policy in this time. A log-match alert must have a limit
(AlertStrategy, Monitoring API reference), and this is the shortest possible."""


def alerts(
    parent: Component[Any], name: str, args: OversightArgs[GcpNetworkOutputs, Any, Any], settings: Settings
) -> None:
    """An e-mail notification channel for each contact, and an alert policy for each log filter of ``WATCHED``.

    Every policy notifies all channels.
    """
    channels = [_channel(parent, f"{name}-{role}", address, args, settings) for role, address in args.contacts.items()]
    for about, log_filter in WATCHED.items():
        _policy(parent, f"{name}-{about}", log_filter, [channel.name for channel in channels], args, settings)


def _channel(
    parent: Component[Any],
    name: str,
    address: str,
    args: OversightArgs[GcpNetworkOutputs, Any, Any],
    settings: Settings,
) -> monitoring.NotificationChannel:
    return monitoring.NotificationChannel(
        name,
        project=settings.project,
        display_name=name,
        type="email",
        labels={"email_address": address},
        user_labels=labels(parent.context.tags),
        # A channel that another policy of the project names is not for the region to take away.
        force_delete=False,
        opts=parent.child(depends_on=[args.network.apis[Api.MONITORING]]),
    )


def _policy(
    parent: Component[Any],
    name: str,
    log_filter: str,
    channels: Sequence[pulumi.Input[str]],
    args: OversightArgs[GcpNetworkOutputs, Any, Any],
    settings: Settings,
) -> monitoring.AlertPolicy:
    return monitoring.AlertPolicy(
        name,
        project=settings.project,
        display_name=name,
        combiner="OR",
        severity="CRITICAL",
        conditions=[
            monitoring.AlertPolicyConditionArgs(
                display_name=name,
                condition_matched_log=monitoring.AlertPolicyConditionConditionMatchedLogArgs(filter=log_filter),
            )
        ],
        alert_strategy=monitoring.AlertPolicyAlertStrategyArgs(
            notification_rate_limit=monitoring.AlertPolicyAlertStrategyNotificationRateLimitArgs(
                period=f"{SECONDS_BETWEEN}s"
            )
        ),
        notification_channels=list(channels),
        user_labels=labels(parent.context.tags),
        opts=parent.child(depends_on=[args.network.apis[Api.MONITORING]]),
    )
