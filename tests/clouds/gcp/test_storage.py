from __future__ import annotations

import pytest

from lepton_infra.testing.graph import Graph

BUCKETS = ["test-storage-models", "test-storage-data"]


@pytest.mark.parametrize("bucket", BUCKETS)
def test_a_bucket_is_private_regional_and_versioned(region: Graph, bucket: str) -> None:
    found = region[bucket]
    assert found["location"] == "ASIA-SOUTH1"
    assert found["uniformBucketLevelAccess"] is True
    assert found["publicAccessPrevention"] == "enforced"
    assert found["versioning.enabled"] is True
    assert found["forceDestroy"] is False


@pytest.mark.parametrize("bucket", BUCKETS)
def test_hidden_copies_end_when_the_file_says(region: Graph, bucket: str) -> None:
    noncurrent, uploads = region[bucket]["lifecycleRules"]
    assert noncurrent["action"] == {"type": "Delete"}
    assert noncurrent["condition"] == {"daysSinceNoncurrentTime": 30, "withState": "ARCHIVED"}
    assert uploads["action"] == {"type": "AbortIncompleteMultipartUpload"}
    assert region[bucket]["softDeletePolicy"] == {"retentionDurationSeconds": 0}, "it would add to the thirty days"


@pytest.mark.parametrize("bucket", BUCKETS)
def test_objects_are_under_the_buckets_own_key_and_no_other_kind(region: Graph, bucket: str) -> None:
    encryption = region[bucket]["encryption"]
    assert encryption["defaultKmsKeyName"] == region[f"{bucket}-key"].id
    modes = {kind: value["restrictionMode"] for kind, value in encryption.items() if isinstance(value, dict)}
    assert modes == {
        "customerManagedEncryptionEnforcementConfig": "NotRestricted",
        "customerSuppliedEncryptionEnforcementConfig": "FullyRestricted",
        "googleManagedEncryptionEnforcementConfig": "FullyRestricted",
    }


def test_who_reads_and_writes_is_written_down_before_there_is_anything(region: Graph) -> None:
    audit = region["test-storage-audit"]
    assert audit["service"] == "storage.googleapis.com"
    assert {config["logType"] for config in audit["auditLogConfigs"]} >= {"DATA_READ", "DATA_WRITE"}
    for bucket in BUCKETS:
        assert audit in region.dependencies(region[bucket])
        assert region[bucket]["name"] in region["test-storage-access-log-sink"]["filter"]


def test_the_fetcher_is_told_where_and_how_without_a_secret(region: Graph) -> None:
    pod = region["test-serving-cifar10-v1-deployment"].inputs["spec"]["template"]["spec"]
    (fetch,) = pod["initContainers"]
    environment = {entry["name"]: entry["value"] for entry in fetch["env"]}
    store = {name: value for name, value in environment.items() if name.startswith("RCLONE_CONFIG_STORE_")}
    assert store == {
        "RCLONE_CONFIG_STORE_TYPE": "google cloud storage",
        "RCLONE_CONFIG_STORE_ENV_AUTH": "true",
        "RCLONE_CONFIG_STORE_BUCKET_POLICY_ONLY": "true",
        "RCLONE_CONFIG_STORE_NO_CHECK_BUCKET": "true",
        "RCLONE_CONFIG_STORE_LOCATION": "asia-south1",
        "RCLONE_CONFIG_STORE_PROJECT_NUMBER": "111122223333",
    }
    assert environment["MODEL_SOURCE"] == "store:test-storage-models-111122223333/cifar10/1"
