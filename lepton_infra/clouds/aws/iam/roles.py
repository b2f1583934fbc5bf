"""IAM roles with what they are granted."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws import iam

from lepton_infra.clouds.aws.iam import arns
from lepton_infra.clouds.aws.iam.policies import Document, Statement, document
from lepton_infra.layers.component import Component


@dataclass(frozen=True, kw_only=True)
class GrantedRole:
    """A role and the resources that grant it its rights. Users of the role depend on ``grants``."""

    arn: pulumi.Output[str]
    grants: Sequence[pulumi.Resource]


def granted_role(
    parent: Component[Any],
    name: str,
    *,
    trust: Document,
    managed: Sequence[str] = (),
    statements: Sequence[Statement] = (),
    session_seconds: int | None = None,
) -> GrantedRole:
    """A role called ``name`` that ``trust`` may take, with AWS-managed policies and own statements.

    ``session_seconds`` is the longest that somebody may have it at once; an hour where nothing is said.
    """
    role = iam.Role(
        name,
        name=name,
        assume_role_policy=json.dumps(trust),
        max_session_duration=session_seconds,
        tags=dict(parent.context.tags),
        opts=parent.child(),
    )
    grants: list[pulumi.Resource] = [
        iam.RolePolicyAttachment(
            f"{name}-{policy.rpartition('/')[2]}",
            role=role.name,
            policy_arn=arns.managed_policy(policy),
            opts=parent.child(),
        )
        for policy in managed
    ]
    if statements:
        grants.append(
            iam.RolePolicy(
                f"{name}-rights",
                name=name,
                role=role.name,
                policy=pulumi.Output.json_dumps(document(*statements)),
                opts=parent.child(),
            )
        )
    return GrantedRole(arn=role.arn, grants=grants)
