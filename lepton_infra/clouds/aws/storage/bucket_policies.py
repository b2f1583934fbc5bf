"""Bucket policies with what is refused to everyone, also where their own policies allow it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lepton_infra.clouds.aws.iam import arns
from lepton_infra.clouds.aws.iam.policies import Document, Statement, document


def _deny(sid: str, action: str, resources: Sequence[str], condition: dict[str, Any]) -> Statement:
    return {
        "Sid": sid,
        "Effect": "Deny",
        "Principal": "*",
        "Action": action,
        "Resource": list(resources),
        "Condition": condition,
    }


def _transport_and_account(bucket: str, account: str) -> list[Statement]:
    everything = [arns.bucket(bucket), f"{arns.bucket(bucket)}/*"]
    others = {
        "StringNotEquals": {"aws:PrincipalAccount": account},
        "Bool": {"aws:PrincipalIsAWSService": "false"},
    }
    return [
        _deny("DenyPlainHttp", "s3:*", everything, {"Bool": {"aws:SecureTransport": "false"}}),
        _deny("DenyOldTls", "s3:*", everything, {"NumericLessThan": {"s3:TlsVersion": "1.2"}}),
        _deny("DenyOtherAccounts", "s3:*", everything, others),
    ]


def for_objects(bucket: str, account: str, key_arn: Any) -> Document:
    """A bucket of models or data: TLS 1.2 and up, own account, and nothing encrypted otherwise than by its own key.

    ``IfExists``: a write that names no encryption gets the bucket's default, which is the same key.
    """
    objects = [f"{arns.bucket(bucket)}/*"]
    algorithm = {"StringNotEqualsIfExists": {"s3:x-amz-server-side-encryption": "aws:kms"}}
    other_key = {"StringNotEqualsIfExists": {"s3:x-amz-server-side-encryption-aws-kms-key-id": key_arn}}
    return document(
        *_transport_and_account(bucket, account),
        _deny("DenyOtherEncryption", "s3:PutObject", objects, algorithm),
        _deny("DenyOtherKeys", "s3:PutObject", objects, other_key),
    )


def for_access_log(bucket: str, account: str, sources: Sequence[str]) -> Document:
    """The bucket of access logs: written by the log delivery service alone, for the buckets ``sources``."""
    delivery = {
        "Sid": "LogDelivery",
        "Effect": "Allow",
        "Principal": {"Service": "logging.s3.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": f"{arns.bucket(bucket)}/*",
        "Condition": {
            "ArnLike": {"aws:SourceArn": [arns.bucket(source) for source in sources]},
            "StringEquals": {"aws:SourceAccount": account},
        },
    }
    return document(*_transport_and_account(bucket, account), delivery)


def for_trail(bucket: str, account: str, trail_arn: str) -> Document:
    """The bucket of the audit trail: written by CloudTrail alone, for one trail.

    Source: "Amazon S3 bucket policy for CloudTrail", CloudTrail user guide.
    """
    trail = {"Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"}}
    of_trail = {"aws:SourceArn": trail_arn}
    return document(
        *_transport_and_account(bucket, account),
        {
            **trail,
            "Sid": "TrailLooks",
            "Action": "s3:GetBucketAcl",
            "Resource": arns.bucket(bucket),
            "Condition": {"StringEquals": of_trail},
        },
        {
            **trail,
            "Sid": "TrailWrites",
            "Action": "s3:PutObject",
            "Resource": f"{arns.bucket(bucket)}/AWSLogs/{account}/*",
            "Condition": {"StringEquals": {**of_trail, "s3:x-amz-acl": "bucket-owner-full-control"}},
        },
    )
