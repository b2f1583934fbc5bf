from __future__ import annotations

import json
from typing import Any

import pytest

from lepton_infra.testing.graph import Declared, Graph
from tests.clouds.aws.stacks import stack
from tests.kit.regions import declare

BUCKETS = ["test-storage-models", "test-storage-data", "test-storage-access-log"]


def part(region: Graph, bucket: str, role: str) -> Declared:
    found = region[f"{bucket}-{role}"]
    assert found["bucket"] == region[bucket]["bucket"]
    return found


@pytest.mark.parametrize("bucket", BUCKETS)
def test_a_bucket_is_private_and_versioned(region: Graph, bucket: str) -> None:
    block = part(region, bucket, "public-access")
    assert all(block[f"{what}"] for what in ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls"))
    assert block["restrictPublicBuckets"] is True
    assert part(region, bucket, "ownership")["rule.objectOwnership"] == "BucketOwnerEnforced"
    assert part(region, bucket, "versioning")["versioningConfiguration.status"] == "Enabled"
    assert region[bucket]["forceDestroy"] is False


@pytest.mark.parametrize("bucket", BUCKETS)
def test_hidden_copies_end(region: Graph, bucket: str) -> None:
    (rule,) = part(region, bucket, "lifecycle")["rules"]
    assert rule["status"] == "Enabled"
    assert rule["filter"] == {"prefix": ""}
    assert rule["noncurrentVersionExpiration"]["noncurrentDays"] == 30
    assert rule["abortIncompleteMultipartUpload"]["daysAfterInitiation"] == 7


@pytest.mark.parametrize("bucket", BUCKETS[:2])
def test_a_bucket_of_models_or_data_has_its_own_key_and_an_access_log(region: Graph, bucket: str) -> None:
    key = region[f"{bucket}-key"]
    (rule,) = part(region, bucket, "encryption")["rules"]
    assert rule["applyServerSideEncryptionByDefault"] == {
        "sseAlgorithm": "aws:kms",
        "kmsMasterKeyId": key.outputs["arn"],
    }
    assert rule["bucketKeyEnabled"] is True
    assert part(region, bucket, "logging")["targetBucket"] == region["test-storage-access-log"]["bucket"]
    (expiration,) = [rule["expiration"] for rule in part(region, bucket, "lifecycle")["rules"]]
    assert expiration == {"expiredObjectDeleteMarker": True}, "what is current stays"


def test_access_logs_end_and_are_encrypted_by_s3(region: Graph) -> None:
    (rule,) = part(region, BUCKETS[2], "encryption")["rules"]
    assert rule["applyServerSideEncryptionByDefault"] == {"sseAlgorithm": "AES256"}
    (rule,) = part(region, BUCKETS[2], "lifecycle")["rules"]
    assert rule["expiration"] == {"days": 365}


@pytest.mark.parametrize("bucket", BUCKETS[:2])
def test_writes_under_another_key_are_refused(region: Graph, bucket: str) -> None:
    policy: dict[str, Any] = json.loads(part(region, bucket, "policy")["policy"])
    (deny,) = [found for found in policy["Statement"] if found["Sid"] == "DenyOtherKeys"]
    assert list(deny["Condition"]["StringNotEqualsIfExists"].values()) == [region[f"{bucket}-key"].outputs["arn"]]


def test_keys_rotate_and_die_slowly() -> None:
    region = declare(stack(encryption={"rotation_days": 120}))
    for key in region.of("aws:kms/key:Key"):
        assert key["enableKeyRotation"] is True
        assert key["rotationPeriodInDays"] == 120
        assert key["deletionWindowInDays"] == 30


def test_every_key_has_an_alias_after_its_name(region: Graph) -> None:
    aliases = {alias["name"] for alias in region.of("aws:kms/alias:Alias")}
    assert aliases == {f"alias/{key.name}" for key in region.of("aws:kms/key:Key")}
