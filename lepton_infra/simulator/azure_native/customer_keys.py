"""Demands of stores, disks and registries on a customer's key: it cannot vanish, and they may use it."""

from __future__ import annotations

from typing import Any

from lepton_infra.simulator.azure_native.key_vault import vault_of
from lepton_infra.simulator.azure_native.rights import MAY_WRAP, may_use, principal_of
from lepton_infra.simulator.behaviour import Call, CloudError, Stored
from lepton_infra.simulator.core.paths import at


def require_protected(call: Call, key: Stored, code: str) -> None:
    """Refuse a key that can be purged.

    Raises:
        CloudError: with the code given.
    """
    vault = vault_of(call.scope, key)
    if vault is not None and not at(vault.inputs, "properties.enablePurgeProtection"):
        raise CloudError(code, f"Keyvault policy recoverable is not set: enable purge protection on {vault.id}")


def require_usable(call: Call, key: Stored, user: Any, code: str) -> None:
    """Refuse a key with which an identity, named by its id, may not wrap other keys.

    Raises:
        CloudError: with the code given.
    """
    principal = principal_of(call.scope, user)
    if principal is not None and not may_use(call.scope, principal, MAY_WRAP, key):
        raise CloudError(
            code,
            f"{user} may not wrap and unwrap with {key.id}. Assign it Key Vault Crypto Service Encryption User on the "
            "key before",
        )
