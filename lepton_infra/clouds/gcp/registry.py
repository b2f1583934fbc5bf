"""The region's own Artifact Registry repository."""

from __future__ import annotations

import pulumi
from pulumi_gcp import artifactregistry, projects

from lepton_infra.clouds.gcp.iam import agents
from lepton_infra.clouds.gcp.iam.agents import Agent
from lepton_infra.clouds.gcp.iam.keys import customer_key
from lepton_infra.clouds.gcp.labels import labels
from lepton_infra.clouds.gcp.network.network import GcpNetworkOutputs
from lepton_infra.clouds.gcp.services import Api
from lepton_infra.clouds.gcp.settings import Settings
from lepton_infra.compliance.facts.data_class import TAG, DataClass
from lepton_infra.layers.component import Component
from lepton_infra.layers.context import Context
from lepton_infra.layers.registry import RegistryArgs, RegistryOutputs, reference_suffix

UNTAGGED_IMAGE_DAYS = 14
_DAY = 86400
"""Seconds."""


class Registry(Component[RegistryOutputs]):
    """An Artifact Registry repository for all pinned images: immutable tags, vulnerability scans, customer-managed key.

    A repository there holds many images, each under a name of its own. It holds copies of upstream images, so it is
    deleted with the region, images included. It does not copy the images: that is done from a machine that reaches both
    registries.
    """

    def __init__(
        self,
        name: str,
        args: RegistryArgs[GcpNetworkOutputs],
        context: Context,
        settings: Settings,
        opts: pulumi.ResourceOptions,
    ) -> None:
        super().__init__("lepton:gcp:Registry", name, context, opts)
        apis = args.network.apis
        # Else it would come with the first repository, which cannot be made before it may use the key.
        agent = projects.ServiceIdentity(
            f"{name}-agent",
            project=settings.project,
            service="artifactregistry.googleapis.com",
            opts=self.child(depends_on=[apis[Api.ARTIFACT_REGISTRY]], retain_on_delete=True),
        )
        key = customer_key(
            self,
            f"{name}-key",
            rings=args.network.key_rings,
            users=[agents.member(Agent.ARTIFACT_REGISTRY, settings.project_number)],
            outlives_region=False,
            needs=[agent],
        )
        repository = artifactregistry.Repository(
            f"{name}-images",
            project=settings.project,
            location=settings.region,
            repository_id=name,
            description=f"Pinned copies of the images that {name} runs",
            format="DOCKER",
            mode="STANDARD_REPOSITORY",
            docker_config=artifactregistry.RepositoryDockerConfigArgs(immutable_tags=True),
            kms_key_name=key.id,
            vulnerability_scanning_config=artifactregistry.RepositoryVulnerabilityScanningConfigArgs(
                enablement_config="INHERITED"
            ),
            cleanup_policy_dry_run=False,
            cleanup_policies=[
                artifactregistry.RepositoryCleanupPolicyArgs(
                    id="untagged",
                    action="DELETE",
                    condition=artifactregistry.RepositoryCleanupPolicyConditionArgs(
                        tag_state="UNTAGGED", older_than=f"{UNTAGGED_IMAGE_DAYS * _DAY}s"
                    ),
                )
            ],
            deletion_policy="PREVENT" if self.context.protect else "DELETE",
            labels=labels({**self.context.tags, TAG: DataClass.MODEL_ARTIFACT.value}),
            opts=self.child(protect=self.context.protect, depends_on=[*key.grants, apis[Api.IMAGE_SCANNING]]),
        )
        host = f"{settings.region}-docker.pkg.dev/{settings.project}/"
        self.publish(
            RegistryOutputs(
                images={
                    image: pulumi.Output.concat(host, repository.repository_id, f"/{image}{reference_suffix(pin)}")
                    for image, pin in self.context.pins.images.items()
                }
            )
        )
