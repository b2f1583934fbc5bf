"""Privileged Access Manager: entitlements to roles for a limited time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from lepton_infra.simulator.behaviour import Failure, Properties
from lepton_infra.simulator.core.resource_type import paths
from lepton_infra.simulator.formats import between
from lepton_infra.simulator.gcp import syntax
from lepton_infra.simulator.gcp.identifiers import unnamed
from lepton_infra.simulator.gcp.places import Place
from lepton_infra.simulator.gcp.resource_type import GcpType, Request
from lepton_infra.simulator.gcp.syntax import duration, matches

_DAY: Final = 86400
_HALF_HOUR: Final = 1800
_EMAIL: Final = matches(r"[^@\s]+@[^@\s]+\.[^@\s]+", "an e-mail address")


def _no_basic_role(value: Any) -> Iterator[str]:
    """An entitlement gives no legacy basic role ("Create entitlements", IAM documentation)."""
    if value in ("roles/owner", "roles/editor", "roles/viewer"):
        yield f'"{value}" is a legacy basic role, which no entitlement gives; allowed: other roles'
    else:
        yield from syntax.role(value)


def _own_project(inputs: Properties, place: Place) -> Iterator[Failure]:
    parent = inputs.get("parent")
    if isinstance(parent, str) and parent != f"projects/{place.project}":
        reason = f'"{parent}" is not the project of the provider; allowed: projects/{place.project}'
        yield Failure(path="parent", reason=reason)


ENTITLEMENT: Final = GcpType(
    token="gcp:privilegedaccessmanager/entitlement:entitlement",
    identifiers=unnamed("{parent}/locations/{location}/entitlements/{name}", name="entitlementId"),
    api=Request(
        schema=None,
        uncovered={
            "approvalWorkflow.manualApprovals.steps.id": "drawn by Google",
            "privilegedAccess.gcpIamAccess.roleBindings.id": "drawn by Google",
            "privilegedAccess.gcpIamAccess.roleBindings.conditionExpression": "Common Expression Language, "
            "which nothing here reads",
        },
    ),
    formats={
        "entitlementId": matches(
            r"[a-z][a-z0-9-]{3,62}", "4 to 63 small letters, digits and hyphens, beginning with a letter"
        ),
        "parent": matches(
            r"projects/[^/]+|(organizations|folders)/\d+", "projects/<id>, folders/<number> or organizations/<number>"
        ),
        "maxRequestDuration": duration(_HALF_HOUR, 7 * _DAY),
        "eligibleUsers.principals": syntax.member,
        "approvalWorkflow.manualApprovals.steps.approvers.principals": syntax.member,
        "approvalWorkflow.manualApprovals.steps.approvalsNeeded": between(1, 5),
        "approvalWorkflow.manualApprovals.steps.approverEmailRecipients": _EMAIL,
        "additionalNotificationTargets.adminEmailRecipients": _EMAIL,
        "additionalNotificationTargets.requesterEmailRecipients": _EMAIL,
        "privilegedAccess.gcpIamAccess.roleBindings.role": _no_basic_role,
        "privilegedAccess.gcpIamAccess.resource": matches(
            r"//cloudresourcemanager\.googleapis\.com/(projects|folders|organizations)/[^/]+",
            "//cloudresourcemanager.googleapis.com/projects/<id>",
        ),
        "privilegedAccess.gcpIamAccess.resourceType": matches(
            r"cloudresourcemanager\.googleapis\.com/(Project|Folder|Organization)",
            "cloudresourcemanager.googleapis.com/Project",
        ),
    },
    input_rules=(_own_project,),
    defaults={"state": "AVAILABLE"},
    outputs=lambda live: {"name": live.id},
    immutable=paths("parent location entitlementId"),
    only_global=True,
)

TYPES: Final = (ENTITLEMENT,)
