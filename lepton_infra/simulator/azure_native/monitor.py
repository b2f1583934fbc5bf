"""Azure Monitor: workspaces, diagnostic settings, action groups and alerts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

from lepton_infra.simulator.azure_native.identifiers import Autoname, Below, ResourcePath, extending, top
from lepton_infra.simulator.azure_native.places import Place
from lepton_infra.simulator.azure_native.resource_type import AzureType, Location, Request
from lepton_infra.simulator.azure_native.syntax import matching
from lepton_infra.simulator.behaviour import Call, CloudError, Failure, Properties
from lepton_infra.simulator.core.paths import at
from lepton_infra.simulator.determinism import CREATED
from lepton_infra.simulator.formats import between, one_of

_ALERTED = (
    "Administrative",
    "Alert",
    "Autoscale",
    "Policy",
    "Recommendation",
    "ResourceHealth",
    "Security",
    "ServiceHealth",
)


_MOST_SETTINGS: Final = 5


_ALERT_NAME: Final = matching(
    r"[^*#&+:<>?@%{}\\/|]{0,259}[^*#&+:<>?@%{}\\/| .]",
    "1 to 260 characters other than * # & + : < > ? @ % { } \\ / |, not ending with a space or .",
)


_RECEIVER: Final = matching(r".{1,50}", "1 to 50 characters")


_ALERT_FIELD: Final = one_of(
    "category", "level", "operationName", "resourceGroup", "resourceId", "resourceProvider", "resourceType", "status"
)


_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def _email(value: Any) -> Iterator[str]:
    """An address of mail, by its outer form."""
    if not _EMAIL.fullmatch(value):
        yield f'"{value}" is not an address of mail'


def _receivers(inputs: Properties, place: Place) -> Iterator[Failure]:
    """Receivers are told apart by their names, whatever their kind ("Action groups", API reference)."""
    receivers = [value for name, value in inputs.items() if name.endswith("Receivers") and isinstance(value, list)]
    names = Counter(each["name"] for each in _flat(receivers) if isinstance(each.get("name"), str))
    for name, count in names.items():
        if count > 1:
            reason = f'InvalidReceiverName: {count} receivers are called "{name}"; each needs a name of its own'
            yield Failure(path="emailReceivers", reason=reason)


def _flat(lists: list[list[Any]]) -> Iterator[Mapping[str, Any]]:
    for each in lists:
        yield from (item for item in each if isinstance(item, Mapping))


def _conditions(inputs: Properties, place: Place) -> Iterator[Failure]:
    """An alert names a category, and every other condition is either a field's or a choice of such."""
    conditions = at(inputs, "condition.allOf")
    if not isinstance(conditions, list) or not all(isinstance(each, Mapping) for each in conditions):
        return
    categories = [each.get("equals") for each in conditions if each.get("field") == "category"]
    if not categories:
        yield Failure(path="condition.allOf", reason="BadRequest: one condition must be on the field category")
    for category in categories:
        if isinstance(category, str) and category not in _ALERTED:
            reason = f'BadRequest: "{category}" is no category; allowed: {", ".join(_ALERTED)}'
            yield Failure(path="condition.allOf", reason=reason)
    for index, each in enumerate(conditions):
        if (each.get("anyOf") is None) == (each.get("field") is None):
            reason = "BadRequest: exactly one of field and anyOf must be given"
            yield Failure(path=f"condition.allOf[{index}]", reason=reason)


def _most(call: Call) -> None:
    """A subscription has five diagnostic settings at the most ("Diagnostic settings in Azure Monitor", limits).

    Raises:
        CloudError: if this one is too many.
    """
    if call.old is None and len(list(call.scope.all(call.type))) >= _MOST_SETTINGS:
        raise CloudError(
            "Conflict", f"The limit of {_MOST_SETTINGS} diagnostic settings of a subscription's activity log is reached"
        )


WORKSPACE: Final = AzureType(
    token="azure-native:operationalinsights:Workspace",
    path=top("Microsoft.OperationalInsights/workspaces/{workspaceName}"),
    api=Request(model="loganalytics.Workspace", operation="workspaces.create_or_update"),
    formats={"retentionInDays": between(4, 730)},
    defaults={"retentionInDays": 30, "privateLinkScopedResources": []},
    outputs=lambda live: {"customerId": live.uuid("customer"), "createdDate": CREATED, "modifiedDate": CREATED},
)


DIAGNOSTIC_SETTING: Final = AzureType(
    token="azure-native:monitor:DiagnosticSetting",
    path=extending("Microsoft.Insights/diagnosticSettings/{name}", scope="resourceUri", autoname=Autoname.RANDOM),
    uncovered={"logs.category": "what a resource can report is known to its service alone"},
    formats={"logAnalyticsDestinationType": one_of("Dedicated", "AzureDiagnostics")},
)


SUBSCRIPTION_DIAGNOSTIC_SETTING: Final = AzureType(
    token="azure-native:monitor:SubscriptionDiagnosticSetting",
    path=ResourcePath(
        path="providers/Microsoft.Insights/diagnosticSettings/{name}",
        below=Below.SUBSCRIPTION,
        autoname=Autoname.RANDOM,
    ),
    formats={
        "logs.category": one_of(
            "Administrative",
            "Security",
            "ServiceHealth",
            "Alert",
            "Recommendation",
            "Policy",
            "Autoscale",
            "ResourceHealth",
        )
    },
    preconditions=(_most,),
)


ACTION_GROUP: Final = AzureType(
    token="azure-native:monitor:ActionGroup",
    path=top("Microsoft.Insights/actionGroups/{actionGroupName}"),
    location=Location.GLOBAL,
    formats={
        "actionGroupName": _ALERT_NAME,
        "groupShortName": matching(r".{1,12}", "1 to 12 characters"),
        "emailReceivers.emailAddress": _email,
        "emailReceivers.name": _RECEIVER,
        "webhookReceivers.name": _RECEIVER,
        "webhookReceivers.serviceUri": matching(r"https?://\S+", "an address beginning with https://"),
    },
    input_rules=(_receivers,),
)


ACTIVITY_ALERT: Final = AzureType(
    token="azure-native:monitor:ActivityLogAlert",
    path=top("Microsoft.Insights/activityLogAlerts/{activityLogAlertName}"),
    location=Location.GLOBAL,
    uncovered={
        "condition.allOf.anyOf.equals": "operations are the services' own",
        "condition.allOf.equals": "what a field may be is the services' own",
    },
    formats={
        "activityLogAlertName": _ALERT_NAME,
        "condition.allOf.field": _ALERT_FIELD,
        "condition.allOf.anyOf.field": _ALERT_FIELD,
    },
    input_rules=(_conditions,),
    defaults={"enabled": True},
)


TYPES: Final = (
    WORKSPACE,
    DIAGNOSTIC_SETTING,
    SUBSCRIPTION_DIAGNOSTIC_SETTING,
    ACTION_GROUP,
    ACTIVITY_ALERT,
)
