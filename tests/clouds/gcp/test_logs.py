from __future__ import annotations

import pytest

from lepton_infra.testing.graph import Graph
from tests.clouds.gcp.stacks import stack
from tests.kit.regions import declare

LOGS = ["test-network-logs", "test-cluster-logs", "test-storage-access-log"]


@pytest.mark.parametrize("log", LOGS)
def test_logs_stay_in_the_region_under_its_key_for_a_set_time(region: Graph, log: str) -> None:
    bucket = region[log]
    assert bucket["location"] == "asia-south1"
    assert bucket["retentionDays"] == 365
    assert bucket["cmekSettings.kmsKeyName"] == region["test-network-logs-key"].id
    assert bucket.retain_on_delete


@pytest.mark.parametrize("log", LOGS)
def test_what_a_bucket_takes_the_projects_own_does_not(region: Graph, log: str) -> None:
    sink, exclusion = region[f"{log}-sink"], region[f"{log}-exclusion"]
    assert sink["destination"].endswith(f"/locations/asia-south1/buckets/{region[log]['bucketId']}")
    assert sink["filter"] == exclusion["filter"]
    assert region[log] in region.dependencies(sink)
    assert sink in region.dependencies(exclusion), "between the two, logs would be kept nowhere"


def test_retention_is_that_of_the_file() -> None:
    region = declare(stack(retention={"log_days": 400}))
    assert {region[log]["retentionDays"] for log in LOGS} == {400}


def test_writers_wait_for_their_log(region: Graph) -> None:
    for writer, log in {
        "test-network-subnetwork": "test-network-logs",
        "test-cluster-control-plane": "test-cluster-logs",
        "test-storage-models": "test-storage-access-log",
    }.items():
        assert region[f"{log}-exclusion"] in region.dependencies(region[writer])
