"""Facts of Cloud Storage buckets and Cloud Logging buckets."""

from __future__ import annotations

from typing import Final

from lepton_infra.clouds.gcp.facts.continuity import covered
from lepton_infra.clouds.gcp.facts.keys import encryption, key_of
from lepton_infra.clouds.gcp.facts.lifecycle import SOFT_DELETION, expiry, hidden_days, soft_days
from lepton_infra.clouds.gcp.facts.properties import data_class, guarded
from lepton_infra.clouds.gcp.facts.trails import data_access
from lepton_infra.compliance.facts import Immutability, Store, StoreKind
from lepton_infra.compliance.graph.graph import UNKNOWN, Graph, Resource, Seen

BUCKET: Final = "gcp:storage/bucket:Bucket"
LOG_BUCKETS: Final = tuple(
    f"gcp:logging/{of}BucketConfig:{of[0].upper()}{of[1:]}BucketConfig"
    for of in ("project", "folder", "organization", "billingAccount")
)

LOG_DAYS: Final = 30
"""Default retention of a log bucket in days, also for 0 (``LogBucket.retentionDays``, Logging API reference)."""

_ZONAL: Final = "RAPID"
"""Storage class with objects in a single zone, the only one."""


def bucket(graph: Graph, resource: Resource) -> Store:
    """The store of a Cloud Storage bucket, with Google's defaults: open to grants, seven days of soft deletion."""
    return Store(
        resource=resource,
        kind=StoreKind.BUCKET,
        data_class=data_class(resource),
        encryption=encryption(graph, resource, "encryption.defaultKmsKeyName"),
        key=key_of(graph, resource, "encryption.defaultKmsKeyName"),
        public=_public(resource),
        days=resource.says(expiry(resource, "age", "LIVE"), "lifecycleRules"),
        hidden_days=hidden_days(resource),
        immutable=_immutable(resource),
        erased_with_resource=resource.seen("forceDestroy", False),
        locked=guarded(resource),
        recoverable=_recoverable(graph, resource),
        access_logged=_access_logged(graph, resource),
        zone_redundant=_is_not(resource, "storageClass", "STANDARD", _ZONAL),
    )


def log_bucket(graph: Graph, resource: Resource) -> Store:
    """The store of a log bucket. Entries cannot be changed; a lock makes even its retention final."""
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
    """True if public access is possible: no public access prevention, or no uniform bucket-level access (ACLs)."""
    prevention, uniform = resource.get("publicAccessPrevention"), resource.get("uniformBucketLevelAccess", False)
    if prevention is UNKNOWN or (prevention == "enforced" and uniform is UNKNOWN):
        return resource.says(UNKNOWN, "publicAccessPrevention" if prevention is UNKNOWN else "uniformBucketLevelAccess")
    if prevention != "enforced":
        return resource.says(True, "publicAccessPrevention")
    return resource.says(not uniform, "uniformBucketLevelAccess")


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
    """True with versions, soft deletion (replaced objects too), a backup, or a locked retention policy."""
    enabled = resource.get("versioning.enabled", False)
    if enabled is not False or resource.urn in covered(graph):
        return resource.says(enabled or True, "versioning.enabled")
    if resource.get("retentionPolicy.isLocked", False) is True:
        return resource.says(True, "retentionPolicy.isLocked")
    soft = soft_days(resource)
    return resource.says(UNKNOWN if soft is UNKNOWN else bool(soft), SOFT_DELETION)


def _access_logged(graph: Graph, resource: Resource) -> Seen[bool]:
    """True with data access audit logs, or with the older usage logs in another bucket."""
    older = resource.get("logging.logBucket")
    if older is not None:
        return resource.says(UNKNOWN if older is UNKNOWN else True, "logging.logBucket")
    audit = data_access(graph, "storage.googleapis.com")
    return audit if audit is not None else resource.says(False, "logging.logBucket")
