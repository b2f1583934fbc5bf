"""Facts of backups: Backup and DR plans, Backup for GKE, transfer jobs, snapshot schedules and Cloud SQL."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lepton_infra.clouds.gcp.facts.lifecycle import expiry, hidden_days
from lepton_infra.clouds.gcp.facts.properties import at, days, made_of
from lepton_infra.compliance.facts import Backup, Facts
from lepton_infra.compliance.graph.graph import UNKNOWN, Graph, Resource, Seen, Unknown

PLAN: Final = "gcp:backupdisasterrecovery/backupPlan:BackupPlan"
ASSOCIATION: Final = "gcp:backupdisasterrecovery/backupPlanAssociation:BackupPlanAssociation"
VAULT: Final = "gcp:backupdisasterrecovery/backupVault:BackupVault"
GKE_PLAN: Final = "gcp:gkebackup/backupPlan:BackupPlan"
_RESTORE_PLAN: Final = "gcp:gkebackup/restorePlan:RestorePlan"
_CLUSTER: Final = "gcp:container/cluster:Cluster"
_POLICY: Final = "gcp:compute/resourcePolicy:ResourcePolicy"
_ATTACHMENT: Final = "gcp:compute/diskResourcePolicyAttachment:DiskResourcePolicyAttachment"
_DISKS: Final = ("gcp:compute/disk:Disk", "gcp:compute/regionDisk:RegionDisk")
_DATABASE: Final = "gcp:sql/databaseInstance:DatabaseInstance"
_BACKED_UP: Final = (
    "gcp:storage/bucket:Bucket",
    "gcp:compute/instance:Instance",
    *_DISKS,
    _DATABASE,
    "gcp:alloydb/cluster:Cluster",
    "gcp:filestore/instance:Instance",
)
_BUCKET: Final = "gcp:storage/bucket:Bucket"
_JOB: Final = "gcp:storage/transferJob:TransferJob"
_SOURCE: Final = "transferSpec.gcsDataSource.bucketName"
_SINK: Final = "transferSpec.gcsDataSink.bucketName"
_SQL_BACKUPS: Final = 7
"""Default number of daily backups that Cloud SQL keeps (``backupRetentionSettings``)."""


def read(graph: Graph) -> Facts:
    """Facts of all backup plans, bucket copies, snapshot schedules and Cloud SQL backups."""
    return Facts(
        backups=(
            *(_plan(graph, each) for each in graph.of(PLAN)),
            *(_gke_plan(graph, each) for each in graph.of(GKE_PLAN)),
            *(_copy(graph, each) for each in _copying(graph) if not _reads_a_copy(graph, each)),
            *(_snapshots(graph, each) for each in graph.of(_POLICY) if each.get("snapshotSchedulePolicy") is not None),
            *(_database(each) for each in graph.of(_DATABASE) if each.get("settings.backupConfiguration.enabled")),
        )
    )


def covered(graph: Graph) -> frozenset[str]:
    """URNs of resources with a backup, as far as known, and of buckets that a restore test fills and can fill again."""
    trials = (each for each in _copying(graph) if _reads_a_copy(graph, each))
    restored = (sink.urn for trial in trials for sink in made_of(graph, trial, _SINK, _BUCKET))
    return frozenset([*(urn for backup in read(graph).backups for urn in _known(backup.covers)), *restored])


def plan_days(graph: Graph, vault: Resource) -> int | Unknown | None:
    """Longest retention in days of the plans that write to a backup vault; None without such a plan."""
    kept = [_days(plan) for plan in graph.of(PLAN) if vault in made_of(graph, plan, "backupVault", VAULT)]
    if any(each is UNKNOWN for each in kept):
        return UNKNOWN
    return max((each for each in kept if isinstance(each, int)), default=None)


def _known(covers: Seen[frozenset[str]]) -> frozenset[str]:
    return covers.value if isinstance(covers.value, frozenset) else frozenset()


def _days(plan: Resource) -> int | Unknown | None:
    """Longest retention of a backup plan's rules, in days."""
    kept = [seen.value for seen in at(plan, "backupRules[].backupRetentionDays")]
    known = [each for each in kept if isinstance(each, int)]
    return UNKNOWN if len(known) < len(kept) else max(known, default=None)


def _plan(graph: Graph, plan: Resource) -> Backup:
    """The backup of a Backup and DR plan, covering the resources of its associations."""
    associations = [each for each in graph.of(ASSOCIATION) if plan in made_of(graph, each, "backupPlan", PLAN)]
    found = [made_of(graph, each, "resource", *_BACKED_UP) for each in associations]
    whole = all(found) and bool(associations)
    covers = frozenset(each.urn for some in found for each in some)
    return Backup(
        resource=plan,
        covers=plan.says(covers if whole or not associations else UNKNOWN, "resourceType"),
        days=plan.says(_days(plan), "backupRules"),
        elsewhere=_out_of_reach(graph, plan),
        restore_tested=plan.says(False),
    )


def _out_of_reach(graph: Graph, plan: Resource) -> Seen[bool]:
    """True if the backup vault enforces a minimum retention, so that no backup can be deleted earlier.

    A vault that is not in the graph counts if it is another project's.
    """
    for vault in made_of(graph, plan, "backupVault", VAULT):
        least = days(vault.get("backupMinimumEnforcedRetentionDuration"))
        enforced = least if least is UNKNOWN else bool(least)
        return vault.says(enforced, "backupMinimumEnforcedRetentionDuration")
    named, project = plan.get("backupVault"), plan.get("project")
    if not isinstance(named, str) or not isinstance(project, str):
        return plan.says(UNKNOWN, "backupVault")
    return plan.says(named.startswith("projects/") and not named.startswith(f"projects/{project}/"), "backupVault")


