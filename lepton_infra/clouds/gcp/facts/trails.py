"""Facts of audit log sinks, notification channels, alert policies, entitlements, detection and location policies."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from lepton_infra.clouds.gcp.facts import places
from lepton_infra.clouds.gcp.facts.keys import encryption
from lepton_infra.clouds.gcp.facts.properties import at, items, made_of
from lepton_infra.compliance.facts import (
    Alert,
    AlertRoute,
    BreakGlass,
    Detection,
    Encryption,
    Facts,
    OrganizationPolicy,
    Trail,
)
from lepton_infra.compliance.graph.graph import UNKNOWN, Graph, Resource, Seen, Unknown

AUDIT_CONFIG: Final = "gcp:projects/iAMAuditConfig:IAMAuditConfig"
SINKS: Final = tuple(
    f"gcp:logging/{of}Sink:{of[0].upper()}{of[1:]}Sink"
    for of in ("project", "folder", "organization", "billingAccount")
)
ALERT: Final = "gcp:monitoring/alertPolicy:AlertPolicy"
CHANNEL: Final = "gcp:monitoring/notificationChannel:NotificationChannel"
ENTITLEMENT: Final = "gcp:privilegedaccessmanager/entitlement:entitlement"
_LOG_BUCKETS: Final = (
    "gcp:logging/projectBucketConfig:ProjectBucketConfig",
    "gcp:logging/folderBucketConfig:FolderBucketConfig",
    "gcp:logging/organizationBucketConfig:OrganizationBucketConfig",
)
_BUCKET: Final = "gcp:storage/bucket:Bucket"
_KEY_PATHS: Final[Mapping[str, str]] = {
    **dict.fromkeys(_LOG_BUCKETS, "cmekSettings.kmsKeyName"),
    _BUCKET: "encryption.defaultKmsKeyName",
}

_ACTIVITY: Final = re.compile(r"cloudaudit\.googleapis\.com(/|%2F)activity")
_ALL_ACTIVITY: Final = re.compile(
    r'log_id\("cloudaudit\.googleapis\.com/activity"\)'
    r'|log_?[nN]ame[:=]"?[^"\s]*cloudaudit\.googleapis\.com(/|%2F)activity"?'
)
_ADDRESSES: Final = ("email_address", "channel_name", "number", "url", "topic", "team", "service_key")
"""Labels of a notification channel with its receiver, by type of channel (``NotificationChannel``)."""

_EMERGENCY: Final = re.compile(r"privilegedaccessmanager|CreateGrant|ActivateGrant")
_AUDIT: Final = re.compile(
    r"SetIamPolicy|AuditConfig|ConfigServiceV2|(Update|Delete)(Sink|Bucket|Exclusion)|cloudkms|CryptoKey"
)
_LOCATION_CONSTRAINT: Final = "gcp.resourceLocations"


def read(graph: Graph) -> Facts:
    """Facts of audit trails, alerts, break-glass access, detection and location policies."""
    return Facts(
        trails=tuple(_trails(graph)),
        alert_routes=tuple(_route(each) for each in graph.of(CHANNEL)),
        alerts=tuple(alert for each in graph.of(ALERT) for alert in _alerts(each)),
        break_glass=tuple(_break_glass(each) for each in graph.of(ENTITLEMENT)),
        detections=tuple(_detections(graph)),
        organization_policies=tuple(_organization_policies(graph)),
    )


def data_access(graph: Graph, service: str) -> Seen[bool] | None:
    """True if data access audit logs of a service are on for reads and writes, without exempted members.

    None without an audit config for it.
    """
    found = [each for each in graph.of(AUDIT_CONFIG) if each.get("service") in (service, "allServices")]
    if not found:
        return None
    logged = {seen.value for each in found for seen in at(each, "auditLogConfigs[].logType")}
    exempted = any(seen.value for each in found for seen in at(each, "auditLogConfigs[].exemptedMembers[]"))
    return found[0].says({"DATA_READ", "DATA_WRITE"} <= logged and not exempted, "auditLogConfigs")


def _trails(graph: Graph) -> Iterator[Trail]:
    """Sinks that store admin activity audit logs, which Google always writes."""
    for sink in (each for type in SINKS for each in graph.of(type)):
        text = sink.get("filter", "")
        if text is UNKNOWN or not text or _ACTIVITY.search(text):
            yield _trail(graph, sink, text)


def _trail(graph: Graph, sink: Resource, text: str | Unknown) -> Trail:
    access = data_access(graph, "storage.googleapis.com")
    return Trail(
        resource=sink,
        complete=sink.says(UNKNOWN if text is UNKNOWN else _complete(sink, text), "filter"),
        verified=_verified(graph, sink),
        encryption=_encryption(graph, sink),
        data_access=sink.says(False, "filter") if access is None else access,
        with_content=sink.says(False, "filter"),
    )


def _complete(sink: Resource, text: str) -> bool:
    """True if a sink stores all admin activity: its filter is empty, or one of its alternatives is that log alone.

    An exclusion or a disabled sink makes it incomplete.
    """
    excluded = any(isinstance(each, Mapping) and not each.get("disabled") for each in items(sink.get("exclusions")))
    whole = not text or any(_ALL_ACTIVITY.fullmatch(each) for each in alternatives(text))
    return whole and not excluded and sink.get("disabled", False) is False


def alternatives(text: str) -> list[str]:
    """Parts of a log filter between its outermost ``OR``, without the parentheses around each."""
    parts, depth = [""], 0
    for word in re.split(r"(\(|\)|\bOR\b)", text):
        depth += (word == "(") - (word == ")")
        if word == "OR" and depth == 0:
            parts.append("")
        else:
            parts[-1] += word
    return [re.sub(r"^\(([^()]*)\)$", r"\1", part.strip()) for part in parts]


def _destination(graph: Graph, sink: Resource) -> Resource | None:
    return next(iter(made_of(graph, sink, "destination", *_LOG_BUCKETS, _BUCKET)), None)


def _verified(graph: Graph, sink: Resource) -> Seen[bool]:
    """True if stored entries cannot be changed or deleted: in a log bucket, or a bucket with a retention policy.

    Entries of a log bucket cannot be changed, and only those of the project's own buckets can be deleted before their
    time (``projects.logs.delete``).
    """
    destination, named = _destination(graph, sink), sink.get("destination")
    if destination is not None and destination.type == _BUCKET:
        return destination.says(destination.get("retentionPolicy") is not None, "retentionPolicy")
    if destination is not None:
        return destination.says(destination.get("bucketId") not in ("_Default", "_Required"), "bucketId")
    if not isinstance(named, str):
        return sink.says(UNKNOWN, "destination")
    own = re.fullmatch(r"logging\.googleapis\.com/.+/buckets/(?!_Default$|_Required$).+", named)
    return sink.says(own is not None, "destination")


def _encryption(graph: Graph, sink: Resource) -> Seen[Encryption]:
    destination = _destination(graph, sink)
    if destination is None:
        return sink.says(UNKNOWN, "destination")
    return encryption(graph, destination, _KEY_PATHS[destination.type])


def _route(channel: Resource) -> AlertRoute:
    """The route of a notification channel; no receivers if it is off. Messages are stored by their receivers only."""
    off = channel.get("enabled", True) is False
    found = [channel.get(f"labels.{label}") for label in _ADDRESSES]
    receivers: tuple[str, ...] | Unknown = tuple(str(each) for each in found if isinstance(each, str))
    if any(each is UNKNOWN for each in found):
        receivers = UNKNOWN
    return AlertRoute(resource=channel, receivers=channel.says(() if off else receivers, "labels"), encryption=None)


def _alerts(policy: Resource) -> Iterator[Alert]:
    texts = [
        str(seen.value)
        for path in (
            "conditionMatchedLog.filter",
            "conditionThreshold.filter",
            "conditionPrometheusQueryLanguage.query",
        )
        for seen in at(policy, f"conditions[].{path}")
    ]
    for about, words in (("break-glass", _EMERGENCY), ("audit-changed", _AUDIT)):
        if any(words.search(text) for text in texts):
            yield Alert(resource=policy, about=about, routed=_routed(policy))


def _routed(policy: Resource) -> Seen[bool]:
    channels: Any = policy.get("notificationChannels", [])
    if channels is UNKNOWN:
        return policy.says(UNKNOWN, "notificationChannels")
    return policy.says(bool(channels) and policy.get("enabled", True) is not False, "notificationChannels")


def _break_glass(entitlement: Resource) -> BreakGlass:
    """The break-glass fact of an entitlement: its longest grant, and the approval that counts as second factor."""
    seconds = entitlement.get("maxRequestDuration")
    minutes: int | Unknown | None = UNKNOWN if seconds is UNKNOWN else None
    if isinstance(seconds, str) and seconds.removesuffix("s").isdigit():
        minutes = -(-int(seconds.removesuffix("s")) // 60)
    steps = entitlement.get("approvalWorkflow.manualApprovals.steps")
    approvers = [seen.value for seen in at(entitlement, "approvalWorkflow.manualApprovals.steps[].approvers")]
    return BreakGlass(
        resource=entitlement,
        minutes=entitlement.says(minutes, "maxRequestDuration"),
        second_factor=entitlement.says(UNKNOWN if steps is UNKNOWN else bool(approvers), "approvalWorkflow"),
    )


def _detections(graph: Graph) -> Iterator[Detection]:
    for cluster in graph.of("gcp:container/cluster:Cluster"):
        path = "securityPostureConfig.mode"
        mode = cluster.get(path, "DISABLED")
        yield Detection(
            resource=cluster, on=cluster.says(UNKNOWN if mode is UNKNOWN else mode in ("BASIC", "ENTERPRISE"), path)
        )


def _organization_policies(graph: Graph) -> Iterator[OrganizationPolicy]:
    """Organization policies with the constraint ``gcp.resourceLocations``, in the newer and the older resource."""
    for policy in graph.of("gcp:orgpolicy/policy:Policy"):
        if str(policy.get("name", "")).endswith(_LOCATION_CONSTRAINT):
            yield _organization_policy(policy, "spec.rules[].values.allowedValues[]")
    for older in ("projects/organizationPolicy:OrganizationPolicy", "folder/organizationPolicy:OrganizationPolicy",
                  "organizations/policy:Policy"):  # fmt: skip
        for policy in graph.of(f"gcp:{older}"):
            if str(policy.get("constraint", "")).endswith(_LOCATION_CONSTRAINT):
                yield _organization_policy(policy, "listPolicy.allow.values[]")


def _organization_policy(policy: Resource, path: str) -> OrganizationPolicy:
    values = [seen.value for seen in at(policy, path)]
    if any(value is UNKNOWN for value in values):
        return OrganizationPolicy(resource=policy, locations=policy.says(UNKNOWN, path))
    names = (re.sub(r"^in:|-locations$", "", str(value)) for value in values)
    return OrganizationPolicy(
        resource=policy, locations=policy.says(frozenset(map(places.code, names)), path.replace("[]", ""))
    )
