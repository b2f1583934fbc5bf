"""Service agents: the accounts by which Google's own services act in a project.

Source: "Service agents" (IAM documentation). The number in an e-mail is the project's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

AGENTS: Final[Mapping[str, str]] = {
    "artifactregistry.googleapis.com": "service-{number}@gcp-sa-artifactregistry.iam.gserviceaccount.com",
    "compute.googleapis.com": "service-{number}@compute-system.iam.gserviceaccount.com",
    "container.googleapis.com": "service-{number}@container-engine-robot.iam.gserviceaccount.com",
    "logging.googleapis.com": "service-{number}@gcp-sa-logging.iam.gserviceaccount.com",
    "pubsub.googleapis.com": "service-{number}@gcp-sa-pubsub.iam.gserviceaccount.com",
    "storage.googleapis.com": "service-{number}@gs-project-accounts.iam.gserviceaccount.com",
}
"""By service. Each is there once its service is enabled."""


def is_agent(member: str, service: str) -> bool:
    """Whether a member (``serviceAccount:…``) is the agent of a service, in whichever project.

    The number is not held against the project's: a program is given it as a fact, and nothing here knows better.
    """
    form = re.escape(AGENTS[service]).replace(r"\{number\}", r"\d+")
    return re.fullmatch(f"serviceAccount:{form}", member) is not None
