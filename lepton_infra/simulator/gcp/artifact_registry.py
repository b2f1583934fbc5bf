"""Artifact Registry: repositories and the grants on them."""

from __future__ import annotations

from typing import Any, Final

from lepton_infra.simulator.core.resource_type import paths
from lepton_infra.simulator.gcp import syntax
from lepton_infra.simulator.gcp.iam import binding, member
from lepton_infra.simulator.gcp.identifiers import unnamed
from lepton_infra.simulator.gcp.kms import KEY_NAME, usable_key
from lepton_infra.simulator.gcp.resource_type import GcpType, LiveResource, OfSchema, Reference, Request

REPOSITORY_NAME: Final = Reference(message='Requested entity was not found: repository "{given}"')


def _repository(live: LiveResource) -> dict[str, Any]:
    _, project, _, location, _, name = live.id.split("/")
    domain = project.replace(":", "/")
    suffix = str(live.call.inputs.get("format", "")).lower()
    return {"name": name, "registryUri": f"{location}-{suffix}.pkg.dev/{domain}/{name}"}


_ID: Final = "projects/{project}/locations/{location}/repositories/{}"

REPOSITORY: Final = GcpType(
    token="gcp:artifactregistry/repository:Repository",
    identifiers=unnamed("projects/{project}/locations/{location}/repositories/{name}", name="repositoryId"),
    referred_to=REPOSITORY_NAME,
    api=Request(
        schema="artifactregistry.v1#Repository",
        names={"repositoryId": "name", "cleanupPolicies": OfSchema("artifactregistry.v1#CleanupPolicy")},
    ),
    formats={"repositoryId": syntax.name(63)},
    references={"kmsKeyName": KEY_NAME},
    preconditions=(usable_key("kmsKeyName", "artifactregistry.googleapis.com"),),
    defaults={"mode": "STANDARD_REPOSITORY", "cleanupPolicyDryRun": False},
    outputs=_repository,
    immutable=paths("repositoryId location format kmsKeyName mode mavenConfig remoteRepositoryConfig"),
)

REPOSITORY_MEMBER: Final = member(
    "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember",
    on="repository",
    resource=_ID,
    immutable="location",
    reference=REPOSITORY_NAME,
)
REPOSITORY_BINDING: Final = binding(
    "gcp:artifactregistry/repositoryIamBinding:RepositoryIamBinding",
    on="repository",
    resource=_ID,
    immutable="location",
    reference=REPOSITORY_NAME,
)

TYPES: Final = (REPOSITORY, REPOSITORY_MEMBER, REPOSITORY_BINDING)
