"""The buckets of a region on AWS: models, data and the log of who read them."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
from pulumi_aws import kms, s3

from lepton_infra.clouds.aws.iam import arns, key_policies
from lepton_infra.clouds.aws.iam.keys import customer_key
from lepton_infra.clouds.aws.network.network import AwsNetworkOutputs
from lepton_infra.clouds.aws.settings import Settings
from lepton_infra.clouds.aws.storage import bucket_policies
from lepton_infra.clouds.aws.storage.buckets import BucketSpec, private_bucket
from lepton_infra.compliance.facts.data_class import DataClass
from lepton_infra.layers.component import Component
from lepton_infra.layers.context import Context
from lepton_infra.layers.network import Endpoint
from lepton_infra.layers.storage import BucketOutputs, StorageArgs, StorageOutputs


@dataclass(frozen=True, kw_only=True)
class AwsStorageOutputs(StorageOutputs):
    """S3 outputs that identities take to grant a reader: ARNs of the models bucket, known beforehand, and of its key.

    ``data_arn`` is the data bucket's ARN, known beforehand too; ``data_bucket`` is the same once the bucket stands.
    """

    models_arn: str
    models_key: pulumi.Output[str]
    data_arn: str
    data_bucket: pulumi.Output[str]


class Storage(Component[AwsStorageOutputs]):
    """Buckets for models and data, each under a key of its own, and one for their access log.

    The access log's bucket is encrypted by S3's own key: S3 delivers access logs to no bucket with a customer-managed
    one. Buckets and keys outlive the region: a bucket with content cannot be deleted, and its content is worth nothing
    without its key. Nothing here copies data to another region.
    """

    def __init__(
        self,
        name: str,
        args: StorageArgs[AwsNetworkOutputs],
        context: Context,
        settings: Settings,
        opts: pulumi.ResourceOptions,
    ) -> None:
        super().__init__("lepton:aws:Storage", name, context, opts)
        self._args, self._settings = args, settings
        log_name = self._bucket_name(f"{name}-access-log")
        sources = {purpose: self._bucket_name(f"{name}-{purpose}") for purpose in ("models", "data")}
        log = private_bucket(
            self,
            f"{name}-access-log",
            BucketSpec(
                bucket=log_name,
                policy=bucket_policies.for_access_log(log_name, settings.account, list(sources.values())),
                noncurrent_version_days=args.noncurrent_version_days,
                expiry_days=self.context.log_days,
                data_class=DataClass.AUDIT_LOG,
            ),
        ).bucket
        models, models_key = self._keyed_bucket(name, "models", sources["models"], log, DataClass.MODEL_ARTIFACT)
        data, _ = self._keyed_bucket(name, "data", sources["data"], log, DataClass.PERSONAL)
        self.publish(
            AwsStorageOutputs(
                models=_bucket_outputs(models),
                data=_bucket_outputs(data),
                rclone={
                    "type": "s3",
                    "provider": "AWS",
                    "env_auth": "true",
                    "region": settings.region,
                    "no_check_bucket": "true",
                },
                # The endpoint's addresses are the network's, in every zone's private subnet.
                endpoints=[Endpoint(cidr=args.network.cidr, port=443)],
                models_arn=arns.bucket(sources["models"]),
                models_key=models_key.arn,
                data_arn=arns.bucket(sources["data"]),
                data_bucket=data.arn,
            )
        )

    def _bucket_name(self, logical: str) -> str:
        """Bucket names are unique in the whole world: the account makes them so, and they stay predictable."""
        return f"{logical}-{self._settings.account}"

    def _keyed_bucket(
        self, name: str, purpose: str, bucket: str, log: s3.Bucket, data_class: DataClass
    ) -> tuple[s3.Bucket, kms.Key]:
        """A bucket under its own key whose accesses are logged under its own prefix."""
        key = customer_key(
            self,
            f"{name}-{purpose}-key",
            description=f"Objects of {bucket}",
            policy=key_policies.for_buckets(self._settings.account, self._settings.region),
            outlives_region=True,
        )
        made = private_bucket(
            self,
            f"{name}-{purpose}",
            BucketSpec(
                bucket=bucket,
                policy=bucket_policies.for_objects(bucket, self._settings.account, key.arn),
                key=key,
                noncurrent_version_days=self._args.noncurrent_version_days,
                data_class=data_class,
            ),
        ).bucket
        s3.BucketLogging(
            f"{name}-{purpose}-logging",
            bucket=made.bucket,
            target_bucket=log.bucket,
            target_prefix=f"{purpose}/",
            opts=self.child(),
        )
        return made, key


def _bucket_outputs(bucket: s3.Bucket) -> BucketOutputs:
    return BucketOutputs(path=bucket.bucket, uri=pulumi.Output.concat("s3://", bucket.bucket))
