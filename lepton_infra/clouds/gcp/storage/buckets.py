"""Cloud Storage buckets: a private one under a customer-managed key, its lifecycle and its retention policy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_gcp import storage

from lepton_infra.clouds.gcp.iam.keys import CustomerKey
from lepton_infra.clouds.gcp.labels import labels
from lepton_infra.clouds.gcp.settings import Settings
from lepton_infra.compliance.facts.data_class import TAG, DataClass
from lepton_infra.layers.component import Component

ABORT_UPLOAD_DAYS = 7
_DAY = 86400
"""Seconds."""
_REFUSED, _TAKEN = "FullyRestricted", "NotRestricted"


@dataclass(frozen=True, kw_only=True)
class Past:
    """Retention of replaced and deleted objects: as noncurrent versions for ``version_days`` (None: no versions).

    Without versions, ``whole_days`` is the age at which a lifecycle rule deletes objects (None: never). ``sealed``
    prevents their deletion or replacement before that, for everyone and irrevocably ("Bucket Lock", Cloud Storage
    documentation); Google refuses the two together with versions.

    Soft deletion is off, and never left at Google's seven days: it would begin when a version is deleted, and deleted
    objects would exist longer than the stack file says.
    """

    version_days: int | None = None
    whole_days: int | None = None
    sealed: bool = False


@dataclass(frozen=True, kw_only=True)
class BucketSpec:
    """Name, key, data class and retention of a bucket, and the resources ``needs`` that it depends on."""

    bucket: str
    key: CustomerKey
    data_class: DataClass
    past: Past
    needs: Sequence[pulumi.Resource]


def private_bucket(parent: Component[Any], name: str, settings: Settings, spec: BucketSpec) -> storage.Bucket:
    """A Cloud Storage bucket in the region with public access prevention.

    Objects are encrypted under the bucket's key and cannot be written otherwise. The bucket is never emptied by a
    deletion and stays when the region is torn down.
    """
    return storage.Bucket(
        name,
        name=spec.bucket,
        project=settings.project,
        location=settings.region.upper(),
        storage_class="STANDARD",
        uniform_bucket_level_access=True,
        public_access_prevention="enforced",
        versioning=storage.BucketVersioningArgs(enabled=spec.past.version_days is not None),
        soft_delete_policy=storage.BucketSoftDeletePolicyArgs(retention_duration_seconds=0),
        encryption=storage.BucketEncryptionArgs(
            default_kms_key_name=spec.key.id,
            customer_managed_encryption_enforcement_config=(
                storage.BucketEncryptionCustomerManagedEncryptionEnforcementConfigArgs(restriction_mode=_TAKEN)
            ),
            customer_supplied_encryption_enforcement_config=(
                storage.BucketEncryptionCustomerSuppliedEncryptionEnforcementConfigArgs(restriction_mode=_REFUSED)
            ),
            google_managed_encryption_enforcement_config=(
                storage.BucketEncryptionGoogleManagedEncryptionEnforcementConfigArgs(restriction_mode=_REFUSED)
            ),
        ),
        retention_policy=_seal(spec.past),
        lifecycle_rules=_lifecycle(spec.past),
        force_destroy=False,
        deletion_policy="PREVENT" if parent.context.protect else "DELETE",
        labels=labels({**parent.context.tags, TAG: spec.data_class.value}),
        opts=parent.child(
            protect=parent.context.protect, retain_on_delete=True, depends_on=[*spec.key.grants, *spec.needs]
        ),
    )


def _seal(past: Past) -> storage.BucketRetentionPolicyArgs | None:
    """The locked retention policy (Bucket Lock) of a sealed bucket; None for others."""
    if past.whole_days is None or not past.sealed:
        return None
    return storage.BucketRetentionPolicyArgs(is_locked=True, retention_period=str(past.whole_days * _DAY))


def _lifecycle(past: Past) -> list[storage.BucketLifecycleRuleArgs]:
    """Lifecycle rules that delete objects or noncurrent versions, and abort incomplete multipart uploads."""
    uploads = storage.BucketLifecycleRuleArgs(
        action=storage.BucketLifecycleRuleActionArgs(type="AbortIncompleteMultipartUpload"),
        condition=storage.BucketLifecycleRuleConditionArgs(age=ABORT_UPLOAD_DAYS, with_state="ANY"),
    )
    if past.whole_days is not None:
        whole = storage.BucketLifecycleRuleArgs(
            action=storage.BucketLifecycleRuleActionArgs(type="Delete"),
            condition=storage.BucketLifecycleRuleConditionArgs(age=past.whole_days, with_state="ANY"),
        )
        return [whole, uploads]
    if past.version_days is None:
        return [uploads]
    versions = storage.BucketLifecycleRuleArgs(
        action=storage.BucketLifecycleRuleActionArgs(type="Delete"),
        condition=storage.BucketLifecycleRuleConditionArgs(
            days_since_noncurrent_time=past.version_days, with_state="ARCHIVED"
        ),
    )
    return [versions, uploads]