def _gke_plan(graph: Graph, plan: Resource) -> Backup:
    """The backup of a Backup for GKE plan. Its ``backupDeleteLockDays`` prevent earlier deletion of each backup."""
    clusters = made_of(graph, plan, "cluster", _CLUSTER)
    kept = plan.get("retentionPolicy.backupRetainDays", 0)
    locked = plan.get("retentionPolicy.backupDeleteLockDays", 0)
    restores = [each for each in graph.of(_RESTORE_PLAN) if plan in made_of(graph, each, "backupPlan", GKE_PLAN)]
    return Backup(
        resource=plan,
        covers=plan.says(frozenset(each.urn for each in clusters), "cluster"),
        days=plan.says(kept or None, "retentionPolicy.backupRetainDays"),
        elsewhere=plan.says(locked if locked is UNKNOWN else bool(locked), "retentionPolicy.backupDeleteLockDays"),
        restore_tested=plan.says(bool(restores)),
    )


def _copying(graph: Graph) -> list[Resource]:
    """Storage Transfer jobs that copy a bucket repeatedly and keep the source objects."""
    return [each for each in graph.of(_JOB) if _is_repeated(each)]


def _reads_a_copy(graph: Graph, job: Resource) -> bool:
    """True if a transfer job's source is another job's sink: it is a restore test, and no backup."""
    sources = made_of(graph, job, _SOURCE, _BUCKET)
    others = (each for each in _copying(graph) if each is not job)
    return any(sink in sources for other in others for sink in made_of(graph, other, _SINK, _BUCKET))


def _is_repeated(job: Resource) -> bool:
    moves = job.get("transferSpec.transferOptions.deleteObjectsFromSourceAfterTransfer", False)
    repeated = job.get("schedule") is not None or job.get("eventStream") is not None
    return repeated and moves is False and job.get("status", "ENABLED") != "DISABLED" and job.get(_SOURCE) is not None


def _copy(graph: Graph, job: Resource) -> Backup:
    """The backup of a transfer job to another bucket, with the retention of that bucket.

    If the job deletes objects there, only soft deletion and versions of the other bucket keep them.
    """
    sinks = made_of(graph, job, _SINK, _BUCKET)
    follows = job.get("transferSpec.transferOptions.deleteObjectsUniqueInSink", False)
    kept: list[int | Unknown | None] = [
        hidden_days(sink).value if follows else expiry(sink, "age", "LIVE") for sink in sinks
    ]
    return Backup(
        resource=job,
        covers=job.says(frozenset(each.urn for each in made_of(graph, job, _SOURCE, _BUCKET)), _SOURCE),
        days=job.says(kept[0] if kept else UNKNOWN, _SINK),
        elsewhere=_copied_away(job, sinks),
        restore_tested=_tried(graph, job, sinks),
    )


def _tried(graph: Graph, job: Resource, sinks: tuple[Resource, ...]) -> Seen[bool]:
    """True if another transfer job reads the copy repeatedly (a restore test)."""
    for other in _copying(graph):
        if other is not job and any(source in sinks for source in made_of(graph, other, _SOURCE, _BUCKET)):
            return other.says(True, _SOURCE)
    return job.says(False)


def _copied_away(job: Resource, sinks: tuple[Resource, ...]) -> Seen[bool]:
    """True if the sink is another project's bucket, or has a locked retention policy and the job deletes nothing in it.

    Soft deletion and an unlocked retention policy are not enough: an administrator of the project can turn them off.
    """
    follows = job.get("transferSpec.transferOptions.deleteObjectsUniqueInSink", False)
    for sink in sinks:
        own, theirs = job.get("project"), sink.get("project")
        if own != theirs and UNKNOWN not in (own, theirs):
            return sink.says(True, "project")
        locked = sink.get("retentionPolicy.isLocked", False)
        return sink.says(UNKNOWN if locked is UNKNOWN else locked and not follows, "retentionPolicy.isLocked")
    return job.says(UNKNOWN, _SINK)


def _snapshots(graph: Graph, policy: Resource) -> Backup:
    """The backup of a snapshot schedule; its snapshots are in the disks' own project and can be deleted there."""
    path = "snapshotSchedulePolicy.retentionPolicy.maxRetentionDays"
    return Backup(
        resource=policy,
        covers=policy.says(frozenset(each.urn for each in _attached(graph, policy)), "snapshotSchedulePolicy"),
        days=policy.seen(path),
        elsewhere=policy.says(False, "snapshotSchedulePolicy"),
        restore_tested=policy.says(False),
    )


def _attached(graph: Graph, policy: Resource) -> Iterator[Resource]:
    for attachment in graph.of(_ATTACHMENT):
        if policy in made_of(graph, attachment, "name", _POLICY):
            yield from made_of(graph, attachment, "disk", *_DISKS)


def _database(database: Resource) -> Backup:
    """Daily backups of Cloud SQL: the number of retained backups is their days. They are deleted with the instance."""
    path = "settings.backupConfiguration.backupRetentionSettings.retainedBackups"
    return Backup(
        resource=database,
        covers=database.says(frozenset({database.urn})),
        days=database.seen(path, _SQL_BACKUPS),
        elsewhere=database.says(False, "settings.backupConfiguration"),
        restore_tested=database.says(False),
    )
