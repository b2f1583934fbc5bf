"""The region's own image repositories on AWS."""

from __future__ import annotations

import json
from typing import Any

import pulumi
from pulumi_aws import ecr

from lepton_infra.clouds.aws.iam import key_policies, policies
from lepton_infra.clouds.aws.iam.keys import customer_key
from lepton_infra.clouds.aws.network.network import AwsNetworkOutputs
from lepton_infra.clouds.aws.settings import Settings
from lepton_infra.compliance.facts.data_class import TAG, DataClass
from lepton_infra.layers.component import Component
from lepton_infra.layers.context import Context
from lepton_infra.layers.registry import RegistryArgs, RegistryOutputs, reference_suffix
from lepton_infra.lock import ImagePin

UNTAGGED_IMAGE_DAYS = 14


class Registry(Component[RegistryOutputs]):
    """One ECR repository for all pinned images: immutable tags, scanned on push, under the region's own key.

    Images are told apart by digest, and by the tag ``<lock key>-<upstream's tag>`` (``image_tag``). An image that a
    chart takes by name and upstream's tag (``args.by_name``) has a repository of its own, ``<name>/<lock key>``, for
    there the tag does not tell it from its siblings.

    Images without a tag go after ``UNTAGGED_IMAGE_DAYS``, those that run too: an image that is pulled by digest is safe
    as long as its tag is there, so each is to be pushed with it, and immutable tags stay where they are. The images of
    single platforms have no tag, but ECR expires none that a manifest list refers to
    (https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html, evaluation rules).

    It holds copies of what upstream publishes, so it goes with the region, images included. It does not copy the
    images: that is done from a machine that reaches both registries.
    """

    def __init__(
        self,
        name: str,
        args: RegistryArgs[AwsNetworkOutputs],
        context: Context,
        settings: Settings,
        opts: pulumi.ResourceOptions,
    ) -> None:
        super().__init__("lepton:aws:Registry", name, context, opts)
        key = customer_key(
            self,
            f"{name}-key",
            description=f"Images of {name}",
            policy=key_policies.for_images(settings.account, settings.region),
            outlives_region=False,
        )
        self._key, self._account = key.arn, settings.account
        shared = self._repository(f"{name}-images", name)
        own = {image: self._repository(f"{name}-{image}", f"{name}/{image}") for image in sorted(args.by_name)}
        self.publish(
            RegistryOutputs(
                images={
                    image: pulumi.Output.concat(own[image], reference_suffix(pin))
                    if image in own
                    else pulumi.Output.concat(shared, shared_suffix(image, pin))
                    for image, pin in self.context.pins.images.items()
                }
            )
        )

    def _repository(self, logical: str, repository_name: str) -> pulumi.Output[str]:
        """A repository with its policies. Returns its URL."""
        repository = ecr.Repository(
            logical,
            name=repository_name,
            image_tag_mutability="IMMUTABLE",
            image_scanning_configuration=ecr.RepositoryImageScanningConfigurationArgs(scan_on_push=True),
            encryption_configurations=[
                ecr.RepositoryEncryptionConfigurationArgs(encryption_type="KMS", kms_key=self._key)
            ],
            force_delete=not self.context.protect,
            tags={**self.context.tags, TAG: DataClass.MODEL_ARTIFACT.value},
            opts=self.child(protect=self.context.protect),
        )
        ecr.LifecyclePolicy(
            f"{logical}-lifecycle",
            repository=repository.name,
            policy=json.dumps(expire_untagged(UNTAGGED_IMAGE_DAYS)),
            opts=self.child(),
        )
        ecr.RepositoryPolicy(
            f"{logical}-policy",
            repository=repository.name,
            policy=json.dumps(policies.repository_for_account(self._account)),
            opts=self.child(),
        )
        return repository.repository_url


def image_tag(key: str, pin: ImagePin) -> str:
    """The tag of an image in the repository that all share: ``<lock key>-<upstream's tag>``."""
    return f"{key}-{pin.tag}"


def shared_suffix(key: str, pin: ImagePin) -> str:
    """Suffix of an image reference in that repository: the digest, or the tag where no digest is pinned."""
    return f"@{pin.digest}" if pin.digest else f":{image_tag(key, pin)}"


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
