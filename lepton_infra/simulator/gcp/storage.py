"""Cloud Storage: buckets and the grants on them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from lepton_infra.simulator.behaviour import Bucket, Call, CloudError, Failure, Properties, Stored
from lepton_infra.simulator.core.paths import at, items_at
from lepton_infra.simulator.core.resource_type import paths
from lepton_infra.simulator.determinism import CREATED
from lepton_infra.simulator.formats import between, one_of
from lepton_infra.simulator.gcp import syntax
from lepton_infra.simulator.gcp.iam import binding, member
from lepton_infra.simulator.gcp.identifiers import Identifiers
from lepton_infra.simulator.gcp.kms import KEY_NAME, usable_key
from lepton_infra.simulator.gcp.places import Place
from lepton_infra.simulator.gcp.resource_type import GcpType, LiveResource, Reference, Request, Unique
from lepton_infra.simulator.gcp.syntax import matches

_STORAGE_CLASSES: Final = ("STANDARD", "NEARLINE", "COLDLINE", "ARCHIVE", "MULTI_REGIONAL", "REGIONAL")
BUCKET_NAME: Final = Reference(code="notFound", message="The specified bucket does not exist: {given}")


def _rules_of_a_bucket(inputs: Properties, place: Place) -> Iterator[Failure]:
    """Retention and versions exclude each other, and a rule says what to do with what."""
    if inputs.get("retentionPolicy") is not None and at(inputs, "versioning.enabled") is True:
        yield Failure(
            path="retentionPolicy", reason="invalid: a bucket cannot have both versioning and a retention policy"
        )
    for index, rule in enumerate(items_at(inputs, "lifecycleRules")):
        action, target = at(rule, "action.type"), at(rule, "action.storageClass")
        condition = at(rule, "condition")
        path = f"lifecycleRules[{index}]"
        if action == "SetStorageClass" and target is None:
            yield Failure(path=f"{path}.action.storageClass", reason="invalid: SetStorageClass needs a storageClass")
        if action in ("Delete", "AbortIncompleteMultipartUpload") and target is not None:
            yield Failure(path=f"{path}.action.storageClass", reason=f"invalid: {action} takes no storageClass")
        conditions = (
            {name for name, value in condition.items() if value is not None} if isinstance(condition, Mapping) else None
        )
        if conditions == set():
            yield Failure(path=f"{path}.condition", reason="invalid: a rule needs at least one condition")
        uploads = (conditions or set()) - {"age", "withState", "matchesPrefixes", "matchesSuffixes"}
        if action == "AbortIncompleteMultipartUpload" and uploads:
            allowed = "age, matchesPrefixes, matchesSuffixes"
            reason = f"invalid: {', '.join(sorted(uploads))} cannot be asked of an upload; allowed: {allowed}"
            yield Failure(path=f"{path}.condition", reason=reason)


def _keep_retention(call: Call) -> None:
    """A bucket's locked retention policy stays, and its period does not shrink ("Bucket Lock", Cloud Storage)."""
    before = (call.old.inputs.get("retentionPolicy") if call.old else None) or {}
    if not before.get("isLocked"):
        return
    after = call.inputs.get("retentionPolicy") or {}
    was, wanted = int(before["retentionPeriod"]), int(after.get("retentionPeriod", 0))
    if wanted < was or not after.get("isLocked"):
        raise CloudError(
            "forbidden", f"Cannot reduce retention duration of a locked Retention Policy: it is {was} s for good"
        )


def _bucket(live: LiveResource) -> dict[str, Any]:
    """The API gives a location back in capitals, and the provider keeps what the program wrote."""
    return {
        "url": f"gs://{live.id}",
        "projectNumber": int(live.place.number),
        "timeCreated": CREATED,
        "updated": CREATED,
    }


