"""What trails, locks and backups demand of what is around them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from lepton_infra.simulator.aws import tokens
from lepton_infra.simulator.behaviour import Call, CloudError, Stored

_TRAIL_SERVICE = "cloudtrail.amazonaws.com"


def trail(call: Call) -> None:
    """CloudTrail tries to write before it makes a trail: bucket and key must let it."""
    bucket = call.inputs.get("s3BucketName")
    policies = [each for each in call.scope.everywhere(tokens.BUCKET_POLICY) if each.inputs.get("bucket") == bucket]
    if not any(_lets(each.inputs.get("policy"), _TRAIL_SERVICE, "s3:PutObject") for each in policies):
        raise CloudError(
            "InsufficientS3BucketPolicyException", f"Incorrect S3 bucket policy is detected for bucket: {bucket}"
        )
    key = _key(call, call.inputs.get("kmsKeyId"))
    if key is not None and not _lets(key.inputs.get("policy"), _TRAIL_SERVICE, "kms:GenerateDataKey"):
        raise CloudError(
            "InsufficientEncryptionPolicyException",
            f"Insufficient permissions to access S3 bucket {bucket} or KMS key {call.inputs['kmsKeyId']}.",
        )


def _key(call: Call, given: Any) -> Stored | None:
    """The key of an id or ARN, if it is one of ours."""
    return next((each for each in call.scope.all(tokens.KEY) if given in (each.id, each.state.get("arn"))), None)


def _lets(policy: Any, service: str, action: str) -> bool:
    """Whether a policy allows a service an action; conditions are not looked into."""
    try:
        document = json.loads(policy)
    except (TypeError, ValueError):
        return False
    return any(
        each.get("Effect") == "Allow"
        and service in _listed(_services(each.get("Principal")))
        and any(fnmatchcase(action, pattern) for pattern in _listed(each.get("Action")))
        for each in _statements(document)
    )


def _statements(document: Any) -> Iterator[Mapping[str, Any]]:
    found = document.get("Statement", []) if isinstance(document, Mapping) else []
    yield from (each for each in _listed(found) if isinstance(each, Mapping))


def _services(principal: Any) -> Any:
    return principal.get("Service", []) if isinstance(principal, Mapping) else []


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
