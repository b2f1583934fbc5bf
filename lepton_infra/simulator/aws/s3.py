"""Amazon S3: buckets and their parts, each of which a request of its own puts on the bucket."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from lepton_infra.simulator.aws.identifiers import Identifiers, Name
from lepton_infra.simulator.aws.policy_documents import resource_policy
from lepton_infra.simulator.aws.resource_type import AwsType, LiveResource, OfRequest, Reach, Reference, Request, Unique
from lepton_infra.simulator.behaviour import Bucket, Call, CloudError, Stored
from lepton_infra.simulator.core.resource_type import paths

# Bucket naming rules (S3 user guide): what a name may look like, and beginnings and ends that S3 keeps for itself.
_BUCKET: Final = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_BUCKET_HEADS: Final = ("xn--", "sthree-", "amzn-s3-demo-")
_BUCKET_TAILS: Final = ("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3")

BUCKET_NAME: Final = Reference(
    code="NoSuchBucket", message="The specified bucket does not exist: {given}", reach=Reach.WORLD, arn=r"s3:::[^/]*"
)


def bucket_name(value: Any) -> Iterator[str]:
    """A bucket's name by the naming rules of general purpose buckets."""
    if not _BUCKET.fullmatch(value):
        yield (
            f'InvalidBucketName: "{value}"; allowed: 3 to 63 small letters, digits, dots and hyphens, '
            "beginning and ending with a letter or digit"
        )
    elif ".." in value or re.fullmatch(r"(\d+\.){3}\d+", value):
        yield f'InvalidBucketName: "{value}" has two dots in a row or looks like an IP address'
    elif value.startswith(_BUCKET_HEADS) or value.endswith(_BUCKET_TAILS):
        yield f'InvalidBucketName: "{value}" begins or ends with what S3 keeps for itself'


def _objects(stored: Stored) -> Bucket:
    """A bucket, whose id is its name. S3 refuses its deletion while it holds objects (``BucketNotEmpty``, "Error
    responses", Amazon S3 API reference); with ``forceDestroy`` the provider deletes them first."""
    return Bucket(uri=f"s3://{stored.id}", kept=None if stored.state.get("forceDestroy") else "BucketNotEmpty")


def _domain_names(live: LiveResource) -> dict[str, Any]:
    place = live.place
    return {
        "bucketDomainName": f"{live.id}.s3.{place.domain}",
        "bucketRegionalDomainName": f"{live.id}.s3.{place.region}.{place.domain}",
        "bucketRegion": place.region,
    }


def _log_target(call: Call) -> None:
    """The bucket that access logs go to exists ("Error responses", Amazon S3 API reference)."""
    target = call.inputs.get("targetBucket")
    if all(bucket.id != target for bucket in call.scope.everywhere(*(each.token for each in BUCKETS))):
        raise CloudError("InvalidTargetBucketForLogging", f"The target bucket for logging does not exist: {target}")


def _versioned(call: Call) -> None:
    """A lock needs versions."""
    name = call.inputs.get("bucket")
    bucket = next((each for each in call.scope.everywhere(*(each.token for each in BUCKETS)) if each.id == name), None)
    if bucket is None or bucket.inputs.get("objectLockEnabled"):
        return
    versioned = [
        each.inputs
        for each in call.scope.everywhere(BUCKET_VERSIONING.token, v2(BUCKET_VERSIONING).token)
        if each.inputs.get("bucket") == name
        and (each.inputs.get("versioningConfiguration") or {}).get("status") == "Enabled"
    ]
    if not versioned:
        raise CloudError(
            "InvalidBucketState",
            f"Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration: {name}",
        )


def v2(type: AwsType) -> AwsType:
    """The same type under the name that the provider gave it in version 6."""
    module, _, name = type.token.rpartition(":")
    return replace(type, token=f"{module}V2:{name}V2")


