"""The break-glass role: emergency access to the cluster."""

from __future__ import annotations

from typing import Any

from lepton_infra.clouds.aws.iam import arns, policies
from lepton_infra.clouds.aws.iam.roles import granted_role
from lepton_infra.clouds.aws.settings import Settings
from lepton_infra.clouds.aws.validation import SESSION_MINUTES
from lepton_infra.layers.component import Component
from lepton_infra.layers.oversight import OversightArgs

EMERGENCY_USER = "break-glass"
"""The one user of the account that may take the role: made by hand, its password and second factor locked away."""


def break_glass(parent: Component[Any], name: str, args: OversightArgs[Any, Any, Any], settings: Settings) -> str:
    """The ARN of the break-glass role, whose one right is to become administrator of the cluster.

    Nobody has the role's rights in the cluster beforehand. It is taken with a second factor and at this region's own
    endpoint, so that the region's alert hears of it.
    """
    role = f"{name}-break-glass"
    granted_role(
        parent,
        role,
        trust=policies.emergency_trust(
            account=settings.account, region=settings.region, user_arn=arns.user(settings.account, EMERGENCY_USER)
        ),
        statements=policies.enters_cluster(arns.cluster(settings.account, settings.region, args.cluster.name)),
        session_seconds=session_seconds(args.break_glass_minutes),
    )
    return arns.role(settings.account, role)


def session_seconds(minutes: int) -> int:
    """The longest session of a role.

    Raises:
        ValueError: if there is no such session: IAM knows none below an hour or above twelve.
    """
    if minutes not in SESSION_MINUTES:
        raise ValueError(
            f"an emergency session of {minutes} minutes is not on offer; "
            f"allowed: {SESSION_MINUTES[0]} to {SESSION_MINUTES[-1]}"
        )
    return minutes * 60
