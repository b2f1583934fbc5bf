"""EventBridge rules and the encrypted SNS topic that notify the incident contacts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pulumi_aws import cloudwatch, sns

from lepton_infra.clouds.aws.iam import arns, key_policies, policies
from lepton_infra.clouds.aws.iam.keys import customer_key
from lepton_infra.clouds.aws.settings import Settings
from lepton_infra.layers.component import Component
from lepton_infra.layers.oversight import OversightArgs

AUDIT_CHANGES: Mapping[str, tuple[str, ...]] = {
    "cloudtrail.amazonaws.com": ("DeleteTrail", "PutEventSelectors", "StopLogging", "UpdateTrail"),
    "kms.amazonaws.com": ("DisableKey", "DisableKeyRotation", "PutKeyPolicy", "ScheduleKeyDeletion"),
}
"""Calls that change the audit trail or take a key away, by service."""

_HTTPS = "https://"


def alerts(
    parent: Component[Any],
    name: str,
    args: OversightArgs[Any, Any, Any],
    settings: Settings,
    *,
    emergency_role: str,
) -> str:
    """ARN of the contacts' topic, for use of the break-glass role and for changes to the audit trail.

    Whoever has a mail address confirms it once: until then SNS sends nothing there.
    """
    topic_name = f"{name}-alerts"
    topic_arn = arns.topic(settings.account, settings.region, topic_name)
    key = customer_key(
        parent,
        f"{topic_name}-key",
        description=f"Alerts of {name}",
        policy=key_policies.for_alerts(settings.account, settings.region),
        outlives_region=False,
    )
    topic = sns.Topic(
        topic_name,
        name=topic_name,
        kms_master_key_id=key.arn,
        policy=json.dumps(policies.alerts_topic(topic_arn)),
        tags=dict(parent.context.tags),
        opts=parent.child(),
    )
    for role, address in args.contacts.items():
        sns.TopicSubscription(
            f"{topic_name}-{role}",
            topic=topic.arn,
            protocol="https" if address.startswith(_HTTPS) else "email",
            endpoint=address,
            opts=parent.child(),
        )
    # To take a role changes nothing, and rules hear only of changes unless they ask for more.
    _alert(
        parent,
        f"{name}-break-glass-used",
        "The emergency role is taken",
        call_pattern({"sts.amazonaws.com": ("AssumeRole",)}, requestParameters={"roleArn": [emergency_role]}),
        topic,
        state="ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS",
    )
    _alert(
        parent,
        f"{name}-audit-changed",
        "The audit trail or a key is changed",
        call_pattern(AUDIT_CHANGES),
        topic,
        state="ENABLED",
    )
    return topic_arn


def _alert(
    parent: Component[Any],
    name: str,
    description: str,
    pattern: Mapping[str, Any],
    topic: sns.Topic,
    *,
    state: str,
) -> None:
    """Tell the topic of every event of a pattern."""
    rule = cloudwatch.EventRule(
        name,
        name=name,
        description=description,
        event_pattern=json.dumps(pattern),
        state=state,
        tags=dict(parent.context.tags),
        opts=parent.child(),
    )
    cloudwatch.EventTarget(f"{name}-target", rule=rule.name, target_id="alerts", arn=topic.arn, opts=parent.child())


def call_pattern(calls: Mapping[str, tuple[str, ...]], **detail: Any) -> dict[str, Any]:
    """Events of EventBridge that are one of these calls of the API, by service.

    Names of calls are unique over the services given, so a pattern need not pair them.
    """
    return {
        "detail-type": ["AWS API Call via CloudTrail"],
        "detail": {
            "eventSource": list(calls),
            "eventName": [call for names in calls.values() for call in names],
            **detail,
        },
    }
