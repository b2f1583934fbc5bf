"""Service agents: the accounts by which Google's services act in a project.

Their e-mail addresses follow from the project's number ("Service agents", IAM documentation), so that a preview knows
them. The agents of GKE, Compute Engine and Artifact Registry come with their APIs (``services.py``); that of Cloud
Storage is made by the first who asks for it, once for each project: ``gcloud storage service-agent``.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Agent(StrEnum):
    """The services that use keys of a region."""

    ARTIFACT_REGISTRY = "artifactregistry"
    COMPUTE = "compute"
    KUBERNETES = "container"
    STORAGE = "storage"


_DOMAINS: Mapping[Agent, str] = {
    Agent.ARTIFACT_REGISTRY: "gcp-sa-artifactregistry",
    Agent.COMPUTE: "compute-system",
    Agent.KUBERNETES: "container-engine-robot",
    Agent.STORAGE: "gs-project-accounts",
}


def member(agent: Agent, project_number: str) -> str:
    """A service agent as IAM policies name it."""
    return f"serviceAccount:service-{project_number}@{_DOMAINS[agent]}.iam.gserviceaccount.com"
