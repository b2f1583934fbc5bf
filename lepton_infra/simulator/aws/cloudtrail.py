"""AWS CloudTrail: trails."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from lepton_infra.simulator.aws.identifiers import Identifiers, Name, arn
from lepton_infra.simulator.aws.input_rules import not_both
from lepton_infra.simulator.aws.kms import KEY
from lepton_infra.simulator.aws.policy_evaluation import allows
from lepton_infra.simulator.aws.resource_type import AwsType, OfRequest, Request, Unique
from lepton_infra.simulator.aws.s3 import BUCKET_NAME, BUCKET_POLICY
from lepton_infra.simulator.aws.sns import TOPIC_ARN
from lepton_infra.simulator.behaviour import Call, CloudError, Stored
from lepton_infra.simulator.core.resource_type import paths

_SERVICE: Final = "cloudtrail.amazonaws.com"
_NAME: Final = re.compile(r"[A-Za-z0-9](?!.*[._-]{2})[A-Za-z0-9._-]{1,126}[A-Za-z0-9]")


def _trail_name(value: Any) -> Iterator[str]:
    """A trail's name (CreateTrail, CloudTrail API reference)."""
    if not _NAME.fullmatch(value):
        yield (
            f'InvalidTrailNameException: "{value}"; allowed: 3 to 128 letters, digits, dots, dashes and underscores, '
            "no two of the last three in a row, a letter or digit first and last"
        )


def _may_write(call: Call) -> None:
    """CloudTrail tries to write before it makes a trail: bucket and key must let it."""
    bucket = call.inputs.get("s3BucketName")
    policies = [each for each in call.scope.everywhere(BUCKET_POLICY.token) if each.inputs.get("bucket") == bucket]
    if not any(allows(each.inputs.get("policy"), _SERVICE, "s3:PutObject") for each in policies):
        raise CloudError(
            "InsufficientS3BucketPolicyException", f"Incorrect S3 bucket policy is detected for bucket: {bucket}"
        )
    key = _key(call, call.inputs.get("kmsKeyId"))
    if key is not None and not allows(key.inputs.get("policy"), _SERVICE, "kms:GenerateDataKey"):
        raise CloudError(
            "InsufficientEncryptionPolicyException",
            f"Insufficient permissions to access S3 bucket {bucket} or KMS key {call.inputs['kmsKeyId']}.",
        )


def _key(call: Call, given: Any) -> Stored | None:
    """The key of an id or ARN, if it is one of ours."""
    return next((each for each in call.scope.all(KEY.token) if given in (each.id, each.state.get("arn"))), None)


TRAIL: Final = AwsType(
    token="aws:cloudtrail/trail:Trail",
    identifiers=Identifiers(id=arn("cloudtrail", "trail/{name}"), arn="{id}", name=Name(prefix=None, longest=128)),
    api=Request(
        shape="cloudtrail.CreateTrail",
        names={
            "tags": "TagsList",
            "cloudWatchLogsGroupArn": "CloudWatchLogsLogGroupArn",
            "eventSelectors": OfRequest("cloudtrail.PutEventSelectors.EventSelectors"),
            "advancedEventSelectors": OfRequest("cloudtrail.PutEventSelectors.AdvancedEventSelectors"),
            "insightSelectors": OfRequest("cloudtrail.PutInsightSelectors.InsightSelectors"),
        },
    ),
    formats={"name": _trail_name},
    input_rules=(not_both("eventSelectors", "advancedEventSelectors"),),
    references={"s3BucketName": BUCKET_NAME, "snsTopicName": TOPIC_ARN},
    preconditions=(_may_write,),
    unique=Unique(code="TrailAlreadyExistsException", message="Trail {name} already exists"),
    defaults={
        "enableLogging": True,
        "includeGlobalServiceEvents": True,
        "isMultiRegionTrail": False,
        "isOrganizationTrail": False,
        "enableLogFileValidation": False,
    },
    outputs=lambda live: {"homeRegion": live.place.region, "snsTopicArn": ""},
    immutable=paths("name"),
)

TYPES: Final = (TRAIL,)
