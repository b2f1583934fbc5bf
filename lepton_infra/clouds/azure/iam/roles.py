"""Azure's built-in roles, and role assignments."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import pulumi
from pulumi_azure_native import authorization

from lepton_infra.clouds.azure import names
from lepton_infra.clouds.azure.settings import Settings
from lepton_infra.layers.component import Component


class Role(StrEnum):
    """Ids of built-in role definitions, the same in every tenant ("Azure built-in roles")."""

    ACR_PULL = "7f951dda-4ed3-4680-a7ca-43fe172d538d"
    AKS_CLUSTER_ADMIN = "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b"
    BLOB_READER = "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1"
    BLOB_WRITER = "ba92f5b4-2d11-453d-a403-e96b0029c9fe"
    CONTRIBUTOR = "b24988ac-6180-42a0-ab88-20f7382dd24c"
    IDENTITY_OPERATOR = "f1a07417-d97a-45cb-824c-7a7467783830"
    KEY_ENCRYPTION = "e147488a-f6f5-4113-8e2d-b22465e65bf6"
    KEY_USER = "12338af0-0e69-4776-bea7-57ae8d297424"
    NETWORK_CONTRIBUTOR = "4d97b98b-1d4f-4787-a291-c67834d212e7"
    READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
    VAULT_CONTRIBUTOR = "f25e0fa2-a7c8-4377-a976-54943a77a395"


def definition(role: Role, settings: Settings) -> str:
    """The resource id of a role definition in the subscription."""
    return f"/subscriptions/{settings.subscription_id}/providers/Microsoft.Authorization/roleDefinitions/{role}"


def grant(
    parent: Component[Any],
    name: str,
    *,
    role: Role,
    to: pulumi.Input[str],
    scope: pulumi.Input[str],
    settings: Settings,
    principal_type: str = "ServicePrincipal",
    condition: str | None = None,
    outlives_region: bool = False,
) -> authorization.RoleAssignment:
    """A role assignment: ``role`` on ``scope`` for the principal ``to``, narrowed by ``condition``.

    Naming the principal's type spares the assignment the wait until a new identity has replicated in the directory.
    An assignment cannot be moved to another principal, and its name is fixed, so the old one goes first.
    """
    return authorization.RoleAssignment(
        name,
        role_assignment_name=names.role_assignment(name, settings.subscription_id),
        role_definition_id=definition(role, settings),
        principal_id=to,
        principal_type=principal_type,
        scope=scope,
        condition=condition,
        condition_version="2.0" if condition else None,
        opts=parent.child(retain_on_delete=outlives_region, delete_before_replace=True),
    )
