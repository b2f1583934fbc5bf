"""The audit trail: every call of AWS's API, and every access to the region's objects."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pulumi_aws import cloudtrail

from lepton_infra.clouds.aws.iam import arns, key_policies
from lepton_infra.clouds.aws.iam.keys import customer_key
from lepton_infra.clouds.aws.settings import Settings
from lepton_infra.clouds.aws.storage import bucket_policies
from lepton_infra.clouds.aws.storage.buckets import BucketSpec, private_bucket
from lepton_infra.clouds.aws.storage.storage import AwsStorageOutputs
from lepton_infra.compliance.facts.data_class import DataClass
from lepton_infra.layers.component import Component
from lepton_infra.layers.oversight import OversightArgs

REPLACED_DAYS = 1
"""How long a version that was replaced stays once its lock is over: CloudTrail replaces nothing."""


def audit_trail(
    parent: Component[Any], name: str, args: OversightArgs[Any, AwsStorageOutputs, Any], settings: Settings
) -> cloudtrail.Trail:
    """A CloudTrail trail of management calls in all regions and of accesses to this region's buckets, without content.

    Calls in other regions are brought home, so that a leak to one of them is seen; objects are watched here only. The
    bucket is locked for as long as the trail is kept.
    """
    trail, kept = f"{name}-trail", f"{name}-audit"
    trail_arn = arns.trail(settings.account, settings.region, trail)
    bucket = f"{kept}-{settings.account}"
    key = customer_key(
        parent,
        f"{kept}-key",
        description=f"Audit trail of {name}",
        policy=key_policies.for_audit(settings.account, settings.region, trail_arn),
        outlives_region=True,
    )
    store = private_bucket(
        parent,
        kept,
        BucketSpec(
            bucket=bucket,
            policy=bucket_policies.for_trail(bucket, settings.account, trail_arn),
            key=key,
            noncurrent_version_days=REPLACED_DAYS,
            expiry_days=parent.context.log_days,
            data_class=DataClass.AUDIT_LOG,
            locked_days=parent.context.log_days,
        ),
    )
    return cloudtrail.Trail(
        trail,
        name=trail,
        s3_bucket_name=store.bucket.bucket,
        kms_key_id=key.arn,
        is_multi_region_trail=True,
        include_global_service_events=True,
        enable_log_file_validation=True,
        enable_logging=True,
        advanced_event_selectors=[
            _selector("Management calls", eventCategory=["Management"]),
            _selector(
                "Accesses to objects",
                starting={"resources.ARN": [f"{args.storage.models_arn}/", f"{args.storage.data_arn}/"]},
                eventCategory=["Data"],
                **{"resources.type": ["AWS::S3::Object"]},
            ),
        ],
        tags=dict(parent.context.tags),
        # CloudTrail tries the bucket before it makes the trail.
        opts=parent.child(protect=parent.context.protect, depends_on=[store.policy]),
    )


def _selector(
    name: str, *, starting: dict[str, Sequence[str]] | None = None, **equal: Sequence[str]
) -> cloudtrail.TrailAdvancedEventSelectorArgs:
    """What is written down: events whose fields equal, or begin with, one of these values."""
    field = cloudtrail.TrailAdvancedEventSelectorFieldSelectorArgs
    fields = [field(field=key, equals=list(values)) for key, values in equal.items()]
    fields += [field(field=key, starts_withs=list(values)) for key, values in (starting or {}).items()]
    return cloudtrail.TrailAdvancedEventSelectorArgs(name=name, field_selectors=fields)
