from __future__ import annotations

from typing import Any

import pytest

from lepton_infra.compliance.facts import Backup
from lepton_infra.compliance.graph.graph import UNKNOWN, Resource
from tests.compliance.gcp.graphs import made, read, waiting

DATA = made("storage/bucket:Bucket", "data", name="data", project="shop")
SINK = made("storage/bucket:Bucket", "copy", name="copy", project="shop")


def backup(*resources: Resource) -> Backup:
    (found,) = read(*resources).backups
    return found


def told(found: Backup) -> tuple[object, object, object, object]:
    return (found.covers.value, found.days.value, found.elsewhere.value, found.restore_tested.value)


def copied(sink: Resource = SINK, **options: Any) -> tuple[Resource, ...]:
    spec = {"gcsDataSource": {"bucketName": "data"}, "gcsDataSink": {"bucketName": "copy"}, "transferOptions": options}
    job = made("storage/transferJob:TransferJob", "job", project="shop", schedule={}, transferSpec=spec)
    return (job, DATA, sink)


def sink(**inputs: Any) -> Resource:
    return made("storage/bucket:Bucket", "copy", **{"name": "copy", "project": "shop", **inputs})


COVERED = frozenset({DATA.urn})


LOCKED = {"retentionPolicy": {"retentionPeriod": "1", "isLocked": True}}


@pytest.mark.parametrize(
    ("resources", "elsewhere"),
    [
        (copied(), False),
        (copied(sink(project="vault")), True),
        (copied(sink(retentionPolicy={"retentionPeriod": "1"})), False),
        (copied(sink(**LOCKED)), True),
        (copied(sink(**LOCKED), deleteObjectsUniqueInSink=True), False),
    ],
)
def test_a_copy_of_a_bucket_is_out_of_reach_in_another_project_or_locked(
    resources: tuple[Resource, ...], elsewhere: bool
) -> None:
    found = backup(*resources)
    assert (found.covers.value, found.elsewhere.value, found.restore_tested.value) == (COVERED, elsewhere, False)


@pytest.mark.parametrize(
    ("inputs", "options", "days"),
    [
        ({}, {}, None),
        ({}, {"deleteObjectsUniqueInSink": True}, 7),
        ({"softDeletePolicy": {"retentionDurationSeconds": 2592000}}, {"deleteObjectsUniqueInSink": True}, 30),
        ({"lifecycleRules": [{"action": {"type": "Delete"}, "condition": {"age": 90}}]}, {}, 90),
    ],
)
def test_a_copy_is_kept_as_its_bucket_keeps_it(
    inputs: dict[str, Any], options: dict[str, Any], days: int | None
) -> None:
    assert backup(*copied(sink(**inputs), **options)).days.value == days


def reading_from(source: str, **changes: Any) -> Resource:
    spec = {"gcsDataSource": {"bucketName": source}, "gcsDataSink": {"bucketName": "trial"}}
    inputs = {"project": "shop", "schedule": {}, "transferSpec": spec, **changes}
    return made("storage/transferJob:TransferJob", "trial-job", **inputs)


TRIAL = made("storage/bucket:Bucket", "trial", name="trial", softDeletePolicy={"retentionDurationSeconds": 0})


@pytest.mark.parametrize(
    ("trial", "tested"), [(reading_from("copy"), True), (reading_from("copy", status="DISABLED"), False)]
)
def test_a_copy_that_is_read_again_and_again_is_tried_and_what_reads_it_is_no_backup(
    trial: Resource, tested: bool
) -> None:
    facts = read(*copied(), trial, TRIAL)
    (found,) = facts.backups
    assert (found.resource.name, found.covers.value, found.restore_tested.value) == ("job", COVERED, tested)
    recoverable = {store.resource.name: store.recoverable for store in facts.stores}["trial"]
    assert recoverable is not None
    assert recoverable.value is tested, "what was restored can be restored again"


def test_a_second_copy_of_the_original_tries_nothing() -> None:
    found = read(*copied(), reading_from("data"), TRIAL).backups
    assert [(each.resource.name, each.restore_tested.value) for each in found] == [("job", False), ("trial-job", False)]


@pytest.mark.parametrize(
    "inputs",
    [
        {"transferSpec": {"gcsDataSource": {"bucketName": "data"}, "gcsDataSink": {"bucketName": "copy"}}},
        {"schedule": {}, "transferSpec": {"awsS3DataSource": {"bucketName": "data"}}},
        {
            "schedule": {},
            "transferSpec": {
                "gcsDataSource": {"bucketName": "data"},
                "gcsDataSink": {"bucketName": "copy"},
                "transferOptions": {"deleteObjectsFromSourceAfterTransfer": True},
            },
        },
    ],
)
def test_moving_importing_and_copying_once_is_no_backup(inputs: dict[str, Any]) -> None:
    assert read(made("storage/transferJob:TransferJob", **inputs), DATA, SINK).backups == ()


