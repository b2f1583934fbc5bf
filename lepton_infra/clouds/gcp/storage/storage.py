"""Cloud Storage buckets of a region for models and data, and their data access logs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
from pulumi_gcp import projects, storage

from lepton_infra.clouds.gcp import logs
from lepton_infra.clouds.gcp.iam import agents, conditions
from lepton_infra.clouds.gcp.iam.agents import Agent
from lepton_infra.clouds.gcp.iam.keys import customer_key
from lepton_infra.clouds.gcp.network.network import GcpNetworkOutputs
from lepton_infra.clouds.gcp.network.private_names import PRIVATE_API
from lepton_infra.clouds.gcp.services import Api
from lepton_infra.clouds.gcp.settings import Settings
from lepton_infra.clouds.gcp.storage.buckets import BucketSpec, Past, private_bucket
from lepton_infra.compliance.facts.data_class import DataClass
from lepton_infra.layers.component import Component
from lepton_infra.layers.context import Context
from lepton_infra.layers.network import Endpoint
from lepton_infra.layers.storage import BucketOutputs, StorageArgs, StorageOutputs

HELD: Mapping[str, DataClass] = {"models": DataClass.MODEL_ARTIFACT, "data": DataClass.PERSONAL}
"""Data class of each bucket."""


@dataclass(frozen=True, kw_only=True)
class GcpStorageOutputs(StorageOutputs):
    """Outputs of the buckets: for grants to readers the models bucket's name, known beforehand.

    ``audit`` is the audit config that logs reads and writes of objects; no bucket is used before it.
    """

    models_bucket: str
    audit: pulumi.Resource


class Storage(Component[GcpStorageOutputs]):
    """Buckets for models and data, each under a key of its own, and a log bucket for their data access audit logs.

    Google writes access logs to no bucket under a customer's key, so the log is the audit log of data access, which is
    off until it is enabled. Buckets and keys outlive the region: a bucket with content cannot be deleted, and its
    content cannot be read without its key. Nothing here copies data to another region.
    """

    def __init__(
        self,
        name: str,
        args: StorageArgs[GcpNetworkOutputs],
        context: Context,
        settings: Settings,
        opts: pulumi.ResourceOptions,
    ) -> None:
        super().__init__("lepton:gcp:Storage", name, context, opts)
        self._args, self._settings = args, settings
        buckets = {purpose: f"{name}-{purpose}-{settings.project_number}" for purpose in ("models", "data")}
        kept = logs.regional_log(
            self,
            f"{name}-access-log",
            store=args.network.log_store,
            settings=settings,
            log_filter=conditions.access_logs(*buckets.values()),
        )
        audit = projects.IAMAuditConfig(
            f"{name}-audit",
            project=settings.project,
            service="storage.googleapis.com",
            audit_log_configs=[
                projects.IAMAuditConfigAuditLogConfigArgs(log_type=log_type)
                for log_type in ("ADMIN_READ", "DATA_READ", "DATA_WRITE")
            ],
            # It is the whole project's, and other regions in it may rely on it.
            opts=self.child(retain_on_delete=True, depends_on=[kept]),
        )
        models, data = (
            self._bucket(f"{name}-{purpose}", bucket, HELD[purpose], audit) for purpose, bucket in buckets.items()
        )
        self.publish(
            GcpStorageOutputs(
                models=_bucket_outputs(models),
                data=_bucket_outputs(data),
                rclone={
                    "type": "google cloud storage",
                    "env_auth": "true",
                    "bucket_policy_only": "true",
                    "no_check_bucket": "true",
                    "location": settings.region,
                    "project_number": settings.project_number,
                },
                endpoints=[Endpoint(cidr=PRIVATE_API, port=443)],
                models_bucket=buckets["models"],
                audit=audit,
            )
        )

    def _bucket(self, name: str, bucket: str, data_class: DataClass, audit: pulumi.Resource) -> storage.Bucket:
        """A bucket under its own key, made after the audit config, so that every access to its objects is logged."""
        args, settings = self._args, self._settings
        key = customer_key(
            self,
            f"{name}-key",
            rings=args.network.key_rings,
            users=[agents.member(Agent.STORAGE, settings.project_number)],
            outlives_region=True,
        )
        return private_bucket(
            self,
            name,
            settings,
            BucketSpec(
                bucket=bucket,
                key=key,
                data_class=data_class,
                past=Past(version_days=args.noncurrent_version_days),
                needs=[audit, args.network.apis[Api.STORAGE]],
            ),
        )


def _bucket_outputs(bucket: storage.Bucket) -> BucketOutputs:
    return BucketOutputs(path=bucket.name, uri=pulumi.Output.concat("gs://", bucket.name))
