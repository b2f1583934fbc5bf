"""Diagnostic setting that archives the subscription's activity log."""

from __future__ import annotations

from pulumi_azure_native import monitor

from lepton_infra.clouds.azure.groups import Place
from lepton_infra.clouds.azure.logs import LogPlace

CATEGORIES = ("Administrative", "Security", "Policy")
"""Categories for actions of people and policies; the activity log's others report Azure's own health and advice."""


def audit_trail(place: Place, name: str, logs: LogPlace) -> None:
    """Send the activity log to the append-only archive account, encrypted under the region's own key.

    Azure lets a subscription have five such settings, so that is how many regions one can hold.
    """
    monitor.SubscriptionDiagnosticSetting(
        f"{name}-trail",
        name=f"{name}-trail",
        storage_account_id=logs.archive,
        logs=[monitor.SubscriptionLogSettingsArgs(category=category, enabled=True) for category in CATEGORIES],
        opts=place.parent.child(),
    )
