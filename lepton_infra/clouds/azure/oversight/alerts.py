"""Activity log alerts and the action group that notify the incident contacts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pulumi_azure_native import monitor

from lepton_infra.clouds.azure.groups import Place

RIGHTS_TAKEN = (
    "Microsoft.Authorization/roleAssignments/write",
    "Microsoft.Authorization/roleAssignmentScheduleRequests/write",
)
"""Operations that grant a role: permanently, or for one activation of the emergency role (PIM)."""

AUDIT_CHANGES = (
    "Microsoft.Insights/diagnosticSettings/write",
    "Microsoft.Insights/diagnosticSettings/delete",
    "Microsoft.KeyVault/vaults/delete",
    "Microsoft.KeyVault/vaults/keys/write",
    "Microsoft.Authorization/locks/delete",
)
"""Operations that change a diagnostic setting or a key, or delete a key vault or a management lock."""

SHORT_NAME = 12
"""Maximum length of an action group's short name, shown in text messages (action groups, API reference)."""

_HTTPS = "https://"


def alerts(place: Place, name: str, contacts: Mapping[str, str]) -> str:
    """Create an action group of the contacts, and alerts on role assignments and on audit changes; return its id.

    Azure runs action groups and activity log alerts globally. The log is the whole subscription's.
    """
    group_name = f"{name}-alerts"
    group = monitor.ActionGroup(
        group_name,
        action_group_name=group_name,
        resource_group_name=place.group,
        location="global",
        group_short_name=name[:SHORT_NAME],
        enabled=True,
        email_receivers=[
            monitor.MicrosoftCommonEmailReceiverArgs(name=role, email_address=address, use_common_alert_schema=True)
            for role, address in contacts.items()
            if not address.startswith(_HTTPS)
        ],
        webhook_receivers=[
            monitor.WebhookReceiverArgs(name=role, service_uri=address, use_common_alert_schema=True)
            for role, address in contacts.items()
            if address.startswith(_HTTPS)
        ],
        tags=dict(place.context.tags),
        opts=place.parent.child(),
    )
    _alert(place, f"{name}-break-glass-used", "Rights are taken, the emergency role's among them", RIGHTS_TAKEN, group)
    _alert(place, f"{name}-audit-changed", "What is logged, or a key, is changed", AUDIT_CHANGES, group)
    resource_group = f"/subscriptions/{place.settings.subscription_id}/resourceGroups/{name}"
    return f"{resource_group}/providers/Microsoft.Insights/actionGroups/{group_name}"


def _alert(place: Place, name: str, description: str, operations: Sequence[str], group: monitor.ActionGroup) -> None:
    """An activity log alert that notifies ``group`` of any of ``operations``, anywhere in the subscription."""
    administrative = monitor.AlertRuleAnyOfOrLeafConditionArgs(field="category", equals="Administrative")
    named = [monitor.AlertRuleLeafConditionArgs(field="operationName", equals=operation) for operation in operations]
    monitor.ActivityLogAlert(
        name,
        activity_log_alert_name=name,
        resource_group_name=place.group,
        location="global",
        description=description,
        enabled=True,
        scopes=[f"/subscriptions/{place.settings.subscription_id}"],
        condition=monitor.AlertRuleAllOfConditionArgs(
            all_of=[administrative, monitor.AlertRuleAnyOfOrLeafConditionArgs(any_of=named)]
        ),
        actions=monitor.ActionListArgs(action_groups=[monitor.ActionGroupArgs(action_group_id=group.id)]),
        tags=dict(place.context.tags),
        opts=place.parent.child(),
    )
