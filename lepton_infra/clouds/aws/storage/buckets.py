"""S3 buckets: versioning, encryption, ownership, policy and lifecycle of a private one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws import kms, s3

from lepton_infra.clouds.aws.iam.policies import Document
from lepton_infra.compliance.facts.data_class import TAG, DataClass
from lepton_infra.layers.component import Component

ABORT_UPLOAD_DAYS = 7


@dataclass(frozen=True, kw_only=True)
class PrivateBucket:
    """An S3 bucket, and its policy, which writers into the bucket depend on."""

    bucket: s3.Bucket
    policy: s3.BucketPolicy


@dataclass(frozen=True, kw_only=True)
class BucketSpec:
    """A bucket called ``bucket``, the class of data in it and how long that is kept.

    Without ``key`` S3's own key encrypts. ``expiry_days`` deletes objects by age; None keeps them. ``locked_days``
    keeps every version from deletion for so long, except by whoever has the right to bypass that.
    """

    bucket: str
    policy: Document
    data_class: DataClass
    noncurrent_version_days: int
    key: kms.Key | None = None
    expiry_days: int | None = None
    locked_days: int | None = None


def private_bucket(parent: Component[Any], name: str, spec: BucketSpec) -> PrivateBucket:
    """An S3 bucket, versioned, encrypted and with all public access blocked.

    It is never emptied by a deletion and stays when the region is torn down.
    """
    made = s3.Bucket(
        name,
        bucket=spec.bucket,
        force_destroy=False,
        object_lock_enabled=True if spec.locked_days is not None else None,
        tags={**parent.context.tags, TAG: spec.data_class.value},
        opts=parent.child(protect=parent.context.protect, retain_on_delete=True),
    )
    on_bucket = parent.child(retain_on_delete=True)
    s3.BucketVersioning(
        f"{name}-versioning",
        bucket=made.bucket,
        versioning_configuration=s3.BucketVersioningVersioningConfigurationArgs(status="Enabled"),
        opts=on_bucket,
    )
    s3.BucketServerSideEncryptionConfiguration(
        f"{name}-encryption", bucket=made.bucket, rules=[_encryption(spec.key)], opts=on_bucket
    )
    s3.BucketOwnershipControls(
        f"{name}-ownership",
        bucket=made.bucket,
        rule=s3.BucketOwnershipControlsRuleArgs(object_ownership="BucketOwnerEnforced"),
        opts=on_bucket,
    )
    block = s3.BucketPublicAccessBlock(
        f"{name}-public-access",
        bucket=made.bucket,
        block_public_acls=True,
        block_public_policy=True,
        ignore_public_acls=True,
        restrict_public_buckets=True,
        opts=on_bucket,
    )
    # S3 refuses two of these calls on one bucket at the same time (OperationAborted).
    refusals = s3.BucketPolicy(
        f"{name}-policy",
        bucket=made.bucket,
        policy=pulumi.Output.json_dumps(spec.policy),
        opts=parent.child(retain_on_delete=True, depends_on=[block]),
    )
    s3.BucketLifecycleConfiguration(
        f"{name}-lifecycle",
        bucket=made.bucket,
        rules=[_lifecycle(spec.noncurrent_version_days, spec.expiry_days)],
        opts=on_bucket,
    )
    if spec.locked_days is not None:
        s3.BucketObjectLockConfiguration(
            f"{name}-lock", bucket=made.bucket, rule=_lock(spec.locked_days), opts=parent.child(retain_on_delete=True)
        )
    return PrivateBucket(bucket=made, policy=refusals)


def _lock(days: int) -> s3.BucketObjectLockConfigurationRuleArgs:
    """Governance and not compliance: what the law wants erased can still be erased by whoever may bypass it."""
    kept = s3.BucketObjectLockConfigurationRuleDefaultRetentionArgs(mode="GOVERNANCE", days=days)
    return s3.BucketObjectLockConfigurationRuleArgs(default_retention=kept)


def _encryption(key: kms.Key | None) -> s3.BucketServerSideEncryptionConfigurationRuleArgs:
    by_default = s3.BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultArgs
    if key is None:
        return s3.BucketServerSideEncryptionConfigurationRuleArgs(
            apply_server_side_encryption_by_default=by_default(sse_algorithm="AES256")
        )
    return s3.BucketServerSideEncryptionConfigurationRuleArgs(
        apply_server_side_encryption_by_default=by_default(sse_algorithm="aws:kms", kms_master_key_id=key.arn),
        bucket_key_enabled=True,
    )


def _lifecycle(noncurrent_version_days: int, expiry_days: int | None) -> s3.BucketLifecycleConfigurationRuleArgs:
    """One rule for the whole bucket. A delete marker whose versions are all gone goes too."""
    expiration = (
        s3.BucketLifecycleConfigurationRuleExpirationArgs(expired_object_delete_marker=True)
        if expiry_days is None
        else s3.BucketLifecycleConfigurationRuleExpirationArgs(days=expiry_days)
    )
    return s3.BucketLifecycleConfigurationRuleArgs(
        id="retention",
        status="Enabled",
        filter=s3.BucketLifecycleConfigurationRuleFilterArgs(prefix=""),
        expiration=expiration,
        noncurrent_version_expiration=s3.BucketLifecycleConfigurationRuleNoncurrentVersionExpirationArgs(
            noncurrent_days=noncurrent_version_days
        ),
        abort_incomplete_multipart_upload=s3.BucketLifecycleConfigurationRuleAbortIncompleteMultipartUploadArgs(
            days_after_initiation=ABORT_UPLOAD_DAYS
        ),
    )
