"""Break-glass access: PIM eligibility for the Contributor role, and the terms of its activation."""

from __future__ import annotations

from pulumi_azure_native import authorization

from lepton_infra.clouds.azure.groups import Place
from lepton_infra.clouds.azure.iam.roles import Role, definition
from lepton_infra.clouds.azure.validation import SESSION_MINUTES

ELIGIBLE = "P365D"
"""Longest eligibility that Azure's own rules allow, after which the grant is made again."""


def break_glass(place: Place, name: str, minutes: int) -> None:
    """Make the administrators eligible (PIM) for Contributor on the subscription for ``minutes``, with a second factor.

    They hold nothing of that role beforehand, and never the right to grant roles. Azure keeps the terms of a role in a
    role management policy whose name it invents; where the settings do not have it, Azure's own terms hold: eight
    hours, a second factor.
    """
    settings = place.settings
    subscription = f"/subscriptions/{settings.subscription_id}"
    for group in settings.administrators:
        authorization.PimRoleEligibilitySchedule(
            f"{name}-break-glass-{group}",
            principal_id=group,
            role_definition_id=definition(Role.CONTRIBUTOR, settings),
            scope=subscription,
            justification="Emergencies",
            schedule_info=authorization.RoleEligibilityScheduleRequestPropertiesScheduleInfoArgs(
                expiration=authorization.RoleEligibilityScheduleRequestPropertiesExpirationArgs(
                    type=authorization.Type.AFTER_DURATION, duration=ELIGIBLE
                )
            ),
            opts=place.parent.child(),
        )
    if settings.break_glass_policy is None:
        return
    authorization.RoleManagementPolicy(
        f"{name}-break-glass-terms",
        role_management_policy_name=settings.break_glass_policy,
        scope=subscription,
        rules=[
            authorization.RoleManagementPolicyExpirationRuleArgs(
                id="Expiration_EndUser_Assignment",
                rule_type="RoleManagementPolicyExpirationRule",
                is_expiration_required=True,
                maximum_duration=duration(minutes),
                target=_activation(),
            ),
            authorization.RoleManagementPolicyEnablementRuleArgs(
                id="Enablement_EndUser_Assignment",
                rule_type="RoleManagementPolicyEnablementRule",
                enabled_rules=["MultiFactorAuthentication", "Justification"],
                target=_activation(),
            ),
        ],
        # The policy is the subscription's and there before us: it stays, with these terms.
        opts=place.parent.child(retain_on_delete=True),
    )


def _activation() -> authorization.RoleManagementPolicyRuleTargetArgs:
    """Target of the policy rules for an activation by an end user, in the API's form."""
    return authorization.RoleManagementPolicyRuleTargetArgs(caller="EndUser", operations=["All"], level="Assignment")


def duration(minutes: int) -> str:
    """The longest activation as an ISO 8601 duration.

    Raises:
        ValueError: if Azure has no such activation: half an hour to a day, in half hours.
    """
    if minutes not in SESSION_MINUTES:
        raise ValueError(
            f"an emergency session of {minutes} minutes is not on offer; "
            f"allowed: {SESSION_MINUTES[0]} to {SESSION_MINUTES[-1]} in steps of {SESSION_MINUTES.step}"
        )
    return f"PT{minutes}M"
