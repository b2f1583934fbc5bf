from __future__ import annotations

import pytest

from lepton_infra.clouds.gcp.iam.agents import Agent, member


@pytest.mark.parametrize(
    ("agent", "email"),
    [
        (Agent.KUBERNETES, "service-111122223333@container-engine-robot.iam.gserviceaccount.com"),
        (Agent.COMPUTE, "service-111122223333@compute-system.iam.gserviceaccount.com"),
        (Agent.STORAGE, "service-111122223333@gs-project-accounts.iam.gserviceaccount.com"),
        (Agent.ARTIFACT_REGISTRY, "service-111122223333@gcp-sa-artifactregistry.iam.gserviceaccount.com"),
    ],
)
def test_an_agents_address_follows_from_the_projects_number(agent: Agent, email: str) -> None:
    assert member(agent, "111122223333") == f"serviceAccount:{email}"