def _objects(stored: Stored) -> Bucket:
    """A bucket with objects is not deleted (status 409, ``conflict``: "HTTP status and error codes for JSON", Cloud
    Storage); with ``forceDestroy`` the provider deletes them first."""
    return Bucket(uri=f"gs://{stored.state['name']}", kept=None if stored.state.get("forceDestroy") else "conflict")


BUCKET: Final = GcpType(
    token="gcp:storage/bucket:Bucket",
    identifiers=Identifiers(id="{name}", link="https://www.googleapis.com/storage/v1/b/{id}"),
    referred_to=BUCKET_NAME,
    api=Request(
        schema="storage.v1#Bucket",
        names={
            "uniformBucketLevelAccess": "iamConfiguration.uniformBucketLevelAccess.enabled",
            "publicAccessPrevention": "iamConfiguration.publicAccessPrevention",
            "lifecycleRules": "lifecycle.rule",
            "requesterPays": "billing.requesterPays",
            "enableObjectRetention": "objectRetention",
        },
        uncovered={
            "lifecycleRules.condition.withState": "the provider's word for isLive, checked by its format",
            "forceDestroy": "the provider's own word",
        },
    ),
    formats={
        "name": syntax.bucket_name,
        "storageClass": one_of(*_STORAGE_CLASSES),
        "publicAccessPrevention": one_of("inherited", "enforced"),
        "rpo": one_of("DEFAULT", "ASYNC_TURBO"),
        "softDeletePolicy.retentionDurationSeconds": syntax.soft_delete,
        "retentionPolicy.retentionPeriod": matches(r"[1-9]\d{0,9}", "1 to 3155760000 seconds, as text"),
        "lifecycleRules.action.type": one_of("Delete", "SetStorageClass", "AbortIncompleteMultipartUpload"),
        "lifecycleRules.action.storageClass": one_of(*_STORAGE_CLASSES),
        "lifecycleRules.condition.withState": one_of("LIVE", "ARCHIVED", "ANY"),
        "lifecycleRules.condition.age": between(0, 2**31 - 1),
        "lifecycleRules.condition.daysSinceNoncurrentTime": between(0, 2**31 - 1),
        "encryption.customerManagedEncryptionEnforcementConfig.restrictionMode": one_of(
            "NotRestricted", "FullyRestricted"
        ),
        "encryption.customerSuppliedEncryptionEnforcementConfig.restrictionMode": one_of(
            "NotRestricted", "FullyRestricted"
        ),
        "encryption.googleManagedEncryptionEnforcementConfig.restrictionMode": one_of(
            "NotRestricted", "FullyRestricted"
        ),
    },
    input_rules=(_rules_of_a_bucket,),
    references={"encryption.defaultKmsKeyName": KEY_NAME, "logging.logBucket": BUCKET_NAME},
    preconditions=(usable_key("encryption.defaultKmsKeyName", "storage.googleapis.com"), _keep_retention),
    unique=Unique(
        code="conflict",
        message="The requested bucket name is not available: {id}. "
        "The bucket namespace is shared by all users of the system.",
    ),
    defaults={
        "storageClass": "STANDARD",
        "forceDestroy": False,
        "publicAccessPrevention": "inherited",
        "uniformBucketLevelAccess": False,
        "requesterPays": False,
        "defaultEventBasedHold": False,
        "softDeletePolicy": {"retentionDurationSeconds": 604800},
    },
    outputs=_bucket,
    immutable=paths("name location customPlacementConfig enableObjectRetention hierarchicalNamespace"),
    bucket=_objects,
)

BUCKET_MEMBER: Final = member(
    "gcp:storage/bucketIAMMember:BucketIAMMember", on="bucket", resource="b/{}", reference=BUCKET_NAME
)
BUCKET_BINDING: Final = binding(
    "gcp:storage/bucketIAMBinding:BucketIAMBinding", on="bucket", resource="b/{}", reference=BUCKET_NAME
)

TYPES: Final = (BUCKET, BUCKET_MEMBER, BUCKET_BINDING)
