"""BCP: backups, restore tests, deletion protection and zone redundancy."""

from __future__ import annotations

from collections.abc import Iterator

from lepton_infra.compliance.rules.predicates import at_a_cloud, must
from lepton_infra.compliance.rules.rule import Finding, Severity, Subject, expect, missing, rule

ZONES = 2
"""Zones needed to survive the loss of one."""


@rule(
    "BCP-01",
    "Everything that keeps data can be restored",
    Severity.MANDATORY,
    law=(
        *("gdpr 32(1)(c)", "dpdp R.6", "hipaa 164.308(a)(7)", "nis2 21(2)(c)"),
        *("iso27001 A.8.13", "soc2 A1.2"),
    ),
    references=("CKV_AWS_21", "CKV_AWS_28", "CKV2_AWS_9", "CKV2_AWS_18"),
    reads=("stores",),
)
def _recoverable(subject: Subject) -> Iterator[Finding]:
    for store in subject.facts.stores:
        if store.recoverable is not None:
            yield from must(
                store.recoverable,
                "could not be restored",
                "Keep versions of it, or add it to the plan of backups",
            )


@rule(
    "BCP-02",
    "Restoring is tried regularly",
    Severity.MANDATORY,
    law=("gdpr 32(1)(d)", "hipaa 164.308(a)(7)", "iso27001 A.8.13", "soc2 A1.2"),
    references=("CCC.Core.CN14",),
    reads=("stores", "clusters", "backups"),
)
def _restores_tried(subject: Subject) -> Iterator[Finding]:
    yield from _has_plan(subject)
    for backup in subject.facts.backups:
        yield from must(backup.restore_tested, "has never been restored from", "Have a restore tried regularly")


@rule(
    "BCP-03",
    "Nothing that keeps data can be deleted by mistake",
    Severity.BLOCK,
    law=("gdpr 32(1)(b)", "gdpr 32(1)(c)", "iso27001 A.8.13"),
    references=("CKV_AWS_150", "CKV_GCP_82"),
    reads=("stores", "clusters"),
)
def _locked(subject: Subject) -> Iterator[Finding]:
    if subject.obligations.teardown:
        return
    stores = (store.locked for store in subject.facts.stores)
    clusters = (cluster.locked for cluster in subject.facts.clusters)
    for locked in (*stores, *clusters):
        if locked is not None:
            yield from must(
                locked, "can be deleted by mistake", "Protect it, and turn on what the cloud has against its deletion"
            )


@rule(
    "BCP-04",
    "Nothing is lost with one zone",
    Severity.MANDATORY,
    law=("gdpr 32(1)(b)", "nis2 21(2)(c)", "soc2 A1.2"),
    references=("CKV_AZURE_233", "CCC.Core.CN08.AR01"),
    reads=("stores", "clusters", "nodes", "pods"),
)
def _several_zones(subject: Subject) -> Iterator[Finding]:
    clusters = (cluster.zones for cluster in subject.facts.clusters)
    nodes = (nodes.zones for nodes in subject.facts.nodes)
    for zones in (*clusters, *nodes):
        yield from expect(
            zones,
            lambda count: count >= ZONES,
            "is lost with one zone",
            allowed=f"at least {ZONES} zones",
            remedy="Spread it over zones, or waive this control where only one zone has the machines",
        )
    for store in subject.facts.stores:
        if store.zone_redundant is not None:
            yield from must(
                store.zone_redundant, "is lost with one zone", "Choose storage that is redundant over zones"
            )
    for pods in subject.facts.pods:
        yield from must(pods.spread, "may have all its replicas in one zone", "Spread the replicas over zones")


@rule(
    "BCP-05",
    "A backup is out of reach of whoever can delete the original",
    Severity.MANDATORY,
    law=("gdpr 32(1)(c)", "nis2 21(2)(c)", "iso27001 A.8.13"),
    references=("CCC.Core.CN14",),
    reads=("stores", "clusters", "backups"),
)
def _out_of_reach(subject: Subject) -> Iterator[Finding]:
    yield from _has_plan(subject)
    backups = subject.facts.backups
    if not any(backup.elsewhere.value is True for backup in backups):
        for backup in backups:
            yield from must(
                backup.elsewhere,
                "can be deleted by whoever deletes the original",
                "Keep a copy in another account, or in a vault that nobody can empty",
            )


def _has_plan(subject: Subject) -> Iterator[Finding]:
    """A finding where stores are worth restoring and no plan of backups is declared."""
    worth = any(store.recoverable is not None for store in subject.facts.stores)
    if worth and at_a_cloud(subject) and not subject.facts.backups:
        yield missing("plan of backups", "Declare one that covers every store worth restoring")
