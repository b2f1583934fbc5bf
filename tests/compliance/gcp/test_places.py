from __future__ import annotations

from typing import Any

import pytest

from lepton_infra.clouds.gcp.facts import places
from lepton_infra.compliance.facts import EVERYWHERE, Role
from lepton_infra.compliance.facts.data_class import DataClass
from lepton_infra.compliance.graph.graph import UNKNOWN, Resource
from tests.compliance.gcp.graphs import made, read, waiting


def found(*resources: Resource, of: int = 0) -> list[tuple[Role, object]]:
    """Roles and locations of one of the resources."""
    return [
        (place.role, place.location.value)
        for place in read(*resources).places
        if place.location.resource is resources[of]
    ]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("asia-south1", "asia-south1"),
        ("ASIA-SOUTH1", "asia-south1"),
        ("asia-south1-b", "asia-south1"),
        ("us-central1-ai1a", "us-central1"),
        ("projects/shop/zones/europe-west1-b", "europe-west1"),
        ("projects/shop/instanceConfigs/regional-europe-west1", "europe-west1"),
        ("EU", "EU"),
        ("eu", "EU"),
        ("europe", "EU"),
        ("nam4", "NAM4"),
        ("global", EVERYWHERE),
    ],
)
def test_locations_have_one_code(given: str, code: str) -> None:
    assert places.code(given) == code


def test_a_provider_works_in_its_region() -> None:
    (place,) = read().places
    assert (place.role, place.location.value, place.holds_data) == (Role.PROVIDER, "europe-west4", False)


ONE: list[tuple[str, dict[str, Any], list[tuple[Role, object]]]] = [
    ("storage/bucket:Bucket", {}, [(Role.HOME, "US")]),
    ("storage/bucket:Bucket", {"location": "EUROPE-WEST4"}, [(Role.HOME, "europe-west4")]),
    ("storage/bucket:Bucket", {"location": UNKNOWN}, [(Role.HOME, UNKNOWN)]),
    (
        "storage/bucket:Bucket",
        {"location": "EU", "customPlacementConfig": {"dataLocations": ["EUROPE-WEST1", "EUROPE-WEST4"]}},
        [(Role.HOME, "EU"), (Role.GEO, "europe-west1"), (Role.GEO, "europe-west4")],
    ),
    ("kms/keyRing:KeyRing", {"location": "global"}, [(Role.KEY, EVERYWHERE)]),
    ("container/cluster:Cluster", {}, [(Role.HOME, "europe-west4")]),
    (
        "container/cluster:Cluster",
        {"location": "europe-west4", "nodeLocations": ["us-east1-b"]},
        [(Role.HOME, "europe-west4"), (Role.HOME, "us-east1")],
    ),
    ("compute/snapshot:Snapshot", {"zone": "asia-south1-a"}, [(Role.BACKUP, "ASIA")]),
    ("compute/snapshot:Snapshot", {"storageLocations": "asia-south1"}, [(Role.BACKUP, "asia-south1")]),
    (
        "compute/resourcePolicy:ResourcePolicy",
        {"region": "us-east1", "snapshotSchedulePolicy": {"schedule": {}}},
        [(Role.HOME, "us-east1"), (Role.BACKUP, "US")],
    ),
    (
        "compute/resourcePolicy:ResourcePolicy",
        {"snapshotSchedulePolicy": {"snapshotProperties": {"storageLocations": "europe-west4"}}},
        [(Role.HOME, "europe-west4"), (Role.BACKUP, "europe-west4")],
    ),
    ("compute/resourcePolicy:ResourcePolicy", {"groupPlacementPolicy": {}}, [(Role.HOME, "europe-west4")]),
    ("secretmanager/secret:Secret", {"replication": {"auto": {}}}, [(Role.REPLICA, EVERYWHERE)]),
    (
        "secretmanager/secret:Secret",
        {"replication": {"userManaged": {"replicas": [{"location": "europe-west1"}, {"location": "us-east1"}]}}},
        [(Role.REPLICA, "europe-west1"), (Role.REPLICA, "us-east1")],
    ),
    ("pubsub/topic:Topic", {}, [(Role.HOME, EVERYWHERE)]),
    (
        "pubsub/topic:Topic",
        {"messageStoragePolicy": {"allowedPersistenceRegions": ["europe-west1"]}},
        [(Role.HOME, "europe-west1")],
    ),
    (
        "sql/databaseInstance:DatabaseInstance",
        {"region": "asia-south1"},
        [(Role.HOME, "asia-south1"), (Role.BACKUP, "ASIA")],
    ),
    (
        "sql/databaseInstance:DatabaseInstance",
        {"region": "asia-south1", "settings": {"backupConfiguration": {"location": "asia-south1"}}},
        [(Role.HOME, "asia-south1"), (Role.BACKUP, "asia-south1")],
    ),
    ("spanner/instance:Instance", {"config": "nam3"}, [(Role.HOME, None)]),
    ("spanner/instance:Instance", {"config": "regional-asia-south1"}, [(Role.HOME, "asia-south1")]),
    ("firestore/database:Database", {"locationId": "nam5"}, [(Role.HOME, "NAM5")]),
    ("compute/globalForwardingRule:GlobalForwardingRule", {}, [(Role.EDGE, EVERYWHERE)]),
    ("compute/forwardingRule:ForwardingRule", {}, [(Role.EDGE, "europe-west4")]),
    ("vertex/aiEndpoint:AiEndpoint", {"location": "global"}, [(Role.AI, EVERYWHERE)]),
    ("gkebackup/backupPlan:BackupPlan", {"location": "us-east1"}, [(Role.BACKUP, "us-east1")]),
    (
        "compute/networkPeering:NetworkPeering",
        {"peerNetwork": "projects/p/global/networks/n"},
        [(Role.PEER, EVERYWHERE)],
    ),
    (
        "logging/projectSink:ProjectSink",
        {"destination": "logging.googleapis.com/projects/p/locations/us-east1/buckets/b"},
        [(Role.LOG, "us-east1")],
    ),
    ("logging/projectSink:ProjectSink", {"destination": "storage.googleapis.com/elsewhere"}, [(Role.LOG, None)]),
    ("projects/service:Service", {"service": "compute.googleapis.com"}, []),
]