VAULT = made(
    "backupdisasterrecovery/backupVault:BackupVault",
    "vault",
    backupVaultId="vault",
    id="projects/shop/locations/europe-west4/backupVaults/vault",
    backupMinimumEnforcedRetentionDuration="604800s",
)
DISK = made("compute/disk:Disk", "disk", name="disk", id="projects/shop/zones/europe-west4-a/disks/disk")
PLAN = made(
    "backupdisasterrecovery/backupPlan:BackupPlan",
    "plan",
    project="shop",
    backupPlanId="plan",
    id="projects/shop/locations/europe-west4/backupPlans/plan",
    backupVault=VAULT.id,
    backupRules=[{"backupRetentionDays": 14}, {"backupRetentionDays": 30}],
)
TIE = made(
    "backupdisasterrecovery/backupPlanAssociation:BackupPlanAssociation", "tie", backupPlan=PLAN.id, resource=DISK.id
)


def test_a_plan_with_a_vault_covers_what_is_associated() -> None:
    found = read(PLAN, VAULT, DISK, TIE)
    assert told(found.backups[0]) == (frozenset({DISK.urn}), 30, True, False)
    (vault,) = [store for store in found.stores if store.resource is VAULT]
    assert vault.days is not None
    assert vault.days.value == 30


def test_a_plan_without_associations_covers_nothing() -> None:
    assert backup(PLAN, VAULT).covers.value == frozenset()


def test_a_plan_covers_something_unknown_if_what_it_names_is_not_there() -> None:
    assert backup(PLAN, VAULT, TIE).covers.value is UNKNOWN


@pytest.mark.parametrize(("vault", "elsewhere"), [("projects/other/x", True), ("projects/shop/x", False)])
def test_a_vault_that_is_not_in_the_graph_may_be_anothers(vault: str, elsewhere: bool) -> None:
    plan = made("backupdisasterrecovery/backupPlan:BackupPlan", "plan", project="shop", backupVault=vault)
    assert backup(plan).elsewhere.value is elsewhere


def test_in_a_preview_plan_and_vault_are_paired() -> None:
    plan = waiting(
        made("backupdisasterrecovery/backupPlan:BackupPlan", "plan", backupVault=UNKNOWN, backupRules=[]),
        backupVault=VAULT,
    )
    tie = waiting(
        made("backupdisasterrecovery/backupPlanAssociation:BackupPlanAssociation", "tie",
             backupPlan=UNKNOWN, resource=UNKNOWN),
        backupPlan=plan,
        resource=DISK,
    )  # fmt: skip
    found = backup(plan, VAULT, DISK, tie)
    assert (found.covers.value, found.elsewhere.value) == (frozenset({DISK.urn}), True)


CLUSTER = made("container/cluster:Cluster", "cluster", name="c", id="projects/shop/locations/europe-west4/clusters/c")


def _gke(**inputs: Any) -> Resource:
    return made("gkebackup/backupPlan:BackupPlan", "plan", name="plan", id="plan-id", cluster=CLUSTER.id, **inputs)


@pytest.mark.parametrize(
    ("inputs", "others", "expected"),
    [
        ({}, [], (None, False, False)),
        ({"retentionPolicy": {"backupRetainDays": 30}}, [], (30, False, False)),
        ({"retentionPolicy": {"backupRetainDays": 30, "backupDeleteLockDays": 30}}, [], (30, True, False)),
        ({}, [made("gkebackup/restorePlan:RestorePlan", "try", backupPlan="plan-id")], (None, False, True)),
    ],
)
def test_a_plan_of_a_cluster(inputs: dict[str, Any], others: list[Resource], expected: tuple[object, ...]) -> None:
    found = told(backup(_gke(**inputs), CLUSTER, *others))
    assert found == (frozenset({CLUSTER.urn}), *expected)


def test_a_schedule_of_snapshots_covers_the_disks_that_it_is_attached_to() -> None:
    retention = {"retentionPolicy": {"maxRetentionDays": 14}, "schedule": {}}
    policy = made("compute/resourcePolicy:ResourcePolicy", "daily", name="daily", snapshotSchedulePolicy=retention)
    tie = made("compute/diskResourcePolicyAttachment:DiskResourcePolicyAttachment", "tie", name="daily", disk="disk")
    assert told(backup(policy, DISK, tie)) == (frozenset({DISK.urn}), 14, False, False)


def test_a_database_backs_itself_up() -> None:
    settings = {"backupConfiguration": {"enabled": True}}
    database = made("sql/databaseInstance:DatabaseInstance", "db", settings=settings)
    assert told(backup(database)) == (frozenset({database.urn}), 7, False, False)
