"""Cloud Logging: regional log buckets under a customer-managed key, sinks and exclusions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_gcp import logging

from lepton_infra.clouds.gcp.iam.keys import CustomerKey
from lepton_infra.clouds.gcp.settings import Settings
from lepton_infra.compliance.facts.data_class import TAG, DataClass
from lepton_infra.layers.component import Component


@dataclass(frozen=True, kw_only=True)
class LogStore:
    """The key of a region's log buckets, and the Cloud Logging API resource they depend on."""

    key: CustomerKey
    api: pulumi.Resource


def writer(settings: Settings) -> str:
    """The service account that encrypts logs, as a member of IAM policies."""
    return f"serviceAccount:{settings.logging_agent}"


def regional_log(
    parent: Component[Any],
    name: str,
    *,
    store: LogStore,
    settings: Settings,
    log_filter: str,
) -> pulumi.Resource:
    """Store logs that match ``log_filter`` in a regional log bucket, and exclude them from the project's global one.

    Returns the exclusion. A writer of these logs depends on it, so that none of them is kept elsewhere.
    """
    sink = kept_log(parent, name, store=store, settings=settings, log_filter=log_filter)
    return kept_out(parent, name, settings=settings, log_filter=log_filter, sink=sink)


def kept_out(
    parent: Component[Any], name: str, *, settings: Settings, log_filter: str, sink: pulumi.Resource
) -> pulumi.Resource:
    """A log exclusion that keeps logs matching ``log_filter``, stored by ``sink``, out of the global bucket."""
    return logging.ProjectExclusion(
        f"{name}-exclusion",
        name=name,
        project=settings.project,
        description=f"Keeps the logs of {name} out of the project's global bucket",
        filter=log_filter,
        opts=parent.child(depends_on=[sink]),
    )


def kept_log(
    parent: Component[Any],
    name: str,
    *,
    store: LogStore,
    settings: Settings,
    log_filter: str,
    data_class: DataClass = DataClass.AUDIT_LOG,
) -> logging.ProjectSink:
    """A regional log bucket, and the sink that stores logs that match ``log_filter`` in it.

    A log bucket takes no label, so its description has the data class unless it is an audit log. The bucket stays when
    the region is torn down: the law's minimum retention does not end with the region.
    """
    bucket = logging.ProjectBucketConfig(
        name,
        project=settings.project,
        location=settings.region,
        bucket_id=name,
        description=f"Logs of {name}" + ("" if data_class is DataClass.AUDIT_LOG else f" ({TAG}: {data_class})"),
        retention_days=parent.context.log_days,
        cmek_settings=logging.ProjectBucketConfigCmekSettingsArgs(kms_key_name=store.key.id),
        deletion_policy="PREVENT" if parent.context.protect else "DELETE",
        opts=parent.child(
            protect=parent.context.protect, retain_on_delete=True, depends_on=[*store.key.grants, store.api]
        ),
    )
    return logging.ProjectSink(
        f"{name}-sink",
        name=name,
        project=settings.project,
        description=f"Keeps the logs of {name} in {settings.region}",
        destination=f"logging.googleapis.com/projects/{settings.project}/locations/{settings.region}/buckets/{name}",
        filter=log_filter,
        unique_writer_identity=True,
        opts=parent.child(depends_on=[bucket]),
    )
