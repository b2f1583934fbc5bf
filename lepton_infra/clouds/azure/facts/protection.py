"""Management locks and diagnostic settings of a resource."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from lepton_infra.clouds.azure.facts.declared import Azure, kind
from lepton_infra.compliance.graph.graph import UNKNOWN, Resource, Seen

_LOCKS: Final = (
    "authorization:ManagementLockByScope",
    "authorization:ManagementLockAtResourceGroupLevel",
    "authorization:ManagementLockAtSubscriptionLevel",
)
SETTINGS: Final = ("monitor:DiagnosticSetting",)
_GROUPS: Final = ("allLogs", "audit")


def is_locked(azure: Azure, resource: Resource) -> Seen[bool]:
    """True if a management lock holds: on the resource, its parent, its resource group or the subscription."""
    held = [resource.urn, *(each.urn for each in (azure.parent(resource), azure.group(resource)) if each is not None)]
    for lock in azure.of(*_LOCKS):
        if lock.get("level") not in ("CanNotDelete", "ReadOnly"):
            continue
        if kind(lock) == _LOCKS[2] or any(each.urn in held for each in _places(azure, lock)):
            return lock.says(True, "level")
    return resource.says(False)


def _places(azure: Azure, lock: Resource) -> tuple[Resource, ...]:
    if kind(lock) == _LOCKS[1]:
        return azure.named(lock, "resourceGroupName", "resources:ResourceGroup")
    return azure.named(lock, "scope")


def settings_of(azure: Azure, *resources: Resource) -> Iterator[Resource]:
    """Diagnostic settings of any of ``resources``."""
    urns = {each.urn for each in resources}
    for setting in azure.of(*SETTINGS):
        if any(each.urn in urns for each in azure.named(setting, "resourceUri")):
            yield setting


def categories(setting: Resource) -> frozenset[str]:
    """Log categories and category groups that a diagnostic setting sends."""
    logs: Any = setting.get("logs", ())
    if logs is UNKNOWN:
        return frozenset()
    enabled = [each for each in logs if each is not UNKNOWN and each.get("enabled") is True]
    return frozenset(str(each.get("category") or each.get("categoryGroup")) for each in enabled)


def is_logged(azure: Azure, resource: Resource, *wanted: str, parts: tuple[Resource, ...] = ()) -> Seen[bool]:
    """True if diagnostic settings send all ``wanted`` log categories of a resource, or a group that has them."""
    sent: set[str] = set()
    settings = list(settings_of(azure, resource, *parts))
    for setting in settings:
        sent |= categories(setting)
    found = sent.issuperset(wanted) or not sent.isdisjoint(_GROUPS)
    return (settings[0] if settings else resource).says(found, "logs" if settings else "")
