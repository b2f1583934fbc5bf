"""Facts of the stack ap-south: those of its golden file, and each of them follows its property."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from lepton_infra.clouds.gcp import facts as reading
from lepton_infra.compliance.facts import (
    AUDIT_LOGS,
    PRIVATE_SERVICES,
    Encryption,
    Facts,
    Store,
)
from lepton_infra.compliance.facts.data_class import DataClass
from lepton_infra.compliance.graph.graph import Graph, Resource
from tests.compliance import region_facts
from tests.compliance.region_facts import declared


def region() -> Graph:
    return declared("ap-south")


def by_name(facts: Facts) -> Mapping[str, Store]:
    return {store.resource.name.removeprefix("ap-south-"): store for store in facts.stores}


def test_facts_are_those_of_the_golden_file() -> None:
    assert region_facts.difference("ap-south") == "", "if that is meant: make goldens"


@pytest.mark.parametrize("preview", [False, True], ids=["made", "preview"])
def test_nothing_is_unread(preview: bool) -> None:
    assert reading.read(declared("ap-south", preview=preview)).unread == ()


Change = Mapping[str, Any]


def changed(name: str, change: Change, *, protect: bool | None = None) -> Facts:
    """The facts of the region with properties of one resource replaced; ``a.b`` goes into an object."""
    graph = region()
    assert [each for each in graph if each.name == name], name

    def mutated(each: Resource) -> Resource:
        if each.name != name:
            return each
        inputs: dict[str, Any] = dict(each.inputs)
        for path, value in change.items():
            outer, _, inner = path.partition(".")
            inputs[outer] = {**inputs[outer], inner: value} if inner else value
        return replace(each, inputs=inputs, protect=each.protect if protect is None else protect)

    return reading.read(Graph(resources=tuple(map(mutated, graph)), stack=graph.stack))


def store(name: str, fact: str) -> Callable[[Facts], object]:
    return lambda facts: getattr(by_name(facts)[name], fact).value


def only(kind: str, fact: str) -> Callable[[Facts], object]:
    return lambda facts: getattr(getattr(facts, kind)[0], fact).value


def of(kind: str, name: str, fact: str) -> Callable[[Facts], object]:
    return lambda facts: next(getattr(each, fact).value for each in getattr(facts, kind) if each.resource.name == name)


def home(name: str) -> Callable[[Facts], object]:
    return lambda facts: [place.location.value for place in facts.places if place.location.resource.name == name]


BUCKET, CLUSTER, POOL = "ap-south-storage-data", "ap-south-cluster-control-plane", "ap-south-pool-t4-spot"
KEY, SUBNET, JOB = "ap-south-storage-data-key", "ap-south-network-subnetwork", "ap-south-oversight-backup-job"
MODELS, LOG = "ap-south-storage-models", "ap-south-storage-access-log"
DOOR, SINK = "ap-south-oversight-break-glass", "ap-south-oversight-trail-sink"
BACKUP = "ap-south-oversight-backup"
FOLLOWING: Change = {
    "gcsDataSource": {"bucketName": "ap-south-storage-data-111122223333"},
    "gcsDataSink": {"bucketName": "ap-south-oversight-backup-111122223333"},
    "transferOptions": {"deleteObjectsUniqueInSink": True},
}
MUTATIONS: list[tuple[str, Change, Callable[[Facts], object], object, object]] = [
    (BUCKET, {"location": "EU"}, home(BUCKET), ["asia-south1"], ["EU"]),
    (BUCKET, {"publicAccessPrevention": "inherited"}, store("storage-data", "public"), False, True),
    (BUCKET, {"uniformBucketLevelAccess": False}, store("storage-data", "public"), False, True),
    (BUCKET, {"forceDestroy": True}, store("storage-data", "erased_with_resource"), False, True),
    (BUCKET, {"deletionPolicy": "DELETE"}, store("storage-data", "locked"), True, False),
    (BUCKET, {"softDeletePolicy": None}, store("storage-data", "hidden_days"), 30, 37),
    (MODELS, {"labels": {}}, lambda facts: by_name(facts)["storage-models"].data_class, DataClass.MODEL_ARTIFACT,
     DataClass.PERSONAL),
    (
        BUCKET,
        {"encryption.defaultKmsKeyName": None},
        store("storage-data", "encryption"),
        Encryption.CUSTOMER,
        Encryption.PROVIDER,
    ),
    ("ap-south-storage-audit", {"auditLogConfigs": []}, store("storage-data", "access_logged"), True, False),
    (LOG, {"retentionDays": None}, store("storage-access-log", "days"), 365, 30),
    (LOG, {"location": "global"}, home(LOG), ["asia-south1"], ["global"]),
    ("ap-south-registry-images", {"dockerConfig": None}, store("registry-images", "immutable_tags"), True, False),
    (KEY, {"rotationPeriod": None}, of("keys", KEY, "rotation_days"), 90, None),
    (KEY, {"destroyScheduledDuration": "86400s"}, of("keys", KEY, "deletion_days"), 30, 1),
    ("ap-south-network-lasting-keys", {"location": "global"}, of("keys", KEY, "multi_region"), False, True),
    (f"{KEY}-gs-project-accounts", {"member": "allUsers"}, of("keys", KEY, "everyone"), False, True),
    (CLUSTER, {"enableLegacyAbac": True}, only("clusters", "local_accounts"), False, True),
    (CLUSTER, {"privateClusterConfig.enablePrivateEndpoint": False, "masterAuthorizedNetworksConfig": None},
     only("clusters", "open_to"), frozenset(), frozenset({"0.0.0.0/0"})),
    (CLUSTER, {"databaseEncryption": None}, only("clusters", "secrets_key"), Encryption.CUSTOMER, Encryption.PROVIDER),
    (CLUSTER, {"workloadIdentityConfig": None}, only("clusters", "workload_identity"), True, False),
    (CLUSTER, {"datapathProvider": None}, only("clusters", "network_policy"), True, False),
    (CLUSTER, {"loggingConfig": None}, only("clusters", "audit_logs"), AUDIT_LOGS, AUDIT_LOGS - {"api"}),
    (CLUSTER, {"securityPostureConfig": None}, only("detections", "on"), True, False),
    (CLUSTER, {"deletionProtection": False}, only("clusters", "locked"), True, False),
    (POOL, {"nodeConfig.bootDiskKmsKey": None}, of("nodes", POOL, "disk"), Encryption.CUSTOMER, Encryption.PROVIDER),
    (POOL, {"nodeConfig.workloadMetadataConfig": {"mode": "GCE_METADATA"}}, of("nodes", POOL, "metadata_guarded"), True,
     False),
    (POOL, {"nodeConfig.metadata": {}}, of("nodes", POOL, "remote_login"), False, True),
    (POOL, {"nodeConfig.shieldedInstanceConfig": None}, of("nodes", POOL, "verified_boot"), True, False),
    (SUBNET, {"logConfig": None}, only("networks", "flow_logs"), True, False),
    (SUBNET, {"privateIpGoogleAccess": False}, only("networks", "private_services"), PRIVATE_SERVICES, frozenset()),
    ("ap-south-network-https-out", {"destinationRanges": ["0.0.0.0/0"]},
     of("openings", "ap-south-network-https-out", "peers"), frozenset({"199.36.153.8/30"}), frozenset({"0.0.0.0/0"})),
    ("ap-south-network-deny-out", {"disabled": True}, only("networks", "default_open"), False, True),
    (SINK, {"filter": "severity=ERROR"}, lambda facts: len(facts.trails), 1, 0),
    (SINK, {"destination": "logging.googleapis.com/projects/p"}, home(SINK), ["asia-south1"], [None]),
    (DOOR, {"maxRequestDuration": "86400s"}, only("break_glass", "minutes"), 60, 1440),
    (DOOR, {"approvalWorkflow": None}, only("break_glass", "second_factor"), True, False),
    (JOB, {"status": "DISABLED"}, lambda facts: [backup.resource.name for backup in facts.backups], [JOB],
     [f"{BACKUP}-trial-job"]),
    (BACKUP, {"location": "US-EAST1"}, home(JOB), ["asia-south1"], ["us-east1"]),
    (BACKUP, {"lifecycleRules": []}, only("backups", "days"), 30, None),
    (BACKUP, {"retentionPolicy.isLocked": False}, only("backups", "elsewhere"), True, False),
    (BACKUP, {"retentionPolicy": None}, store("oversight-backup", "recoverable"), True, False),
    (JOB, {"transferSpec": FOLLOWING}, only("backups", "elsewhere"), True, False),
    (f"{BACKUP}-trial-job", {"status": "DISABLED"}, only("backups", "restore_tested"), True, False),
    (f"{BACKUP}-trial-job", {"status": "DISABLED"}, store("oversight-backup-trial", "recoverable"), True, False),
]  # fmt: skip


@pytest.mark.parametrize(("name", "change", "fact", "before", "after"), MUTATIONS)
def test_one_property_changes_the_fact(
    name: str, change: Change, fact: Callable[[Facts], object], before: object, after: object
) -> None:
    assert (fact(reading.read(region())), fact(changed(name, change))) == (before, after)


@pytest.mark.parametrize("name", [BUCKET, "ap-south-registry-images", "ap-south-oversight-trail"])
def test_without_protection_nothing_is_locked(name: str) -> None:
    found = by_name(changed(name, {}, protect=False))[name.removeprefix("ap-south-")].locked
    assert found is not None
    assert (found.value, found.path) == (False, "protect")


def test_a_grant_to_all_and_a_basic_role_are_found() -> None:
    facts = changed("ap-south-cluster-nodes-artifactregistry-reader", {"role": "roles/editor", "member": "allUsers"})
    assert [grant.everything.value for grant in facts.grants if grant.everything.value] == [("roles/editor",)]
    assert [grant.anyone.value for grant in facts.grants].count(True) == 1


def test_another_kind_of_resource_is_unread() -> None:
    graph = region()
    new = replace(next(iter(graph.of("gcp:storage/bucket:Bucket"))), type="gcp:storage/lake:Lake")
    assert reading.read(Graph(resources=(*graph.resources, new))).unread == (new,)
