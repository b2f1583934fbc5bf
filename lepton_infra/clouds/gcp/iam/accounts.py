"""Service account of the nodes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_gcp import projects, serviceaccount

from lepton_infra.clouds.gcp.settings import Settings
from lepton_infra.layers.component import Component

LONGEST = 30
"""Maximum length of a service account's id (``projects.serviceAccounts.create``, IAM API reference)."""

NODE_ROLES = ("container.defaultNodeServiceAccount", "artifactregistry.reader")
"""Roles of a node in the project: write logs and metrics, and pull images."""


@dataclass(frozen=True, kw_only=True)
class NodeAccount:
    """A service account's e-mail address, and the IAM grants that nodes depend on."""

    email: pulumi.Output[str]
    grants: Sequence[pulumi.Resource]


def account_id(name: str) -> str:
    """A name as a service account's id: cut, with a hash of the whole, if it is longer than ``LONGEST``."""
    if len(name) <= LONGEST:
        return name
    return f"{name[: LONGEST - 9].rstrip('-')}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def node_account(parent: Component[Any], name: str, settings: Settings, api: pulumi.Resource) -> NodeAccount:
    """A service account with the least roles that nodes need.

    It takes the place of the project's default one, which may do nearly everything.
    """
    account = serviceaccount.Account(
        name,
        project=settings.project,
        account_id=account_id(name),
        display_name=f"Nodes of {name.removesuffix('-nodes')}",
        opts=parent.child(depends_on=[api]),
    )
    grants = [
        projects.IAMMember(
            f"{name}-{role.replace('.', '-')}",
            project=settings.project,
            role=f"roles/{role}",
            member=account.member,
            opts=parent.child(),
        )
        for role in NODE_ROLES
    ]
    return NodeAccount(email=account.email, grants=grants)
