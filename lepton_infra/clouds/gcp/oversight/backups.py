"""Backups of the data bucket: Storage Transfer jobs to a bucket under Bucket Lock, and a monthly restore test."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pulumi
from pulumi_gcp import storage

from lepton_infra.clouds.gcp.iam import agents
from lepton_infra.clouds.gcp.iam.agents import Agent
from lepton_infra.clouds.gcp.iam.keys import customer_key
from lepton_infra.clouds.gcp.network.network import GcpNetworkOutputs
from lepton_infra.clouds.gcp.services import Api
from lepton_infra.clouds.gcp.settings import Settings
from lepton_infra.clouds.gcp.storage.buckets import BucketSpec, Past, private_bucket
from lepton_infra.clouds.gcp.storage.storage import GcpStorageOutputs
from lepton_infra.compliance.facts.data_class import DataClass
from lepton_infra.layers.component import Component
from lepton_infra.layers.oversight import OversightArgs

READS, WRITES = ("legacyBucketReader", "objectViewer"), ("legacyBucketWriter", "objectViewer")
"""Roles of the service agent on source and sink of a transfer ("Configure access to a source: Cloud Storage" and
"Configure access to a sink", Storage Transfer Service documentation)."""

SCHEDULE_START = storage.TransferJobScheduleScheduleStartDateArgs(year=2026, month=1, day=1)
"""A date before the first region: from a past start on, a job runs whenever its interval is over."""

START_HOUR, TRIAL_HOUR = 3, 6
"""Hours of the backup and of the restore test, in UTC."""

BACKUP_EVERY, TRIAL_EVERY = 1, 30
"""Days between two runs."""

_DAY = 86400
"""Seconds."""


def buckets(name: str, settings: Settings) -> tuple[str, str]:
    """Names of the backup bucket and of the restore test's bucket."""
    return f"{name}-{settings.project_number}", f"{name}-trial-{settings.project_number}"


def backups(
    parent: Component[Any],
    name: str,
    args: OversightArgs[GcpNetworkOutputs, GcpStorageOutputs, Any],
    settings: Settings,
    *,
    trail: pulumi.Resource,
) -> None:
    """A nightly copy of new objects of the data bucket, in a locked bucket of the region under another key.

    No copy can be deleted or replaced before the retention of a backup is over; then it is deleted, and an object that
    is still in the data bucket is copied anew the night after. So a replaced object is in the backup only from then on:
    until then, it can be recovered only from the data bucket's own versions. The lock can never be removed nor its days
    be reduced, and it keeps the project from being deleted ("Bucket Lock", Cloud Storage documentation). Once a month
    the whole copy is read back into a third bucket, where it is deleted after a day.

    Google's Backup and DR Service, whose vaults cannot be emptied, takes no buckets. The models are not backed up: they
    are published again from where they were trained. Buckets and jobs stay when the region is torn down, as the data
    does.
    """
    key = customer_key(
        parent,
        f"{name}-key",
        rings=args.network.key_rings,
        users=[agents.member(Agent.STORAGE, settings.project_number)],
        outlives_region=True,
    )
    kept, trial = (
        private_bucket(
            parent,
            logical,
            settings,
            BucketSpec(
                bucket=bucket, key=key, data_class=DataClass.BACKUP, past=past, needs=[args.storage.audit, trail]
            ),
        )
        for logical, bucket, past in zip(
            (name, f"{name}-trial"),
            buckets(name, settings),
            (Past(whole_days=args.backup_days, sealed=True), Past(whole_days=1)),
            strict=True,
        )
    )
    reads = _rights(parent, f"{name}-reads", args.storage.data.path, READS, settings)
    writes = _rights(parent, f"{name}-writes", kept.name, WRITES, settings)
    tries = _rights(parent, f"{name}-tries", trial.name, WRITES, settings)
    api = args.network.apis[Api.TRANSFERS]
    _job(
        parent,
        name,
        settings,
        about=f"Nightly backup of the data of {name}",
        ends=(args.storage.data.path, kept.name),
        # What is there is sealed: to replace it would only fail.
        overwrite="NEVER",
        schedule=_schedule(BACKUP_EVERY, START_HOUR),
        needs=[*reads, *writes, api],
    )
    # Who may write backups may read them.
    _job(
        parent,
        f"{name}-trial",
        settings,
        about=f"Monthly trial of restoring {name}",
        ends=(kept.name, trial.name),
        overwrite="ALWAYS",
        schedule=_schedule(TRIAL_EVERY, TRIAL_HOUR),
        needs=[*writes, *tries, api],
    )


def _schedule(days: int, hour: int) -> storage.TransferJobScheduleArgs:
    return storage.TransferJobScheduleArgs(
        schedule_start_date=SCHEDULE_START,
        start_time_of_day=storage.TransferJobScheduleStartTimeOfDayArgs(hours=hour, minutes=0, seconds=0, nanos=0),
        repeat_interval=f"{days * _DAY}s",
    )


def _job(
    parent: Component[Any],
    name: str,
    settings: Settings,
    *,
    about: str,
    ends: tuple[pulumi.Input[str], pulumi.Input[str]],
    overwrite: str,
    schedule: storage.TransferJobScheduleArgs,
    needs: Sequence[pulumi.Resource],
) -> None:
    """A Storage Transfer job from the first bucket of ``ends`` to the second; it deletes nothing in either."""
    source, sink = ends
    storage.TransferJob(
        f"{name}-job",
        # Names of deleted jobs are free again only after a while, as those of keys are never.
        name=f"transferJobs/{name}-g{settings.key_ring_suffix}",
        project=settings.project,
        description=about,
        status="ENABLED",
        transfer_spec=storage.TransferJobTransferSpecArgs(
            gcs_data_source=storage.TransferJobTransferSpecGcsDataSourceArgs(bucket_name=source),
            gcs_data_sink=storage.TransferJobTransferSpecGcsDataSinkArgs(bucket_name=sink),
            transfer_options=storage.TransferJobTransferSpecTransferOptionsArgs(
                overwrite_when=overwrite, delete_objects_unique_in_sink=False
            ),
        ),
        schedule=schedule,
        opts=parent.child(depends_on=list(needs), retain_on_delete=True),
    )


def _rights(
    parent: Component[Any], name: str, bucket: pulumi.Input[str], roles: Sequence[str], settings: Settings
) -> list[pulumi.Resource]:
    return [
        storage.BucketIAMMember(
            f"{name}-{role}",
            bucket=bucket,
            role=f"roles/storage.{role}",
            member=agents.member(Agent.TRANSFERS, settings.project_number),
            opts=parent.child(retain_on_delete=True),
        )
        for role in roles
    ]
