"""Service agents: the service accounts with which Google's services act in a project.

Their e-mail addresses follow from the project's number ("Service agents", IAM documentation), so that a preview knows
them. The agents of GKE, Compute Engine and Artifact Registry come with their APIs (``services.py``); that of Cloud
Storage is made by the first who asks for it, once for each project: ``gcloud storage service-agent``. So is that of
Storage Transfer Service: ``gcloud transfer authorize``.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Agent(StrEnum):
    """Google's services that act in a region through a service agent."""

    ARTIFACT_REGISTRY = "artifactregistry"
    COMPUTE = "compute"
    KUBERNETES = "container"
    PRIVILEGED_ACCESS = "privilegedaccessmanager"
    STORAGE = "storage"
    TRANSFERS = "storagetransfer"


_DOMAINS: Mapping[Agent, str] = {
    Agent.ARTIFACT_REGISTRY: "gcp-sa-artifactregistry",
    Agent.COMPUTE: "compute-system",
    Agent.KUBERNETES: "container-engine-robot",
    Agent.PRIVILEGED_ACCESS: "gcp-sa-pam",
    Agent.STORAGE: "gs-project-accounts",
    Agent.TRANSFERS: "storage-transfer-service",
}
_PREFIXES: Mapping[Agent, str] = {Agent.TRANSFERS: "project"}
"""First part of a service agent's name, where it is not ``service``."""


def member(agent: Agent, project_number: str) -> str:
    """A service agent's e-mail address as a member of IAM policies."""
    name = f"{_PREFIXES.get(agent, 'service')}-{project_number}"
    return f"serviceAccount:{name}@{_DOMAINS[agent]}.iam.gserviceaccount.com"
