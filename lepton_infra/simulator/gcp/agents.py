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
    "privilegedaccessmanager.googleapis.com": "service-{number}@gcp-sa-pam.iam.gserviceaccount.com",
    "pubsub.googleapis.com": "service-{number}@gcp-sa-pubsub.iam.gserviceaccount.com",
    "storage.googleapis.com": "service-{number}@gs-project-accounts.iam.gserviceaccount.com",
    "storagetransfer.googleapis.com": "project-{number}@storage-transfer-service.iam.gserviceaccount.com",
}
"""By service. Each is there once its service is enabled."""


_KEY_USERS: Final[Mapping[str, str]] = {
    **AGENTS,
    "logging.googleapis.com": "cmek-p{number}@gcp-sa-logging.iam.gserviceaccount.com",
}
"""The account that encrypts for a service: its agent, but for Cloud Logging, which has an account for that alone."""


def key_user(service: str, number: str) -> str:
    """The account that encrypts for a service in the project with this number, as IAM policies name it."""
    return f"serviceAccount:{_KEY_USERS[service].format(number=number)}"


def uses_keys(member: str, service: str) -> bool:
    """True if a member (``serviceAccount:…``) is the agent that encrypts for a service, in any project.

    The number is not held against the project's: a program is given it as a fact, and nothing here knows better.
    """
    return re.fullmatch(re.escape(key_user(service, "0")).replace("0@", r"\d+@"), member) is not None
