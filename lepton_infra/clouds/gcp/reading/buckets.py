"""Buckets of Cloud Storage and of Cloud Logging as stores."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from lepton_infra.clouds.gcp.reading.continuity import covered
from lepton_infra.clouds.gcp.reading.keys import encryption, key_of
from lepton_infra.clouds.gcp.reading.properties import DAY, data_class, days, guarded, items
from lepton_infra.clouds.gcp.reading.trails import data_access
from lepton_infra.compliance.facts import Immutability, Store, StoreKind
from lepton_infra.compliance.graph import UNKNOWN, Graph, Resource, Seen, Unknown

BUCKET: Final = "gcp:storage/bucket:Bucket"
LOG_BUCKETS: Final = tuple(
    f"gcp:logging/{of}BucketConfig:{of[0].upper()}{of[1:]}BucketConfig"
    for of in ("project", "folder", "organization", "billingAccount")
)

FOR_EVER: Final = 36500
"""Days that stand for no end where a number is asked for: a hundred years."""

SOFT_DELETE_SECONDS: Final = 7 * DAY
"""How long a deleted object can be had back where nothing is said (``softDeletePolicy``, Cloud Storage API)."""
LOG_DAYS: Final = 30
"""How long a log bucket keeps logs where nothing is said, or 0 (``LogBucket.retentionDays``, Logging API reference)."""

_OF_EVERY_OBJECT: Final = frozenset({"age", "withState", "daysSinceNoncurrentTime", "sendAgeIfZero"})
_ZONAL: Final = "RAPID"
"""The one storage class whose objects are in a single zone."""


def bucket(graph: Graph, resource: Resource) -> Store:
    """A bucket of objects. What Google does by default counts: open to grants, seven days of soft deletion."""
    return Store(
        resource=resource,
        kind=StoreKind.BUCKET,
        data_class=data_class(resource),
        encryption=encryption(graph, resource, "encryption.defaultKmsKeyName"),
        key=key_of(graph, resource, "encryption.defaultKmsKeyName"),
        public=_public(resource),
        days=resource.says(_expiry(resource, "age", "LIVE"), "lifecycleRules"),
        hidden_days=_hidden(resource),
        immutable=_immutable(resource),
        erased_with_resource=resource.seen("forceDestroy", False),
        locked=guarded(resource),
        recoverable=_recoverable(graph, resource),
        access_logged=_access_logged(graph, resource),
        zone_redundant=_is_not(resource, "storageClass", "STANDARD", _ZONAL),
    )


def log_bucket(graph: Graph, resource: Resource) -> Store:
    """A bucket of logs. Nobody can change an entry; a lock makes even its retention final."""
    kept = resource.get("retentionDays", LOG_DAYS)
    locked = resource.get("locked", False)
    return Store(
        resource=resource,
        kind=StoreKind.LOG,
        data_class=data_class(resource),
        encryption=encryption(graph, resource, "cmekSettings.kmsKeyName"),
        key=key_of(graph, resource, "cmekSettings.kmsKeyName"),
        days=resource.says(kept or LOG_DAYS, "retentionDays"),
        hidden_days=resource.says(0, "retentionDays"),
        immutable=resource.says(
            UNKNOWN if locked is UNKNOWN else Immutability.IRREVERSIBLE if locked else Immutability.NONE, "locked"
        ),
        locked=guarded(resource),
    )


def _is_not(resource: Resource, path: str, default: str, value: str) -> Seen[bool]:
    given = resource.get(path, default)
    return resource.says(UNKNOWN if given is UNKNOWN else given != value, path)


def _public(resource: Resource) -> Seen[bool]:
    """Whether it can be opened to anybody: as a whole where nothing prevents it, or object by object by lists."""
    prevention, uniform = resource.get("publicAccessPrevention"), resource.get("uniformBucketLevelAccess", False)
    if prevention is UNKNOWN or (prevention == "enforced" and uniform is UNKNOWN):
        return resource.says(UNKNOWN, "publicAccessPrevention" if prevention is UNKNOWN else "uniformBucketLevelAccess")
    if prevention != "enforced":
        return resource.says(True, "publicAccessPrevention")
    return resource.says(not uniform, "uniformBucketLevelAccess")


def _rules(resource: Resource) -> Iterator[Mapping[str, Any]]:
    """Lifecycle rules that delete every object that is old enough, whatever its name or kind."""
    for rule in items(resource.get("lifecycleRules")):
        if not isinstance(rule, Mapping):
            continue
        action, condition = rule.get("action"), rule.get("condition")
        if not isinstance(action, Mapping) or not isinstance(condition, Mapping):
            continue
        asked = {key for key, value in condition.items() if value is not None and value is not False and value != []}
        if action.get("type") == "Delete" and asked <= _OF_EVERY_OBJECT:
            yield condition


def _expiry(resource: Resource, property: str, state: str) -> int | Unknown | None:
    """The fewest days by which a rule deletes objects in a state; None if none does."""
    rules: object = resource.get("lifecycleRules")
    if rules is UNKNOWN:
        return UNKNOWN
    found: list[Any] = [
        condition[property]
        for condition in _rules(resource)
        if condition.get(property) is not None
        and condition.get("withState", "ANY") in (state, "ANY")
        and (property != "age" or condition.get("daysSinceNoncurrentTime") is None)
    ]
    known = [each for each in found if isinstance(each, int)]
    return UNKNOWN if len(known) < len(found) else min(known, default=None)


def _hidden(resource: Resource) -> Seen[int]:
    """Replaced objects live as versions, where there are any, and what is deleted for good is soft-deleted first."""
    versions: int | Unknown | None = 0
    if resource.get("versioning.enabled", False) is not False:
        ages = [_expiry(resource, "daysSinceNoncurrentTime", "ARCHIVED"), _expiry(resource, "age", "ARCHIVED")]
        if UNKNOWN in ages:
            return resource.says(UNKNOWN, "lifecycleRules")
        bounds = [age for age in ages if isinstance(age, int)]
        if not bounds:
            return resource.says(FOR_EVER, "lifecycleRules")
        versions = min(bounds)
    soft = days(resource.get("softDeletePolicy.retentionDurationSeconds", SOFT_DELETE_SECONDS))
    if not isinstance(soft, int) or not isinstance(versions, int):
        return resource.says(UNKNOWN, "softDeletePolicy.retentionDurationSeconds")
    return resource.says(versions + soft, "lifecycleRules" if versions else "softDeletePolicy.retentionDurationSeconds")


def _immutable(resource: Resource) -> Seen[Immutability]:
    policy = resource.get("retentionPolicy")
    if policy is None:
        by_object = resource.get("enableObjectRetention", False)
        kept = Immutability.REVERSIBLE if by_object else Immutability.NONE
        return resource.says(UNKNOWN if by_object is UNKNOWN else kept, "enableObjectRetention")
    locked = resource.get("retentionPolicy.isLocked", False)
    final = Immutability.IRREVERSIBLE if locked else Immutability.REVERSIBLE
    return resource.says(UNKNOWN if locked is UNKNOWN else final, "retentionPolicy.isLocked")


def _recoverable(graph: Graph, resource: Resource) -> Seen[bool]:
    """By versions or a backup. Soft deletion alone is not counted: it ends in days and gives no version of a time."""
    enabled = resource.get("versioning.enabled", False)
    return resource.says(True if resource.urn in covered(graph) else enabled, "versioning.enabled")


def _access_logged(graph: Graph, resource: Resource) -> Seen[bool]:
    """By the audit log of data access, or the older log into another bucket."""
    older = resource.get("logging.logBucket")
    if older is not None:
        return resource.says(UNKNOWN if older is UNKNOWN else True, "logging.logBucket")
    audit = data_access(graph, "storage.googleapis.com")
    return audit if audit is not None else resource.says(False, "logging.logBucket")
