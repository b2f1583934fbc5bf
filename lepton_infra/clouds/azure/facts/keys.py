"""Facts of Key Vault keys and managed HSMs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from lepton_infra.clouds.azure.facts.declared import Azure, equals
from lepton_infra.clouds.azure.facts.protection import is_locked
from lepton_infra.clouds.azure.facts.rights import KEY_ADMINISTRATOR, role_of
from lepton_infra.compliance.facts import Encryption, Key
from lepton_infra.compliance.graph.graph import UNKNOWN, Resource, Seen, Unknown
from lepton_infra.compliance.graph.paths import at
from lepton_infra.compliance.graph.three_valued import told

_SOFT_DELETE: Final = 90
"""Default soft-delete retention of a key vault, in days ("Azure Key Vault soft-delete overview")."""

_DURATION: Final = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T.*)?")
_DAYS: Final = (366, 31, 7, 1)
"""Maximum days of a year, a month, a week and a day: a bound must hold for all of them."""


def days(duration: str) -> int | None:
    """Maximum days of an ISO 8601 duration; None if the text is none."""
    found = _DURATION.fullmatch(duration)
    if found is None:
        return None
    return sum(int(count or 0) * length for count, length in zip(found.groups(), _DAYS, strict=True))


def keys(azure: Azure) -> Iterator[Key]:
    """Facts of every key, with its vault's properties, and of every managed HSM."""
    for resource in azure.of("keyvault:Key"):
        vault = azure.parent(resource)
        yield Key(
            resource=resource,
            encryption=resource.says(Encryption.CUSTOMER),
            rotation_days=_rotation(resource),
            deletion_days=_deletion(resource, vault),
            locked=_locked(azure, resource, vault),
            everyone=resource.says(False),
            separated=_separated(azure, resource, vault),
            multi_region=resource.says(False),
        )
    for resource in azure.of("keyvault:ManagedHsm"):
        yield Key(
            resource=resource,
            encryption=resource.says(Encryption.EXTERNAL),
            rotation_days=resource.says(UNKNOWN),
            deletion_days=_deletion(resource, resource),
            locked=is_locked(azure, resource),
            everyone=resource.says(False),
            separated=resource.says(True),
            multi_region=told(resource, "properties.regions", lambda regions: len(regions) > 1, ()),
        )


def _rotation(key: Resource) -> Seen[int | None]:
    """Days after which the rotation policy makes a new key version; None if it never does."""
    path = "properties.rotationPolicy.lifetimeActions"
    expiry = key.get("properties.rotationPolicy.attributes.expiryTime")
    for _, action in at(key.inputs, f"{path}[]"):
        kind = UNKNOWN if action is UNKNOWN else next((kind for _, kind in at(action, "action.type")), "")
        if kind is UNKNOWN:
            return key.says(UNKNOWN, path)
        if str(kind).lower() == "rotate":
            return key.says(_after(action, expiry), path)
    return key.says(None, path)


def _after(action: Mapping[str, Any], expiry: Any) -> int | Unknown | None:
    after, before = (
        next((given for _, given in at(action, f"trigger.{name}")), None)
        for name in ("timeAfterCreate", "timeBeforeExpiry")
    )
    if UNKNOWN in (after, before, expiry):
        return UNKNOWN
    if after is not None:
        return days(after)
    lasts, ends = days(expiry or ""), days(before or "")
    return None if lasts is None or ends is None else lasts - ends


def _deletion(key: Resource, vault: Resource | None) -> Seen[int]:
    """Days in which a deleted key can be recovered: 0 without purge protection."""
    if vault is None:
        return key.says(UNKNOWN, "vaultName")
    kept: Any = vault.get("properties.softDeleteRetentionInDays", _SOFT_DELETE)
    purge: Any = vault.get("properties.enablePurgeProtection", False)
    soft: Any = vault.get("properties.enableSoftDelete", True)
    if UNKNOWN in (kept, purge, soft):
        return vault.says(UNKNOWN, "properties.softDeleteRetentionInDays")
    if purge is not True or soft is False:
        return vault.says(0, "properties.enablePurgeProtection")
    return vault.says(int(kept), "properties.softDeleteRetentionInDays")


def _locked(azure: Azure, key: Resource, vault: Resource | None) -> Seen[bool]:
    """True if a management lock is on the key, or on its vault: a lock on a vault holds for its keys."""
    own = is_locked(azure, key)
    return own if own.value is True or vault is None else is_locked(azure, vault)


def _separated(azure: Azure, key: Resource, vault: Resource | None) -> Seen[bool]:
    """True if key administration and use are separate: RBAC, and no Key Vault Administrator role on the vault.

    Under access policies an administrator of a vault can grant themselves access to its keys.
    """
    if vault is None:
        return key.says(UNKNOWN, "vaultName")
    for assignment in azure.of("authorization:RoleAssignment"):
        if role_of(assignment) == KEY_ADMINISTRATOR and vault in azure.named(assignment, "scope"):
            return assignment.says(False, "roleDefinitionId")
    return equals(vault, "properties.enableRbacAuthorization", True)
