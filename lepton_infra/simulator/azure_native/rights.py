"""Rights by role assignments and by the access policies of vaults, read as Azure reads them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from lepton_infra.simulator.azure_native.authorization import ROLE_ASSIGNMENT
from lepton_infra.simulator.azure_native.key_vault import vault_of
from lepton_infra.simulator.azure_native.managed_identity import IDENTITY
from lepton_infra.simulator.azure_native.resource_ids import find, within
from lepton_infra.simulator.behaviour import Scope, Stored
from lepton_infra.simulator.core.paths import at


class Role(StrEnum):
    """Built-in roles by the id that they have in every tenant ("Azure built-in roles")."""

    VAULT_ADMINISTRATOR = "00482a5a-887f-4fb3-b363-3b7fe8e74483"
    CRYPTO_OFFICER = "14b46e9e-c2b7-41b4-b07b-48a6ebf60603"
    CRYPTO_USER = "12338af0-0e69-4776-bea7-57ae8d297424"
    CRYPTO_SERVICE_USER = "e147488a-f6f5-4113-8e2d-b22465e65bf6"
    IDENTITY_OPERATOR = "f1a07417-d97a-45cb-824c-7a7467783830"


MAY_ENCRYPT: Final = frozenset({Role.VAULT_ADMINISTRATOR, Role.CRYPTO_OFFICER, Role.CRYPTO_USER})
"""Roles that let a principal encrypt and decrypt with a key."""

MAY_WRAP: Final = MAY_ENCRYPT | {Role.CRYPTO_SERVICE_USER}
"""Roles that let a principal wrap and unwrap other keys with a key."""

_PERMISSIONS: Final[Mapping[frozenset[Role], frozenset[str]]] = {
    MAY_ENCRYPT: frozenset({"encrypt", "decrypt"}),
    MAY_WRAP: frozenset({"get", "wrapkey", "unwrapkey"}),
}
"""The same in the words of a vault's access policies."""


def granted(scope: Scope, principal: str, roles: frozenset[Role], target: str) -> bool:
    """True if one of some roles is assigned to a principal on a resource or on one of its ancestors."""
    return any(
        assignment.inputs["principalId"].lower() == principal.lower()
        and str(assignment.inputs["roleDefinitionId"]).rpartition("/")[2].lower() in roles
        and within(target, str(assignment.inputs["scope"]))
        for assignment in scope.all(ROLE_ASSIGNMENT.token)
    )


def may_use(scope: Scope, principal: str, roles: frozenset[Role], key: Stored) -> bool:
    """True if a principal may use a key, by roles or by access policies, as its vault is configured."""
    vault = vault_of(scope, key)
    properties: Mapping[str, Any] = vault.inputs["properties"] if vault else {}
    if properties.get("enableRbacAuthorization"):
        return granted(scope, principal, roles, key.id)
    allowed = {
        permission.lower()
        for policy in properties.get("accessPolicies") or ()
        if str(policy.get("objectId")).lower() == principal.lower()
        for permission in at(policy, "permissions.keys") or ()
    }
    return "all" in allowed or _PERMISSIONS[roles] <= allowed


def principal_of(scope: Scope, identity: Any) -> str | None:
    """The principal of a user-assigned identity, by its id."""
    found = find(scope, identity, IDENTITY.token)
    return None if found is None else str(found.state["principalId"])
