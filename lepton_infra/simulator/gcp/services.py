"""APIs that are off in a new project, and what cannot be made before they are on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lepton_infra.simulator.behaviour import Call, CloudError
from lepton_infra.simulator.gcp import tokens
from lepton_infra.simulator.gcp.identity import last
from lepton_infra.simulator.gcp.places import place_of

NEEDED: Final[Mapping[str, str]] = {
    "artifactregistry": "artifactregistry.googleapis.com",
    "compute": "compute.googleapis.com",
    "container": "container.googleapis.com",
    "dns": "dns.googleapis.com",
    "kms": "cloudkms.googleapis.com",
    "privilegedaccessmanager": "privilegedaccessmanager.googleapis.com",
    "pubsub": "pubsub.googleapis.com",
    "serviceaccount": "iam.googleapis.com",
    tokens.TRANSFER_JOB: "storagetransfer.googleapis.com",
}
"""By the module of a type, or by the type where its API is another. Left out is what is on in every new project
("Services enabled by default", Service Usage documentation: storage, logging, monitoring …) and Resource Manager, which
is called in the project of whoever calls."""


def require(call: Call) -> None:
    """Refuse a call to an API that the project has not turned on.

    Raises:
        CloudError: ``SERVICE_DISABLED``.
    """
    service = NEEDED.get(call.type) or NEEDED.get(call.type.split(":")[1].split("/")[0])
    project = place_of(call.scope).project
    if service is None or not project:
        return
    enabled = (on for on in call.scope.everywhere(tokens.SERVICE) if last(on.state["project"]) == project)
    if not any(on.inputs["service"] == service for on in enabled):
        raise CloudError(
            "SERVICE_DISABLED",
            f"{service} has not been used in project {project} before or it is disabled: "
            "enable it by a gcp.projects.Service and depend on that",
        )
