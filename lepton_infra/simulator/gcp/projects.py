"""A project's enabled services, grants, audit configuration and custom roles.

A deleted role's id is free again after 37 days (``projects.roles.delete`` in the IAM API: 7 days until it is removed,
30 more until its id is free).
"""

from __future__ import annotations

from typing import Any, Final

from lepton_infra.simulator.core.resource_type import paths
from lepton_infra.simulator.gcp.agents import AGENTS
from lepton_infra.simulator.gcp.iam import binding, member
from lepton_infra.simulator.gcp.identifiers import Identifiers, unnamed
from lepton_infra.simulator.gcp.resource_type import GcpType, LiveResource, Request, taken
from lepton_infra.simulator.gcp.syntax import matches


def _service_identity(live: LiveResource) -> dict[str, Any]:
    """The service agent's e-mail; a service without an agent that is known here has none, as some of Google's."""
    agent = AGENTS.get(str(live.call.inputs["service"]))
    address = agent.format(number=live.place.number) if agent else ""
    return {"email": address, "member": f"serviceAccount:{address}" if address else ""}


SERVICE: Final = GcpType(
    token="gcp:projects/service:Service",
    identifiers=unnamed("{project}/{service}", name="service"),
    api=Request(
        schema="serviceusage.v1#GoogleApiServiceusageV1Service",
        names={"service": "name"},
        uncovered={"checkIfServiceHasUsageOnDestroy": "the provider's own word"},
    ),
    formats={"service": matches(r"[a-z0-9.-]+\.[a-z]+", "a host name such as compute.googleapis.com")},
    overwrites=True,
    defaults={"disableOnDestroy": False},
    immutable=paths("service"),
)

SERVICE_IDENTITY: Final = GcpType(
    token="gcp:projects/serviceIdentity:ServiceIdentity",
    identifiers=unnamed("projects/{project}/services/{service}", name="service"),
    api=Request(schema="serviceusage.v1#GoogleApiServiceusageV1Service", names={"service": "name"}),
    overwrites=True,
    outputs=_service_identity,
    immutable=paths("service"),
)

AUDIT_CONFIG: Final = GcpType(
    token="gcp:projects/iAMAuditConfig:IAMAuditConfig",
    identifiers=unnamed("{project}/audit_config/{service}", name="service"),
    api=Request(schema="cloudresourcemanager.v1#AuditConfig"),
    formats={"service": matches(r"allServices|[a-z0-9.-]+\.[a-z]+", "allServices or a host name")},
    overwrites=True,
    immutable=paths("service"),
)

CUSTOM_ROLE: Final = GcpType(
    token="gcp:projects/iAMCustomRole:IAMCustomRole",
    identifiers=Identifiers(id="projects/{project}/roles/{name}", name="roleId"),
    api=Request(schema="iam.v1#Role", names={"permissions": "includedPermissions", "roleId": "name"}),
    formats={
        "roleId": matches(r"[a-zA-Z0-9_.]{3,64}", "3 to 64 letters, digits, underscores and dots"),
        "permissions": matches(r"[a-z0-9-]+(\.[a-zA-Z0-9-]+){2,}", "service.resource.verb"),
    },
    unique=taken("it was deleted, and its id is free again after 37 days; undelete it, or take another one"),
    defaults={"stage": "GA", "deleted": False},
    outputs=lambda live: {"name": live.id},
    immutable=paths("roleId"),
)

PROJECT_MEMBER: Final = member("gcp:projects/iAMMember:IAMMember", on="project")
PROJECT_BINDING: Final = binding("gcp:projects/iAMBinding:IAMBinding", on="project")

TYPES: Final = (SERVICE, SERVICE_IDENTITY, AUDIT_CONFIG, CUSTOM_ROLE, PROJECT_MEMBER, PROJECT_BINDING)
