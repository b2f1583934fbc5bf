"""What our own region on Google Cloud comes to, before and after it is made, and with one property changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from lepton_infra import project
from lepton_infra.clouds.gcp import facts as reading
from lepton_infra.compliance.facts import (
    ALERTS,
    AUDIT_LOGS,
    PRIVATE_SERVICES,
    Encryption,
    Facts,
    Immutability,
    Role,
    Store,
)
from lepton_infra.compliance.facts.data_class import DataClass
from lepton_infra.compliance.graph.graph import Graph, Resource, Seen
from lepton_infra.testing.compliance import neutral
from lepton_infra.testing.stacks import stack_graph


@cache
def declared(preview: bool = False) -> Graph:
    return neutral(stack_graph(project.find(Path(__file__)), "ap-south", preview=preview))


@pytest.fixture(params=[False, True], ids=["made", "preview"])
def facts(request: pytest.FixtureRequest) -> Facts:
    """As it is made, and as a preview knows it beforehand."""
    return reading.read(declared(request.param))


def by_name(facts: Facts) -> Mapping[str, Store]:
    return {store.resource.name.removeprefix("ap-south-"): store for store in facts.stores}


def test_nothing_is_unread(facts: Facts) -> None:
    assert facts.unread == ()


def test_everything_is_in_the_region(facts: Facts) -> None:
    assert {place.location.value for place in facts.places} == {"asia-south1"}
    assert {place.role for place in facts.places} == {Role.HOME, Role.PROVIDER, Role.KEY, Role.LOG, Role.COPY}


def test_every_store_says_what_it_holds_and_is_under_a_key_of_its_own_region(facts: Facts) -> None:
    held = {name: store.data_class for name, store in by_name(facts).items()}
    assert held == {
        "cluster-logs": DataClass.AUDIT_LOG,
        "network-logs": DataClass.AUDIT_LOG,
        "oversight-backup": DataClass.BACKUP,
        "oversight-backup-trial": DataClass.BACKUP,
        "oversight-trail": DataClass.AUDIT_LOG,
        "oversight-ai-events": DataClass.AI_EVENT,
        "registry-images": DataClass.MODEL_ARTIFACT,
        "storage-access-log": DataClass.AUDIT_LOG,
        "storage-data": DataClass.PERSONAL,
        "storage-models": DataClass.MODEL_ARTIFACT,
    }
    keys = {key.resource.urn for key in facts.keys}
    for store in facts.stores:
        assert store.encryption.value is Encryption.CUSTOMER, store.resource
        assert store.key is not None
        assert store.key.value in keys, store.resource


def test_stores_are_locked_private_and_forget_in_time(facts: Facts) -> None:
    for name, store in by_name(facts).items():
        assert store.locked is not None
        assert store.locked.value is True, name
        kept = Immutability.IRREVERSIBLE if name == "oversight-backup" else Immutability.NONE
        assert store.immutable is None or store.immutable.value is kept, name
    hidden_days = {"storage-data": 30, "storage-models": 30, "oversight-backup": 0, "oversight-backup-trial": 0}
    for name, hidden in hidden_days.items():
        bucket = by_name(facts)[name]
        seen: list[Seen[Any] | None] = [
            bucket.public,
            bucket.hidden_days,
            bucket.erased_with_resource,
            bucket.recoverable,
        ]
        seen += [bucket.access_logged, bucket.zone_redundant]
        assert [each.value for each in seen if each] == [False, hidden, False, True, True, True], name
    ended = {"oversight-backup": 30, "oversight-backup-trial": 1}
    logs = dict.fromkeys(("cluster-logs", "network-logs", "storage-access-log", "oversight-trail"), 365)
    for name, days in {**ended, **logs}.items():
        found = by_name(facts)[name].days
        assert found is not None
        assert found.value == days, name


def test_images_are_scanned_and_stay_what_they_are(facts: Facts) -> None:
    images = by_name(facts)["registry-images"]
    assert images.scanned is not None
    assert images.immutable_tags is not None
    assert (images.scanned.value, images.immutable_tags.value) == (True, True)


def test_keys_are_rotated_protected_and_restricted(facts: Facts) -> None:
    assert len(facts.keys) == 7
    for key in facts.keys:
        seen: list[Seen[Any]] = [
            key.encryption,
            key.rotation_days,
            key.deletion_days,
            key.locked,
            key.everyone,
            key.separated,
        ]
        values = [each.value for each in [*seen, key.multi_region]]
        assert values == [Encryption.CUSTOMER, 90, 30, True, False, True, False], key.resource


def test_the_cluster_is_closed_and_watched(facts: Facts) -> None:
    (cluster,) = facts.clusters
    (detection,) = facts.detections
    assert cluster.open_to.value == frozenset()
    assert cluster.secrets_key.value is Encryption.CUSTOMER
    assert cluster.audit_logs.value == AUDIT_LOGS
    assert cluster.local_accounts.value is False
    assert (cluster.workload_identity.value, cluster.network_policy.value, cluster.locked.value) == (True, True, True)
    assert (cluster.zones.value, detection.on.value) == (3, True)


def test_nodes_are_hardened(facts: Facts) -> None:
    assert {nodes.resource.name: nodes.accelerated for nodes in facts.nodes} == {
        "ap-south-cluster-system": False,
        "ap-south-pool-t4-on-demand": True,
        "ap-south-pool-t4-spot": True,
    }
    for nodes in facts.nodes:
        seen: list[Seen[Any] | None] = [
            nodes.disk,
            nodes.metadata_guarded,
            nodes.public_address,
            nodes.remote_login,
            nodes.verified_boot,
        ]
        assert [each.value for each in seen if each] == [Encryption.CUSTOMER, True, False, False, True], nodes.resource


def test_the_network_lets_out_what_it_needs(facts: Facts) -> None:
    (network,) = facts.networks
    assert (network.flow_logs.value, network.private_services.value) == (True, PRIVATE_SERVICES)
    assert network.default_open.value is False
    assert [(each.inbound, each.peers.value, each.from_port) for each in facts.openings] == [
        (False, frozenset({"199.36.153.8/30"}), 443),
        (False, frozenset({"10.18.0.0/16"}), None),
    ]
    assert facts.listeners == ()


def test_rights_are_narrow_and_no_secret_is_made(facts: Facts) -> None:
    assert {grant.everything.value for grant in facts.grants} == {()}
    assert {grant.anyone.value for grant in facts.grants} == {False}
    assert [grant.exact.value for grant in facts.grants if grant.exact] == [True]
    assert facts.credentials == ()


def test_trail_alerts_and_emergency_access(facts: Facts) -> None:
    (trail,) = facts.trails
    assert (trail.complete.value, trail.verified.value, trail.encryption.value) == (True, True, Encryption.CUSTOMER)
    assert (trail.data_access.value, trail.with_content.value) == (True, False)
    assert {alert.about for alert in facts.alerts} == ALERTS
    (way_in,) = facts.break_glass
    assert (way_in.minutes.value, way_in.second_factor.value) == (60, True)


def test_the_data_bucket_is_backed_up(facts: Facts) -> None:
    (backup,) = facts.backups
    assert backup.covers.value == frozenset({by_name(facts)["storage-data"].resource.urn})
    assert backup.days.value == 30
    assert (backup.elsewhere.value, backup.restore_tested.value) == (True, True)


Change = Mapping[str, Any]


def changed(name: str, change: Change, *, protect: bool | None = None) -> Facts:
    """The facts of the region with properties of one resource replaced; ``a.b`` goes into an object."""
    graph = declared()
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
    assert (fact(reading.read(declared())), fact(changed(name, change))) == (before, after)


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
    graph = declared()
    new = replace(next(iter(graph.of("gcp:storage/bucket:Bucket"))), type="gcp:storage/lake:Lake")
    assert reading.read(Graph(resources=(*graph.resources, new))).unread == (new,)
