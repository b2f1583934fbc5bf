"""Cloud Monitoring: alert policies and notification channels. Source: the API's own descriptions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from lepton_infra.simulator.behaviour import Failure, Properties
from lepton_infra.simulator.core.paths import at
from lepton_infra.simulator.core.resource_type import paths
from lepton_infra.simulator.formats import one_of
from lepton_infra.simulator.gcp import syntax
from lepton_infra.simulator.gcp.identifiers import unnamed
from lepton_infra.simulator.gcp.places import Place
from lepton_infra.simulator.gcp.resource_type import GcpType, Reference, Request

_ADDRESS: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_NEEDED: Final = {"email": "email_address", "pubsub": "topic", "sms": "number", "slack": "channel_name"}
"""The label that a channel of a type cannot do without."""
CHANNEL_NAME: Final = Reference(message="Could not find notification channel {given}.")


def _named_for_people(value: Any) -> Iterator[str]:
    if not 1 <= len(value) <= 512:
        yield f"has {len(value)} characters; allowed: 1 to 512"


def _channel_labels(value: Any) -> Iterator[str]:
    """Not labels of a resource but the fields by which a receiver is reached, such as ``email_address``."""
    yield from (
        f'key "{key}": allowed: small letters and underscores' for key in value if not re.fullmatch("[a-z_]+", key)
    )


def _matched_logs(inputs: Properties, place: Place) -> Iterator[Failure]:
    """A policy that matches logs has no other condition, and a limit of messages."""
    conditions = inputs.get("conditions")
    if not isinstance(conditions, list) or all(at(each, "conditionMatchedLog") is None for each in conditions):
        return
    if len(conditions) > 1:
        reason = "INVALID_ARGUMENT: a policy with conditionMatchedLog has exactly one condition"
        yield Failure(path="conditions", reason=reason)
    if at(inputs, "alertStrategy.notificationRateLimit") is None:
        reason = "INVALID_ARGUMENT: a policy with conditionMatchedLog needs a notificationRateLimit"
        yield Failure(path="alertStrategy.notificationRateLimit", reason=reason)


def _receiver(inputs: Properties, place: Place) -> Iterator[Failure]:
    """A channel has the label that its type is reached by."""
    label = _NEEDED.get(str(inputs.get("type")))
    labels = inputs.get("labels")
    if label is None or (labels is not None and not isinstance(labels, dict)):
        return
    given = (labels or {}).get(label)
    if given is None:
        yield Failure(path=f"labels.{label}", reason=f"INVALID_ARGUMENT: a channel by {inputs['type']} needs {label}")
    elif label == "email_address" and isinstance(given, str) and not _ADDRESS.fullmatch(given):
        yield Failure(path=f"labels.{label}", reason=f'INVALID_ARGUMENT: "{given}" is no e-mail address')


NOTIFICATION_CHANNEL: Final = GcpType(
    token="gcp:monitoring/notificationChannel:NotificationChannel",
    identifiers=unnamed("projects/{project}/notificationChannels/{number}", name="displayName"),
    referred_to=CHANNEL_NAME,
    api=Request(
        schema="monitoring.v3#NotificationChannel", uncovered={"sensitiveLabels": "secrets of single kinds of channel"}
    ),
    formats={
        "labels": _channel_labels,
        "displayName": _named_for_people,
        "type": one_of(
            "email", "sms", "slack", "pagerduty", "pubsub", "webhook_basicauth", "webhook_tokenauth", "google_chat"
        ),
        "userLabels": syntax.labels,
    },
    input_rules=(_receiver,),
    unique=None,
    defaults={"enabled": True, "forceDelete": False},
    outputs=lambda live: {"name": live.id},
    immutable=paths("type"),
)

ALERT_POLICY: Final = GcpType(
    token="gcp:monitoring/alertPolicy:AlertPolicy",
    identifiers=unnamed("projects/{project}/alertPolicies/{number}", name="displayName"),
    api=Request(
        schema="monitoring.v3#AlertPolicy",
        names={"alertStrategy.notificationChannelStrategies": "notificationChannelStrategy"},
    ),
    formats={
        "displayName": _named_for_people,
        "conditions.displayName": _named_for_people,
        "userLabels": syntax.labels,
    },
    input_rules=(_matched_logs,),
    references={"notificationChannels": CHANNEL_NAME},
    unique=None,
    defaults={"enabled": True},
    outputs=lambda live: {"name": live.id},
    uses=(NOTIFICATION_CHANNEL.used_at("notificationChannels", unless="forceDelete"),),
)

TYPES: Final = (NOTIFICATION_CHANNEL, ALERT_POLICY)
