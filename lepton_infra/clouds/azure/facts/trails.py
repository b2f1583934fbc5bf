"""Facts of activity log exports, action groups, activity log alerts and Defender plans."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from lepton_infra.clouds.azure.facts.buckets import ACCESS, account
from lepton_infra.clouds.azure.facts.declared import Azure, data_class, equals
from lepton_infra.clouds.azure.facts.protection import categories, is_logged
from lepton_infra.compliance.facts import Alert, AlertRoute, Detection, Encryption, Immutability, Trail
from lepton_infra.compliance.facts.data_class import DataClass
from lepton_infra.compliance.graph.graph import UNKNOWN, Resource, Seen
from lepton_infra.compliance.graph.paths import at
from lepton_infra.compliance.graph.three_valued import every_seen

_SUBSCRIPTION: Final = re.compile(r"/subscriptions/[^/]+/?", re.IGNORECASE)
_WHOLE: Final = frozenset({"Administrative", "Security", "Policy"})
"""Categories of the activity log for actions of people and violations of policies."""

_RECEIVERS: Final[Mapping[str, str]] = {
    "emailReceivers": "emailAddress",
    "smsReceivers": "phoneNumber",
    "voiceReceivers": "phoneNumber",
    "azureAppPushReceivers": "emailAddress",
    "armRoleReceivers": "roleId",
    "webhookReceivers": "serviceUri",
    "logicAppReceivers": "resourceId",
    "azureFunctionReceivers": "functionAppResourceId",
    "automationRunbookReceivers": "webhookResourceId",
    "eventHubReceivers": "eventHubName",
    "itsmReceivers": "connectionId",
}

_ABOUT: Final[Mapping[str, re.Pattern[str]]] = {
    "break-glass": re.compile(r"microsoft\.authorization/roleassignment(schedulerequest)?s/write"),
    "audit-changed": re.compile(
        r"microsoft\.insights/diagnosticsettings/(write|delete)|microsoft\.keyvault/vaults/(.+/)?(write|delete)"
    ),
}
"""Operations of the activity log by which an alert is assigned to a subject."""


def trails(azure: Azure) -> Iterator[Trail]:
    """Diagnostic settings that export a subscription's activity log."""
    for setting in azure.of("monitor:SubscriptionDiagnosticSetting"):
        yield _trail(azure, setting)
    for setting in azure.of("monitor:DiagnosticSetting"):
        target = setting.get("resourceUri")
        if isinstance(target, str) and _SUBSCRIPTION.fullmatch(target):
            yield _trail(azure, setting)


def _trail(azure: Azure, setting: Resource) -> Trail:
    stores = [account(azure, each) for each in azure.named(setting, "storageAccountId", "storage:StorageAccount")]
    sent = categories(setting)
    fixed = [store.immutable for store in stores if store.immutable is not None]
    return Trail(
        resource=setting,
        complete=setting.says(sent >= _WHOLE or "allLogs" in sent, "logs"),
        verified=_verified(setting, fixed),
        encryption=_encryption(setting, [store.encryption for store in stores]),
        data_access=_data_access(azure, setting),
        with_content=setting.says(False),
    )


def _verified(setting: Resource, fixed: list[Seen[Immutability]]) -> Seen[bool]:
    """True if the export goes to an immutable storage account: a workspace can be purged."""
    for each in fixed:
        known = each.value if each.value is UNKNOWN else each.value is not Immutability.NONE
        return Seen(value=known, resource=each.resource, path=each.path)
    return setting.says(False, "storageAccountId")


def _encryption(setting: Resource, stores: list[Seen[Encryption]]) -> Seen[Encryption]:
    """Encryption of the weakest destination; a workspace counts as under Azure's own key."""
    if setting.get("workspaceId") is not None or not stores:
        return setting.says(Encryption.PROVIDER, "workspaceId")
    return stores[0]


def _data_access(azure: Azure, setting: Resource) -> Seen[bool]:
    """True if every storage account with personal data logs reads, writes and deletions."""
    accounts = [
        each
        for each in azure.of("storage:StorageAccount")
        if data_class(azure, each) in (DataClass.PERSONAL, DataClass.PROMPT)
    ]
    services = azure.of("storage:BlobServiceProperties")
    logged = [
        is_logged(azure, each, *ACCESS, parts=tuple(part for part in services if azure.parent(part) == each))
        for each in accounts
    ]
    return every_seen(*logged) if logged else setting.says(True)


def alert_routes(azure: Azure) -> Iterator[AlertRoute]:
    """Facts of action groups, which take no customer-managed key."""
    for resource in azure.of("monitor:ActionGroup"):
        found: list[Any] = [
            value for property, name in _RECEIVERS.items() for _, value in at(resource.inputs, f"{property}[].{name}")
        ]
        on = resource.get("enabled", True) is not False
        unknown = UNKNOWN in found
        yield AlertRoute(
            resource=resource,
            receivers=resource.says(UNKNOWN if unknown else tuple(map(str, found)) if on else (), "emailReceivers"),
            encryption=None,
        )


def alerts(azure: Azure) -> Iterator[Alert]:
    """Facts of activity log alerts, one for each subject of ``_ABOUT``."""
    for resource in azure.of("monitor:ActivityLogAlert"):
        if resource.get("enabled", True) is False:
            continue
        operations = _operations(resource.get("condition.allOf", ()))
        groups = [group for _, group in at(resource.inputs, "actions.actionGroups[].actionGroupId")]
        for about, pattern in _ABOUT.items():
            if any(pattern.fullmatch(operation) for operation in operations):
                yield Alert(resource=resource, about=about, routed=resource.says(bool(groups), "actions.actionGroups"))


def _operations(conditions: Any) -> list[str]:
    """Operation names in the conditions of an alert, in lowercase."""
    found: list[str] = []
    for each in conditions if isinstance(conditions, list | tuple) else ():
        if each is UNKNOWN:
            continue
        if each.get("field") == "operationName":
            found += [str(value).lower() for value in (each.get("equals"), *(each.get("containsAny") or ())) if value]
        found += _operations(each.get("anyOf") or ())
    return found


def detections(azure: Azure) -> Iterator[Detection]:
    """Facts of Defender plans, of the subscription or of one storage account."""
    for resource in azure.of("security:Pricing"):
        yield Detection(resource=resource, on=equals(resource, "pricingTier", "Standard"))
    for resource in azure.of("security:DefenderForStorage"):
        yield Detection(resource=resource, on=equals(resource, "isEnabled", True, default=False))
    for resource in azure.of("security:AdvancedThreatProtection"):
        yield Detection(resource=resource, on=equals(resource, "isEnabled", True, default=False))
