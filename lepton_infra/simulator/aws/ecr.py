"""Amazon ECR: repositories, their policies, and the registry's own settings."""

from __future__ import annotations

from typing import Any, Final

from lepton_infra.simulator.aws.identifiers import Identifiers, Name, arn
from lepton_infra.simulator.aws.image_lifecycle import lifecycle_policy
from lepton_infra.simulator.aws.policy_documents import repository_policy, resource_policy
from lepton_infra.simulator.aws.resource_type import AwsType, LiveResource, Reference, Request, Unique
from lepton_infra.simulator.core.resource_type import paths

REPOSITORY_NAME: Final = Reference(
    code="RepositoryNotFoundException",
    message="The repository with name '{given}' does not exist in the registry",
    arn=r"ecr:.*:repository/.*",
)


def _url(live: LiveResource) -> dict[str, Any]:
    place = live.place
    registry = f"{place.account}.dkr.ecr.{place.region}.{place.domain}"
    return {"registryId": place.account, "repositoryUrl": f"{registry}/{live.id}"}


def _registry(live: LiveResource) -> dict[str, Any]:
    return {"registryId": live.place.account}


REPOSITORY: Final = AwsType(
    token="aws:ecr/repository:Repository",
    identifiers=Identifiers(
        id="{name}", arn=arn("ecr", "repository/{id}"), name=Name(prefix=None, longest=256, lower=True)
    ),
    referred_to=REPOSITORY_NAME,
    api=Request(shape="ecr.CreateRepository", names={"name": "repositoryName"}),
    unique=Unique(
        code="RepositoryAlreadyExistsException",
        message="The repository with name '{name}' already exists in the registry",
    ),
    defaults={"imageTagMutability": "MUTABLE"},
    outputs=_url,
    immutable=paths("name encryptionConfigurations"),
)

REPOSITORY_POLICY: Final = AwsType(
    token="aws:ecr/repositoryPolicy:RepositoryPolicy",
    identifiers=Identifiers(id="{repository}"),
    api=Request(shape="ecr.SetRepositoryPolicy", names={"repository": "repositoryName", "policy": "policyText"}),
    formats={"policy": repository_policy},
    references={"repository": REPOSITORY_NAME},
    overwrites=True,
    outputs=_registry,
    immutable=paths("repository"),
)

ECR_LIFECYCLE_POLICY: Final = AwsType(
    token="aws:ecr/lifecyclePolicy:LifecyclePolicy",
    identifiers=Identifiers(id="{repository}"),
    api=Request(
        shape="ecr.PutLifecyclePolicy", names={"repository": "repositoryName", "policy": "lifecyclePolicyText"}
    ),
    formats={"policy": lifecycle_policy},
    references={"repository": REPOSITORY_NAME},
    overwrites=True,
    outputs=_registry,
    immutable=paths("repository policy"),
)

REGISTRY_POLICY: Final = AwsType(
    token="aws:ecr/registryPolicy:RegistryPolicy",
    identifiers=Identifiers(id="{account}"),
    api=Request(shape="ecr.PutRegistryPolicy", names={"policy": "policyText"}),
    formats={"policy": resource_policy},
    overwrites=True,
    outputs=_registry,
)

REGISTRY_SCANNING: Final = AwsType(
    token="aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration",
    identifiers=Identifiers(id="{account}"),
    api=Request(shape="ecr.PutRegistryScanningConfiguration"),
    overwrites=True,
    outputs=_registry,
)

TYPES: Final = (REPOSITORY, REPOSITORY_POLICY, ECR_LIFECYCLE_POLICY, REGISTRY_POLICY, REGISTRY_SCANNING)
