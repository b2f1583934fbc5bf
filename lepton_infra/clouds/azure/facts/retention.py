"""Retention of a storage account's objects: lifecycle rules, versions and soft delete."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from lepton_infra.clouds.azure.facts.declared import Azure
from lepton_infra.compliance.graph.graph import UNKNOWN, Resource, Seen, Unknown
from lepton_infra.compliance.graph.paths import at

FOR_EVER: Final = 146_000
"""Days of objects that are never deleted: Azure's longest immutability period (immutability policy, API reference)."""

_BY_AGE: Final = (
    "baseBlob.delete.daysAfterModificationGreaterThan",
    "baseBlob.delete.daysAfterCreationGreaterThan",
)
_VERSIONS: Final = ("version.delete.daysAfterCreationGreaterThan",)
_FIXED: Final = "immutableStorageWithVersioning.immutabilityPolicy.immutabilityPeriodSinceCreationInDays"


def part(azure: Azure, account: Resource, kind: str) -> Resource | None:
    """The only child resource of ``kind`` of a storage account, such as its lifecycle policy."""
    return next((each for each in azure.of(kind) if azure.parent(each) == account), None)


def kept_by_age(azure: Azure, account: Resource) -> Seen[int | None]:
    """Days after which a lifecycle rule deletes every object; None if no rule does."""
    policy = part(azure, account, "storage:ManagementPolicy")
    if policy is None:
        return account.says(None)
    return policy.says(_shortest(_ends(policy, _BY_AGE)), "policy.rules")


def hidden_days(azure: Azure, account: Resource) -> Seen[int]:
    """Days that replaced or deleted objects stay, in a deleted container too."""
    objects = recoverable_days(azure, account)
    service = part(azure, account, "storage:BlobServiceProperties")
    containers = 0 if service is None else _soft(service, "containerDeleteRetentionPolicy")
    if service is None or isinstance(objects.value, Unknown):
        return objects
    if isinstance(containers, Unknown) or containers > objects.value:
        return service.says(containers, "containerDeleteRetentionPolicy.days")
    return objects


def recoverable_days(azure: Azure, account: Resource) -> Seen[int]:
    """Days that a replaced or deleted object stays recoverable.

    A replaced object becomes a version until a lifecycle rule deletes it, unless an immutability policy prevents that;
    a deleted one stays for the soft-delete retention.
    """
    service = part(azure, account, "storage:BlobServiceProperties")
    if service is None:
        return account.says(0)
    soft, versions = _soft(service, "deleteRetentionPolicy"), _versions(azure, account, service)
    known = UNKNOWN if isinstance(soft, Unknown) or isinstance(versions, Unknown) else min(FOR_EVER, versions + soft)
    return service.says(known, "deleteRetentionPolicy.days")


def _versions(azure: Azure, account: Resource, service: Resource) -> int | Unknown:
    on, fixed = service.get("isVersioningEnabled", False), account.get(_FIXED, 0)
    if isinstance(on, Unknown) or isinstance(fixed, Unknown):
        return UNKNOWN
    if on is not True:
        return 0
    policy = part(azure, account, "storage:ManagementPolicy")
    ends = _shortest(_ends(policy, _VERSIONS)) if policy else None
    return ends if isinstance(ends, Unknown) else max(FOR_EVER if ends is None else ends, fixed)


def _ends(policy: Resource, counted: tuple[str, ...]) -> list[int | Unknown]:
    """Days of the lifecycle rules that delete in the whole account."""
    found: list[int | Unknown] = []
    for _, rule in at(policy.inputs, "policy.rules[]"):
        if rule is UNKNOWN:
            found.append(UNKNOWN)
        elif rule.get("enabled", True) is True and _for_all(rule):
            found += [days for path in counted for _, days in at(rule, f"definition.actions.{path}")]
    return found


def _shortest(days: list[int | Unknown]) -> int | Unknown | None:
    """The fewest known days: an unknown rule could only delete sooner."""
    known = [int(each) for each in days if not isinstance(each, Unknown)]
    return min(known) if known else UNKNOWN if days else None


def _for_all(rule: Mapping[str, Any]) -> bool:
    narrowed = [
        given for name in ("prefixMatch", "blobIndexMatch") for _, given in at(rule, f"definition.filters.{name}")
    ]
    kinds = [kind for _, kind in at(rule, "definition.filters.blobTypes[]")] or ["blockBlob"]
    return not any(narrowed) and "blockBlob" in kinds


def _soft(service: Resource, name: str) -> int | Unknown:
    enabled, days = service.get(f"{name}.enabled", False), service.get(f"{name}.days", 0)
    if isinstance(enabled, Unknown) or isinstance(days, Unknown):
        return UNKNOWN
    return int(days) if enabled is True else 0
