"""Backups of the data bucket: a second bucket that its readers and writers cannot touch."""

from __future__ import annotations

from typing import Any

import pulumi
from pulumi_gcp import storage

from lepton_infra.clouds.gcp import agents
from lepton_infra.clouds.gcp.agents import Agent
from lepton_infra.clouds.gcp.buckets import Past, private_bucket
from lepton_infra.clouds.gcp.keys import customer_key
from lepton_infra.clouds.gcp.network import GcpNetworkOutputs
from lepton_infra.clouds.gcp.services import Api
from lepton_infra.clouds.gcp.settings import Settings
from lepton_infra.clouds.gcp.storage import GcpStorageOutputs
from lepton_infra.compliance.data_class import DataClass
from lepton_infra.component import Component
from lepton_infra.oversight import OversightArgs

READS, WRITES = ("legacyBucketReader", "objectViewer"), ("legacyBucketWriter", "objectViewer")
"""Roles of the agent on the source and on the sink of a transfer ("Configure access to a source: Cloud Storage" and
"Configure access to a sink", Storage Transfer Service documentation)."""

SOFT_DAYS_LEAST, SOFT_DAYS_MOST = 7, 90
"""Bounds of soft deletion (``softDeletePolicy``, Cloud Storage API)."""

SCHEDULE_START = storage.TransferJobScheduleScheduleStartDateArgs(year=2026, month=1, day=1)
"""A day before the first region: from a past start on, a job runs daily."""

START_HOUR = 3
"""When the job runs, in UTC."""

_DAY = 86400
"""Seconds."""


def backups(
    parent: Component[Any],
    name: str,
    args: OversightArgs[GcpNetworkOutputs, GcpStorageOutputs, Any],
    settings: Settings,
    *,
    bucket: str,
    trail: pulumi.Resource,
) -> None:
    """A nightly copy of the data bucket in another one of the region, called ``bucket``, under another key.

    What is deleted or replaced in the data bucket is so in the copy a night later, and lives on there soft-deleted for
    the days of a backup, where nobody can delete it. Who administers the project could turn that off for what is
    deleted later: a copy out of his reach is in another project, and not a region's to make; Google's Backup and DR
    Service, whose vaults nobody can empty, takes no buckets. The models are not backed up: they are published again
    from where they were trained. Bucket and job stay when the region is torn down, as the data does.
    """
    key = customer_key(
        parent,
        f"{name}-key",
        rings=args.network.key_rings,
        users=[agents.member(Agent.STORAGE, settings.project_number)],
        rotation_days=args.key_rotation_days,
        tags=args.tags,
        protect=args.protect,
        outlives_region=True,
    )
    kept = private_bucket(
        parent,
        name,
        bucket=bucket,
        settings=settings,
        key=key,
        data_class=DataClass.BACKUP,
        past=Past(soft_days=soft_days(args.backup_days)),
        tags=args.tags,
        protect=args.protect,
        needs=[args.storage.audit, trail],
    )
    rights = [
        _right(parent, f"{name}-{end}-{role}", bucket, role, settings)
        for end, bucket, roles in (("reads", args.storage.data.path, READS), ("writes", kept.name, WRITES))
        for role in roles
    ]
    storage.TransferJob(
        f"{name}-job",
        # Names of deleted jobs are free again only after a while, as those of keys are never.
        name=f"transferJobs/{name}-g{settings.key_generation}",
        project=settings.project,
        description=f"Nightly backup of the data of {name}",
        status="ENABLED",
        transfer_spec=storage.TransferJobTransferSpecArgs(
            gcs_data_source=storage.TransferJobTransferSpecGcsDataSourceArgs(bucket_name=args.storage.data.path),
            gcs_data_sink=storage.TransferJobTransferSpecGcsDataSinkArgs(bucket_name=kept.name),
            transfer_options=storage.TransferJobTransferSpecTransferOptionsArgs(
                overwrite_when="DIFFERENT", delete_objects_unique_in_sink=True
            ),
        ),
        schedule=storage.TransferJobScheduleArgs(
            schedule_start_date=SCHEDULE_START,
            start_time_of_day=storage.TransferJobScheduleStartTimeOfDayArgs(
                hours=START_HOUR, minutes=0, seconds=0, nanos=0
            ),
            repeat_interval=f"{_DAY}s",
        ),
        opts=parent.child(depends_on=[*rights, args.network.apis[Api.TRANSFERS]], retain_on_delete=True),
    )


def soft_days(days: int) -> int:
    """How long soft deletion keeps a backup of ``days``: at least as long as it can, at most as long."""
    return min(max(days, SOFT_DAYS_LEAST), SOFT_DAYS_MOST)


def _right(
    parent: Component[Any], name: str, bucket: pulumi.Input[str], role: str, settings: Settings
) -> storage.BucketIAMMember:
    return storage.BucketIAMMember(
        name,
        bucket=bucket,
        role=f"roles/storage.{role}",
        member=agents.member(Agent.TRANSFERS, settings.project_number),
        opts=parent.child(retain_on_delete=True),
    )
