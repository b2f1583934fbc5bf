"""What stores, disks and registries demand of a customer's key: it is there, it cannot vanish, and they may use it."""

from __future__ import annotations

import re
from typing import Any, Final

from lepton_infra.simulator.azure_native.identity import at
from lepton_infra.simulator.azure_native.references import key_at, key_named, vault_of
from lepton_infra.simulator.azure_native.rights import MAY_WRAP, may_use, principal_of
from lepton_infra.simulator.behaviour import Call, CloudError, Stored

_VAULT: Final = re.compile(r"https://(?P<name>[^./]+)\.vault\.azure\.net/?")


def storage_account(call: Call) -> None:
    """The key of an account. Codes are those of the storage resource provider."""
    encryption = call.inputs.get("encryption") or {}
    if encryption.get("keySource") != "Microsoft.Keyvault":
        return
    uri, name = (str(at(encryption, "keyVaultProperties", name)) for name in ("keyVaultUri", "keyName"))
    vault = _VAULT.fullmatch(uri)
    key = key_named(call.scope, vault["name"], name) if vault else None
    if key is None:
        raise CloudError("KeyVaultKeyNotFound", f"encryption.keyVaultProperties: there is no key {name} in {uri}")
    _protected(call, key, "KeyVaultPolicyError")
    user = at(encryption, "encryptionIdentity", "encryptionUserAssignedIdentity")
    _usable(call, key, user, "KeyVaultAuthenticationFailure")


def disk_encryption_set(call: Call) -> None:
    """The key of a set of disks."""
    key = key_at(call.scope, str(at(call.inputs, "activeKey", "keyUrl")))
    if key is None:
        return
    kind = str(at(key.inputs, "properties", "kty"))
    if not kind.startswith("RSA"):
        raise CloudError("InvalidParameter", f"activeKey.keyUrl: disks are encrypted with RSA keys, not with {kind}")
    _protected(call, key, "KeyVaultPurgeProtectionNotEnabled")
    for user in at(call.inputs, "identity", "userAssignedIdentities") or ():
        _usable(call, key, user, "KeyVaultAccessForbidden")


def registry(call: Call) -> None:
    """The key of a registry. Its identity is named by its client id."""
    properties = at(call.inputs, "encryption", "keyVaultProperties")
    key = key_at(call.scope, str(at(properties, "keyIdentifier")))
    if key is None:
        return
    _protected(call, key, "CmkVaultNotPurgeProtected")
    for user in at(call.inputs, "identity", "userAssignedIdentities") or ():
        _usable(call, key, user, "CmkKeyAccessForbidden")


def _protected(call: Call, key: Stored, code: str) -> None:
    vault = vault_of(call.scope, key)
    if vault is not None and not at(vault.inputs, "properties", "enablePurgeProtection"):
        raise CloudError(code, f"Keyvault policy recoverable is not set: enable purge protection on {vault.id}")


def _usable(call: Call, key: Stored, user: Any, code: str) -> None:
    principal = principal_of(call.scope, user)
    if principal is not None and not may_use(call.scope, principal, MAY_WRAP, key):
        raise CloudError(
            code,
            f"{user} may not wrap and unwrap with {key.id}. Assign it Key Vault Crypto Service Encryption User on the "
            "key before",
        )
