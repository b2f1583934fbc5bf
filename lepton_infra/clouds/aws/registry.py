"""The region's own image repositories on AWS."""

from __future__ import annotations

import json
from typing import Any

import pulumi
from pulumi_aws import ecr

from lepton_infra.clouds.aws import key_policies, policies
from lepton_infra.clouds.aws.keys import customer_key
from lepton_infra.clouds.aws.network import AwsNetworkOutputs
from lepton_infra.clouds.aws.settings import Settings
from lepton_infra.compliance.data_class import TAG, DataClass
from lepton_infra.component import Component
from lepton_infra.registry import RegistryArgs, RegistryOutputs, reference_suffix

UNTAGGED_IMAGE_DAYS = 14


class Registry(Component[RegistryOutputs]):
    """One ECR repository per pinned image: immutable tags, scanned on push, under the region's own key.

    It holds copies of what upstream publishes, so it goes with the region, images included. It does not copy the
    images: that is done from a machine that reaches both registries.
    """

    def __init__(
        self, name: str, args: RegistryArgs[AwsNetworkOutputs], settings: Settings, opts: pulumi.ResourceOptions
    ) -> None:
        super().__init__("lepton:aws:Registry", name, opts)
        key = customer_key(
            self,
            f"{name}-key",
            description=f"Images of {name}",
            policy=key_policies.for_images(settings.account, settings.region),
            rotation_days=args.key_rotation_days,
            tags=args.tags,
            protect=args.protect,
            outlives_region=False,
        )
        images: dict[str, pulumi.Output[str]] = {}
        for image, pin in args.images.items():
            repository = ecr.Repository(
                f"{name}-{image}",
                name=f"{name}/{image}",
                image_tag_mutability="IMMUTABLE",
                image_scanning_configuration=ecr.RepositoryImageScanningConfigurationArgs(scan_on_push=True),
                encryption_configurations=[
                    ecr.RepositoryEncryptionConfigurationArgs(encryption_type="KMS", kms_key=key.arn)
                ],
                force_delete=not args.protect,
                tags={**args.tags, TAG: DataClass.MODEL_ARTIFACT.value},
                opts=self.child(protect=args.protect),
            )
            ecr.LifecyclePolicy(
                f"{name}-{image}-lifecycle",
                repository=repository.name,
                policy=json.dumps(expire_untagged(UNTAGGED_IMAGE_DAYS)),
                opts=self.child(),
            )
            ecr.RepositoryPolicy(
                f"{name}-{image}-policy",
                repository=repository.name,
                policy=json.dumps(policies.repository_for_account(settings.account)),
                opts=self.child(),
            )
            images[image] = pulumi.Output.concat(repository.repository_url, reference_suffix(pin))
        self.publish(RegistryOutputs(images=images))


def expire_untagged(days: int) -> dict[str, Any]:
    """A lifecycle policy that deletes images which lost their tag ``days`` ago."""
    return {
        "rules": [
            {
                "rulePriority": 1,
                "description": f"Untagged images go after {days} days",
                "selection": {
                    "tagStatus": "untagged",
                    "countType": "sinceImagePushed",
                    "countUnit": "days",
                    "countNumber": days,
                },
                "action": {"type": "expire"},
            }
        ]
    }
