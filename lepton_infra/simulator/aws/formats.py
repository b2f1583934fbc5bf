"""What AWS's API models cannot say of a value, by resource type and property path.

Sources, unless a function names its own: the request parameters in the EC2, EKS, KMS, CloudWatch Logs and SQS API
references.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lepton_infra.simulator.aws import syntax
from lepton_infra.simulator.formats import Format, between

ACCESS_ENTRY_TYPES: Final = (
    "STANDARD",
    "FARGATE_LINUX",
    "EC2_LINUX",
    "EC2_WINDOWS",
    "EC2",
    "HYBRID_LINUX",
    "HYPERPOD_LINUX",
)

SUBSCRIPTION_PROTOCOLS: Final = (
    "application",
    "email",
    "email-json",
    "firehose",
    "http",
    "https",
    "lambda",
    "sms",
    "sqs",
)
"""What Subscribe takes (SNS API reference)."""

RESTORABLE: Final = ("Aurora", "DocumentDB", "DynamoDB", "EBS", "EC2", "EFS", "FSx", "Neptune", "RDS", "S3")
"""What a trial of restoring takes (RestoreTestingSelectionForCreate, Backup API reference)."""

_PORT: Final = between(-1, 65535)
_BUCKET: Final[Mapping[str, Format]] = {"bucket": syntax.bucket_name}

FORMATS: Final[Mapping[str, Mapping[str, Format]]] = {}
