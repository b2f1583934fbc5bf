"""A private bucket under a customer-managed key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
from pulumi_gcp import storage

from lepton_infra.clouds.gcp.keys import CustomerKey
from lepton_infra.clouds.gcp.labels import labels
from lepton_infra.clouds.gcp.settings import Settings
from lepton_infra.component import Component

ABORT_UPLOAD_DAYS = 7
_REFUSED, _TAKEN = "FullyRestricted", "NotRestricted"


def private_bucket(
    parent: Component[Any],
    name: str,
    *,
    bucket: str,
    settings: Settings,
    key: CustomerKey,
    noncurrent_version_days: int,
    tags: Mapping[str, str],
    protect: bool,
    needs: Sequence[pulumi.Resource],
) -> storage.Bucket:
    """A versioned bucket in the region that nobody can open to the public, called ``bucket``.

    Objects are encrypted under ``key`` and cannot be written otherwise. Soft delete is off, not left at Google's seven
    days: it would begin when a replaced version is deleted, and what is deleted would exist longer than the stack file
    says. Versions already undo a deletion for that time. The bucket is never emptied by a deletion and stays when the
    region is torn down.
    """
    return storage.Bucket(
        name,
        name=bucket,
        project=settings.project,
        location=settings.region.upper(),
        storage_class="STANDARD",
        uniform_bucket_level_access=True,
        public_access_prevention="enforced",
        versioning=storage.BucketVersioningArgs(enabled=True),
        soft_delete_policy=storage.BucketSoftDeletePolicyArgs(retention_duration_seconds=0),
        encryption=storage.BucketEncryptionArgs(
            default_kms_key_name=key.id,
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
        lifecycle_rules=[
            storage.BucketLifecycleRuleArgs(
                action=storage.BucketLifecycleRuleActionArgs(type="Delete"),
                condition=storage.BucketLifecycleRuleConditionArgs(
                    days_since_noncurrent_time=noncurrent_version_days, with_state="ARCHIVED"
                ),
            ),
            storage.BucketLifecycleRuleArgs(
                action=storage.BucketLifecycleRuleActionArgs(type="AbortIncompleteMultipartUpload"),
                condition=storage.BucketLifecycleRuleConditionArgs(age=ABORT_UPLOAD_DAYS, with_state="ANY"),
            ),
        ],
        force_destroy=False,
        deletion_policy="PREVENT" if protect else "DELETE",
        labels=labels(tags),
        opts=parent.child(protect=protect, retain_on_delete=True, depends_on=[*key.grants, *needs]),
    )
