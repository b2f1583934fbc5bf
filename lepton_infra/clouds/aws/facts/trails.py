"""Facts about CloudTrail, log routes, alerts and threat detection."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lepton_infra.clouds.aws.facts.keys import encryption
from lepton_infra.clouds.aws.facts.rights import break_glass_roles
from lepton_infra.compliance.facts import Alert, AlertRoute, Detection, Encryption, Trail
from lepton_infra.compliance.graph.graph import UNKNOWN, Graph, Resource, Seen, Unknown
from lepton_infra.compliance.graph.paths import items
from lepton_infra.compliance.graph.three_valued import concluded, every, on, some

TRAIL = "aws:cloudtrail/trail:Trail"
EVENT_STORE = "aws:cloudtrail/eventDataStore:EventDataStore"
MODEL_LOGGING = "aws:bedrockmodel/invocationLoggingConfiguration:InvocationLoggingConfiguration"
TOPIC = "aws:sns/topic:Topic"
SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription"
EVENT_RULE = "aws:cloudwatch/eventRule:EventRule"
EVENT_TARGET = "aws:cloudwatch/eventTarget:EventTarget"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
DETECTIONS = {
    "aws:guardduty/detector:Detector": "enable",
    "aws:securityhub/account:Account": "",
    "aws:macie2/account:Account": "",
    "aws:accessanalyzer/analyzer:Analyzer": "",
    "aws:inspector2/enabler:Enabler": "",
}
TYPES = frozenset(
    {TRAIL, EVENT_STORE, MODEL_LOGGING, TOPIC, SUBSCRIPTION, EVENT_RULE, EVENT_TARGET, ALARM, *DETECTIONS}
    | {"aws:guardduty/detectorFeature:DetectorFeature"}
)

AUDIT_CHANGES = frozenset(["StopLogging", "DeleteTrail", "DisableKey", "ScheduleKeyDeletion"])
"""Calls that end a trail or take a key away: who watches for changes watches at least for these."""


def read_trails(graph: Graph) -> Iterator[Trail]:
    """Every trail of API calls, and every log of the content that goes to managed models."""
    for resource in graph.of(TRAIL):
        encrypted, _ = encryption(graph, resource, "kmsKeyId")
        yield Trail(
            resource=resource,
            complete=_complete(resource),
            verified=resource.says(on(resource.get("enableLogFileValidation")), "enableLogFileValidation"),
            encryption=encrypted,
            data_access=_selectors(resource, _data),
            with_content=resource.says(False),
        )
    for resource in graph.of(EVENT_STORE):
        encrypted, _ = encryption(graph, resource, "kmsKeyId")
        yield Trail(
            resource=resource,
            complete=resource.says(
                every(on(resource.get("multiRegionEnabled", True)), _selectors(resource, _management).value),
                "advancedEventSelectors",
            ),
            verified=resource.says(True),
            encryption=encrypted,
            data_access=_selectors(resource, _data),
            with_content=resource.says(False),
        )
    for resource in graph.of(MODEL_LOGGING):
        path = "loggingConfig.textDataDeliveryEnabled"
        yield Trail(
            resource=resource,
            complete=resource.says(False),
            verified=resource.says(False),
            encryption=resource.says(Encryption.PROVIDER),
            data_access=resource.says(False),
            with_content=resource.says(on(resource.get(path, True)), path),
        )


def _complete(trail: Resource) -> Seen[bool]:
    """Of all regions, of global services too, of all management calls, and on."""
    flags = {
        "isMultiRegionTrail": on(trail.get("isMultiRegionTrail")),
        "includeGlobalServiceEvents": on(trail.get("includeGlobalServiceEvents", True)),
        "enableLogging": on(trail.get("enableLogging", True)),
        "advancedEventSelectors": _selectors(trail, _management).value,
    }
    found = every(*flags.values())
    return trail.says(found, next((path for path, value in flags.items() if value is not True), "isMultiRegionTrail"))


def _selectors(trail: Resource, wanted: Any) -> Seen[bool]:
    """Whether one of a trail's selectors is what is wanted; without any, a trail has management calls and no more."""
    for path in ("advancedEventSelectors", "eventSelectors"):
        selectors = items(trail.get(path))
        if selectors:
            return trail.says(
                some(*(UNKNOWN if isinstance(each, Unknown) else wanted(each) for each in selectors)), path
            )
    return trail.says(wanted is _management, "advancedEventSelectors")


def _management(selector: Mapping[str, Any]) -> bool:
    """All management calls, reads and writes of all services."""
    if "fieldSelectors" not in selector:
        kinds = selector.get("readWriteType", "All") == "All" and not selector.get("excludeManagementEventSources")
        return kinds and selector.get("includeManagementEvents", True) is True
    return selected(selector) == {"eventCategory": ("Management",)}