@pytest.mark.parametrize(("type", "inputs", "expected"), ONE)
def test_a_resource_is_where_it_says_or_where_it_is_by_default(
    type: str, inputs: dict[str, Any], expected: list[tuple[Role, object]]
) -> None:
    assert found(made(type, **inputs)) == expected


def test_without_a_provider_in_the_graph_a_default_cannot_be_told() -> None:
    alone = Resource(urn="urn:it", type="gcp:container/cluster:Cluster", name="it", inputs={})
    assert found(alone) == [(Role.HOME, None)]


FAR = made("storage/bucket:Bucket", "far", name="far", location="US-EAST1", id="far")


def test_a_copy_is_where_its_bucket_is() -> None:
    job = made("storage/transferJob:TransferJob", transferSpec={"gcsDataSink": {"bucketName": "far"}})
    assert found(job, FAR) == [(Role.COPY, "us-east1")]


def test_a_copy_to_a_bucket_of_elsewhere_cannot_be_told() -> None:
    job = made("storage/transferJob:TransferJob", transferSpec={"gcsDataSink": {"bucketName": "foreign"}})
    assert found(job, FAR) == [(Role.COPY, None)]


def test_in_a_preview_a_copy_is_where_the_bucket_is_that_it_is_made_of() -> None:
    job = waiting(
        made("storage/transferJob:TransferJob", transferSpec={"gcsDataSink": {"bucketName": UNKNOWN}}), transferSpec=FAR
    )
    assert found(job, FAR) == [(Role.COPY, "us-east1")]


def test_in_a_preview_a_copy_of_nothing_in_the_graph_is_unknown() -> None:
    job = made("storage/transferJob:TransferJob", transferSpec={"gcsDataSink": {"bucketName": UNKNOWN}})
    assert found(job) == [(Role.COPY, UNKNOWN)]


def test_logs_into_a_bucket_of_objects_are_where_that_is() -> None:
    sink = made("logging/projectSink:ProjectSink", destination="storage.googleapis.com/far")
    assert found(sink, FAR) == [(Role.LOG, "us-east1")]


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ({"labels": {"lepton-data-class": "model_artifact"}}, DataClass.MODEL_ARTIFACT),
        ({"labels": {"lepton-data-class": "sundry"}}, DataClass.PERSONAL),
        ({}, DataClass.PERSONAL),
    ],
)
def test_the_label_says_what_is_there(inputs: dict[str, Any], expected: DataClass) -> None:
    facts = read(made("storage/bucket:Bucket", **inputs))
    assert [store.data_class for store in facts.stores] == [expected]
    assert facts.places[-1].data_class is expected


def test_logs_are_logs_by_nature() -> None:
    (store,) = read(made("logging/projectBucketConfig:ProjectBucketConfig", location="global")).stores
    assert store.data_class is DataClass.AUDIT_LOG


def test_unknown_types_are_unread() -> None:
    new = made("looker/instance:Instance")
    member = made("looker/instanceIAMMember:InstanceIAMMember", "right", role="roles/looker.viewer", member="allUsers")
    facts = read(new, member, made("storage/bucket:Bucket", "bucket"))
    assert facts.unread == (new,)
    assert [grant.anyone.value for grant in facts.grants] == [True]
