"""APIs that are off in a new project, and what cannot be made before they are on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lepton_infra.simulator.behaviour import Call, CloudError
from lepton_infra.simulator.gcp.catalogue import TYPES
from lepton_infra.simulator.gcp.identifiers import last
from lepton_infra.simulator.gcp.places import place_of
from lepton_infra.simulator.gcp.projects import SERVICE
from lepton_infra.simulator.gcp.resource_type import GcpType

_OF_MODULES: Final[Mapping[str, str]] = {
    "artifactregistry": "artifactregistry.googleapis.com",
    "compute": "compute.googleapis.com",
    "container": "container.googleapis.com",
    "dns": "dns.googleapis.com",
    "kms": "cloudkms.googleapis.com",
    "privilegedaccessmanager": "privilegedaccessmanager.googleapis.com",
    "pubsub": "pubsub.googleapis.com",
    "serviceaccount": "iam.googleapis.com",
}
"""By the module of a type. Left out is what is on in every new project ("Services enabled by default", Service Usage
documentation: storage, logging, monitoring …) and Resource Manager, which is called in the project of whoever calls."""


def needed(type: GcpType) -> str | None:
    """The API that a project must turn on before it has resources of a type."""
    return type.service or _OF_MODULES.get(type.token.split(":")[1].split("/")[0])


def require(call: Call) -> None:
    """Refuse a call to an API that the project has not turned on.

    Raises:
        CloudError: ``SERVICE_DISABLED``.
    """
    service, project = needed(TYPES[call.type]), place_of(call.scope).project
    if service is None or not project:
        return
    enabled = (on for on in call.scope.everywhere(SERVICE.token) if last(on.state["project"]) == project)
    if not any(on.inputs["service"] == service for on in enabled):
        raise CloudError(
            "SERVICE_DISABLED",
            f"{service} has not been used in project {project} before or it is disabled: "
            "enable it by a gcp.projects.Service and depend on that",
        )
