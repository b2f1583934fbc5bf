"""Facts of backups: Azure Backup instances and object replication."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from lepton_infra.clouds.azure.facts.declared import Azure
from lepton_infra.clouds.azure.facts.keys import days
from lepton_infra.clouds.azure.facts.protection import is_locked
from lepton_infra.clouds.azure.facts.retention import recoverable_days
from lepton_infra.compliance.facts import Backup
from lepton_infra.compliance.graph.graph import UNKNOWN, Resource, Seen
from lepton_infra.compliance.graph.paths import at

_COVERED: Final = (
    "storage:StorageAccount",
    "containerservice:ManagedCluster",
    "compute:Disk",
    "dbforpostgresql:Server",
    "dbformysql:Server",
)


def backups(azure: Azure) -> Iterator[Backup]:
    """Facts of backup instances with their policies, and of object replication to another storage account."""
    for instance in azure.of("dataprotection:BackupInstance"):
        policies = azure.named(instance, "properties", "dataprotection:BackupPolicy")
        yield Backup(
            resource=instance,
            covers=_covers(azure, instance, "properties", *_COVERED),
            days=_kept(policies[0]) if policies else instance.says(UNKNOWN, "properties.policyInfo.policyId"),
            elsewhere=_in_vault(azure, instance, policies),
            restore_tested=instance.says(False),
        )
    for policy in azure.of("storage:ObjectReplicationPolicy"):
        if _is_of(azure, policy, "destinationAccount"):
            yield _replication(azure, policy)


def _covers(azure: Azure, resource: Resource, property: str, *kinds: str) -> Seen[frozenset[str]]:
    return resource.says(frozenset(each.urn for each in azure.named(resource, property, *kinds)), property)


def _kept(policy: Resource) -> Seen[int | None]:
    """Retention of a backup policy's longest rule, in days."""
    found: list[Any] = []
    for _, duration in at(policy.inputs, "properties.policyRules[].lifecycles[].deleteAfter.duration"):
        found.append(duration if duration is UNKNOWN else days(str(duration)))
    if UNKNOWN in found:
        return policy.says(UNKNOWN, "properties.policyRules")
    return policy.says(None if None in found or not found else max(found), "properties.policyRules")


def _in_vault(azure: Azure, instance: Resource, policies: tuple[Resource, ...]) -> Seen[bool]:
    """True for a copy in a vault with soft delete ``AlwaysOn``; the operational store is in the original account."""
    stores = {
        store
        for policy in policies
        for _, store in at(policy.inputs, "properties.policyRules[].lifecycles[].sourceDataStore.dataStoreType")
    }
    vault = azure.parent(instance)
    if "VaultStore" not in stores or vault is None:
        return instance.says(False, "properties.policyInfo.policyId")
    soft = "properties.securitySettings.softDeleteSettings.state"
    state = vault.get(soft, "On")
    return vault.says(state if state is UNKNOWN else state == "AlwaysOn", soft)


def _is_of(azure: Azure, policy: Resource, property: str) -> bool:
    """True if the replication policy is in the account that ``property`` names: both accounts have the same one."""
    own = azure.parent(policy)
    return own is None or own in azure.named(policy, property, "storage:StorageAccount")


def _replication(azure: Azure, policy: Resource) -> Backup:
    """The backup of an object replication policy; its retention is that of the destination account."""
    targets = azure.named(policy, "destinationAccount", "storage:StorageAccount")
    kept = recoverable_days(azure, targets[0]) if targets else None
    return Backup(
        resource=policy,
        covers=_covers(azure, policy, "sourceAccount", "storage:StorageAccount"),
        days=policy.says(UNKNOWN, "destinationAccount")
        if kept is None
        else Seen(value=kept.value, resource=kept.resource, path=kept.path),
        elsewhere=_apart(azure, policy, targets[0], kept)
        if targets and kept is not None
        else policy.says(UNKNOWN, "destinationAccount"),
        restore_tested=policy.says(False),
    )


def _apart(azure: Azure, policy: Resource, copy: Resource, kept: Seen[int]) -> Seen[bool]:
    """True if the copy is in another resource group than the original, locked, and keeps deleted objects."""
    groups = [azure.group(each) for each in azure.named(policy, "sourceAccount", "storage:StorageAccount")]
    if azure.group(copy) in groups:
        return copy.says(False, "resourceGroupName")
    if kept.value is UNKNOWN or not kept.value:
        known = kept.value if kept.value is UNKNOWN else False
        return Seen(value=known, resource=kept.resource, path=kept.path)
    return is_locked(azure, copy)