def _data(selector: Mapping[str, Any]) -> bool:
    """Reads and writes of objects."""
    if "fieldSelectors" not in selector:
        resources = [each for each in items(selector.get("dataResources")) if isinstance(each, Mapping)]
        both = selector.get("readWriteType", "All") == "All"
        return both and any(each.get("type") == "AWS::S3::Object" for each in resources)
    fields = selected(selector)
    return "readOnly" not in fields and fields.get("resources.type") == ("AWS::S3::Object",)


def selected(selector: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """The fields of an advanced selector with the values that they equal or begin with."""
    return {
        str(each.get("field")): tuple(
            str(value) for operator in ("equals", "startsWiths") for value in items(each.get(operator))
        )
        for each in items(selector.get("fieldSelectors"))
        if isinstance(each, Mapping)
    }


def watched(graph: Graph, bucket: Resource) -> Resource | None:
    """The trail that logs accesses to a bucket's objects."""
    name = bucket.get("bucket", bucket.id)
    for trail in graph.of(TRAIL):
        for selector in items(trail.get("advancedEventSelectors")):
            if isinstance(selector, Mapping) and _data(selector):
                prefixes = selected(selector).get("resources.ARN")
                if prefixes is None or any(each.startswith(f"arn:aws:s3:::{name}/") for each in prefixes):
                    return trail
        for selector in items(trail.get("eventSelectors")):
            if isinstance(selector, Mapping) and _data(selector):
                resources = [each for each in items(selector.get("dataResources")) if isinstance(each, Mapping)]
                values = [str(value) for each in resources for value in items(each.get("values"))]
                if any(value in ("arn:aws:s3", f"arn:aws:s3:::{name}/") for value in values):
                    return trail
    return None


def read_routes(graph: Graph) -> Iterator[AlertRoute]:
    """Every SNS topic, with its subscribers."""
    for topic in graph.of(TOPIC):
        encrypted, _ = encryption(graph, topic, "kmsMasterKeyId", otherwise=Encryption.NONE)
        heard = [each for each in graph.of(SUBSCRIPTION) if topic in graph.refers(each, "topic", TOPIC)]
        ends = [each.get("endpoint") for each in heard]
        receivers = UNKNOWN if UNKNOWN in ends else tuple(sorted(str(end) for end in ends if end))
        yield AlertRoute(resource=topic, receivers=topic.says(receivers, "subscriptions"), encryption=encrypted)


def read_alerts(graph: Graph) -> Iterator[Alert]:
    """EventBridge rules that notify a target. What several rules watch together counts as watched."""
    patterns = {rule.urn: _pattern(rule) for rule in graph.of(EVENT_RULE)}
    calls = {urn: frozenset(_calls(pattern)) for urn, pattern in patterns.items()}
    all_watched = frozenset().union(*calls.values()) >= AUDIT_CHANGES
    emergency = break_glass_roles(graph)
    for rule in graph.of(EVENT_RULE):
        routed = _routed(graph, rule)
        text = json.dumps(patterns[rule.urn])
        if "AssumeRole" in text and any(_mentions(text, role) or role.urn in rule.depends_on for role in emergency):
            yield Alert(resource=rule, about="break-glass", routed=routed)
        elif all_watched and AUDIT_CHANGES & calls[rule.urn]:
            yield Alert(resource=rule, about="audit-changed", routed=routed)
        else:
            yield Alert(resource=rule, about="other", routed=routed)
    for alarm in graph.of(ALARM):
        topics = graph.refers(alarm, "alarmActions", TOPIC)
        yield Alert(resource=alarm, about="other", routed=alarm.says(bool(topics), "alarmActions"))


def _pattern(rule: Resource) -> Any:
    text = rule.get("eventPattern")
    try:
        return json.loads(text) if isinstance(text, str) else {}
    except ValueError:
        return {}


def _calls(pattern: Any) -> Sequence[str]:
    names = (pattern.get("detail") or {}).get("eventName") if isinstance(pattern, Mapping) else None
    return [str(each) for each in items(names) if isinstance(each, str)]


def _mentions(text: str, role: Resource) -> bool:
    name = role.get("name")
    return isinstance(name, str) and f"role/{name}" in text


def _routed(graph: Graph, rule: Resource) -> Seen[bool]:
    """On, and with a topic that hears it."""
    if rule.get("state", "ENABLED") == "DISABLED":
        return rule.says(False, "state")
    for target in graph.of(EVENT_TARGET):
        if rule in graph.refers(target, "rule", EVENT_RULE):
            found = bool(graph.refers(target, "arn", TOPIC)) or concluded(
                target.get("arn"), lambda arn: ":sns:" in str(arn)
            )
            return target.says(found, "arn")
    return rule.says(False)


def read_detections(graph: Graph) -> Iterator[Detection]:
    """Threat detection (GuardDuty) and access analysis (IAM Access Analyzer)."""
    for type, flag in DETECTIONS.items():
        for resource in graph.of(type):
            yield Detection(resource=resource, on=resource.says(on(resource.get(flag, True)) if flag else True, flag))
