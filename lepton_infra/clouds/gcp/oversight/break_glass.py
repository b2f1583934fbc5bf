"""Break-glass access: an entitlement of Privileged Access Manager."""

from __future__ import annotations

from typing import Any

from pulumi_gcp import privilegedaccessmanager, projects

from lepton_infra.clouds.gcp.iam import agents
from lepton_infra.clouds.gcp.iam.agents import Agent
from lepton_infra.clouds.gcp.network.network import GcpNetworkOutputs
from lepton_infra.clouds.gcp.services import Api
from lepton_infra.clouds.gcp.settings import Settings
from lepton_infra.clouds.gcp.validation import SESSION_MINUTES
from lepton_infra.layers.component import Component
from lepton_infra.layers.oversight import OversightArgs

ROLES = ("container.admin", "storage.admin", "cloudkms.admin")
"""Roles for emergencies, granted permanently to no one: any cluster, any object, a destroyed key. No basic role, which
Privileged Access Manager does not give ("Create entitlements", IAM documentation)."""


def break_glass(
    parent: Component[Any], name: str, args: OversightArgs[GcpNetworkOutputs, Any, Any], settings: Settings
) -> None:
    """An entitlement of ``ROLES`` for the settings' ``administrators``: temporary, with justification and approval.

    Another of them must approve. Google lets no one approve their own request, so a group of one gets nothing.
    """
    agent = projects.ServiceIdentity(
        f"{name}-agent",
        project=settings.project,
        service=f"{Api.PRIVILEGED_ACCESS}.googleapis.com",
        opts=parent.child(depends_on=[args.network.apis[Api.PRIVILEGED_ACCESS]], retain_on_delete=True),
    )
    giving = projects.IAMMember(
        f"{name}-agent-rights",
        project=settings.project,
        role="roles/privilegedaccessmanager.projectServiceAgent",
        member=agents.member(Agent.PRIVILEGED_ACCESS, settings.project_number),
        # It is the whole project's, and other regions in it may rely on it.
        opts=parent.child(depends_on=[agent], retain_on_delete=True),
    )
    people = list(settings.administrators)
    told = list(args.contacts.values())
    privilegedaccessmanager.Entitlement(
        name,
        parent=f"projects/{settings.project}",
        location="global",
        entitlement_id=name,
        max_request_duration=f"{grant_seconds(args.break_glass_minutes)}s",
        eligible_users=[privilegedaccessmanager.EntitlementEligibleUserArgs(principals=people)],
        privileged_access=privilegedaccessmanager.EntitlementPrivilegedAccessArgs(
            gcp_iam_access=privilegedaccessmanager.EntitlementPrivilegedAccessGcpIamAccessArgs(
                resource=f"//cloudresourcemanager.googleapis.com/projects/{settings.project}",
                resource_type="cloudresourcemanager.googleapis.com/Project",
                role_bindings=[
                    privilegedaccessmanager.EntitlementPrivilegedAccessGcpIamAccessRoleBindingArgs(role=f"roles/{role}")
                    for role in ROLES
                ],
            )
        ),
        requester_justification_config={"unstructured": {}},
        approval_workflow=privilegedaccessmanager.EntitlementApprovalWorkflowArgs(
            manual_approvals=privilegedaccessmanager.EntitlementApprovalWorkflowManualApprovalsArgs(
                require_approver_justification=True,
                steps=[
                    privilegedaccessmanager.EntitlementApprovalWorkflowManualApprovalsStepArgs(
                        approvals_needed=1,
                        approvers=privilegedaccessmanager.EntitlementApprovalWorkflowManualApprovalsStepApproversArgs(
                            principals=people
                        ),
                    )
                ],
            )
        ),
        additional_notification_targets=privilegedaccessmanager.EntitlementAdditionalNotificationTargetsArgs(
            admin_email_recipients=told
        )
        if told
        else None,
        opts=parent.child(depends_on=[giving]),
    )


def grant_seconds(minutes: int) -> int:
    """The longest grant of an entitlement, in seconds.

    Raises:
        ValueError: if Google offers no such grant: half an hour to a week.
    """
    if minutes not in SESSION_MINUTES:
        raise ValueError(
            f"emergency rights for {minutes} minutes are not on offer; "
            f"allowed: {SESSION_MINUTES[0]} to {SESSION_MINUTES[-1]}"
        )
    return minutes * 60