BUCKET: Final = AwsType(
    token="aws:s3/bucket:Bucket",
    identifiers=Identifiers(
        id="{bucket}",
        arn="arn:{partition}:s3:::{id}",
        name=Name(property="bucket", prefix="bucketPrefix", longest=63, lower=True),
    ),
    referred_to=BUCKET_NAME,
    api=Request(
        shape="s3.CreateBucket",
        names={"tags": OfRequest("s3.PutBucketTagging.Tagging.TagSet")},
        uncovered={"bucketPrefix": "a name is made of it, and AWS sees only that"},
    ),
    formats={"bucket": bucket_name},
    unique=Unique(
        code="BucketAlreadyOwnedByYou",
        message="Your previous request to create the named bucket succeeded and you already own it: {name}",
        reach=Reach.WORLD,
        abroad=(
            "BucketAlreadyExists",
            "The requested bucket name is not available: {name}. The bucket namespace is shared by all users.",
        ),
    ),
    defaults={
        "forceDestroy": False,
        "objectLockEnabled": False,
        "requestPayer": "BucketOwner",
        "accelerationStatus": "",
        "corsRules": [],
        "grants": [],
        "lifecycleRules": [],
        "policy": "",
        "serverSideEncryptionConfiguration": {
            "rule": {"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}, "bucketKeyEnabled": False}
        },
        "versioning": {"enabled": False, "mfaDelete": False},
    },
    outputs=_domain_names,
    immutable=paths("bucket bucketPrefix bucketNamespace objectLockEnabled"),
    bucket=_objects,
)
BUCKETS: Final = (BUCKET, v2(BUCKET))

_PART: Final = AwsType(
    token="",
    identifiers=Identifiers(id="{bucket}"),
    formats={"bucket": bucket_name},
    references={"bucket": BUCKET_NAME},
    overwrites=True,
    immutable=paths("bucket"),
)
_CONFIGURATION: Final = replace(_PART, immutable=paths("bucket expectedBucketOwner"))

BUCKET_POLICY: Final = replace(
    _PART,
    token="aws:s3/bucketPolicy:BucketPolicy",
    api=Request(shape="s3.PutBucketPolicy"),
    formats={"bucket": bucket_name, "policy": resource_policy},
)

BUCKET_PUBLIC_ACCESS_BLOCK: Final = replace(
    _PART,
    token="aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    api=Request(
        shape="s3.PutPublicAccessBlock.PublicAccessBlockConfiguration",
        names={"bucket": OfRequest("s3.PutPublicAccessBlock.Bucket")},
    ),
)

BUCKET_OWNERSHIP_CONTROLS: Final = replace(
    _PART,
    token="aws:s3/bucketOwnershipControls:BucketOwnershipControls",
    api=Request(
        shape="s3.PutBucketOwnershipControls.OwnershipControls",
        names={"bucket": OfRequest("s3.PutBucketOwnershipControls.Bucket")},
    ),
)

BUCKET_VERSIONING: Final = replace(
    _CONFIGURATION, token="aws:s3/bucketVersioning:BucketVersioning", api=Request(shape="s3.PutBucketVersioning")
)

BUCKET_LOGGING: Final = replace(
    _CONFIGURATION,
    token="aws:s3/bucketLogging:BucketLogging",
    api=Request(
        shape="s3.PutBucketLogging.BucketLoggingStatus.LoggingEnabled",
        names={
            "bucket": OfRequest("s3.PutBucketLogging.Bucket"),
            "expectedBucketOwner": OfRequest("s3.PutBucketLogging.ExpectedBucketOwner"),
        },
    ),
    preconditions=(_log_target,),
)

BUCKET_LIFECYCLE: Final = replace(
    _CONFIGURATION,
    token="aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    api=Request(shape="s3.PutBucketLifecycleConfiguration", names={"rules": "LifecycleConfiguration.Rules"}),
)

BUCKET_ENCRYPTION: Final = replace(
    _CONFIGURATION,
    token="aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    api=Request(
        shape="s3.PutBucketEncryption",
        names={
            "rules": "ServerSideEncryptionConfiguration.Rules",
            "rules.applyServerSideEncryptionByDefault.kmsMasterKeyId": "KMSMasterKeyID",
        },
    ),
)

BUCKET_OBJECT_LOCK: Final = replace(
    _CONFIGURATION,
    token="aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
    api=Request(
        shape="s3.PutObjectLockConfiguration",
        names={
            "rule": "ObjectLockConfiguration.Rule",
            "objectLockEnabled": "ObjectLockConfiguration.ObjectLockEnabled",
        },
    ),
    preconditions=(_versioned,),
)

_VERSIONED_TYPES: Final = (BUCKET_VERSIONING, BUCKET_LOGGING, BUCKET_LIFECYCLE, BUCKET_ENCRYPTION, BUCKET_OBJECT_LOCK)

TYPES: Final = (
    *BUCKETS,
    BUCKET_POLICY,
    BUCKET_PUBLIC_ACCESS_BLOCK,
    BUCKET_OWNERSHIP_CONTROLS,
    *(type for each in _VERSIONED_TYPES for type in (each, v2(each))),
)
