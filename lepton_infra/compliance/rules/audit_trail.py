"""AUD: audit trails, cluster audit logs and access logs, their immutability, and clock synchronisation."""

from __future__ import annotations

from collections.abc import Iterator

from lepton_infra.compliance.facts import AUDIT_LOGS, Immutability, StoreKind
from lepton_infra.compliance.facts.data_class import DataClass
from lepton_infra.compliance.graph.graph import UNKNOWN, Seen
from lepton_infra.compliance.rules.predicates import at_a_cloud, in_use, must, must_not
from lepton_infra.compliance.rules.rule import Finding, Severity, Subject, expect, missing, rule, told

PERSONS = frozenset({DataClass.PERSONAL, DataClass.PROMPT})
"""Data classes whose reads are logged: data of persons."""

CLOCKS_NAMED_BY = "cert_in"
"""Framework that asks for named time servers (CERT-In)."""


@rule(
    "AUD-01",
    "A trail writes down all that is asked of the cloud's own API",
    Severity.MANDATORY,
    law=("gdpr 30", "gdpr 32(1)(d)", "gdpr 33", "hipaa 164.312(b)", "iso27001 A.8.15", "soc2 CC7.2"),
    references=(
        *("CKV_AWS_67", "CKV_AWS_251", "CKV_AZURE_38", "CKV2_GCP_5"),
        *("AWS-0014", "AWS-0015", "AWS-0016", "CCC.Core.CN04"),
    ),
    reads=("stores", "clusters", "trails"),
)
def _trail(subject: Subject) -> Iterator[Finding]:
    trails = subject.facts.trails
    if not trails and at_a_cloud(subject):
        yield missing("audit trail of the cloud's own API", "Declare one that covers all management calls")
    if not any(trail.complete.value is True for trail in trails):
        for trail in trails:
            yield from must(trail.complete, "does not cover all management calls", "Cover all of them")


@rule(
    "AUD-02",
    "A cluster writes down who asked its API for what",
    Severity.MANDATORY,
    law=("gdpr 32(1)(d)", "iso27001 A.8.15"),
    references=("CKV_AWS_37", "CKV_AZURE_4", "CKV_GCP_1", "CIS EKS 2.1.1", "CCC.K8S.CN14"),
    reads=("clusters",),
)
def _cluster_audit(subject: Subject) -> Iterator[Finding]:
    for cluster in subject.facts.clusters:
        yield from expect(
            cluster.audit_logs,
            lambda logs: logs >= AUDIT_LOGS,
            "does not write down who asked its API for what",
            allowed=told(AUDIT_LOGS),
            remedy="Turn these logs on",
        )


@rule(
    "AUD-03",
    "Accesses to data of persons are written down, their content is not",
    Severity.MANDATORY,
    law=("gdpr 5(1)(c)", "gdpr 32", "hipaa 164.312(b)"),
    references=("CKV_AWS_18", "CKV2_AZURE_21", "CKV2_AZURE_33", "CKV_GCP_62"),
    reads=("stores", "trails"),
)
def _accesses_without_content(subject: Subject) -> Iterator[Finding]:
    """Reads of a store are in the store's own access log or in a trail; the trail's covers all stores."""
    trails = subject.facts.trails
    for trail in trails:
        yield from must_not(
            trail.with_content, "writes down content, which is data of persons", "Write down accesses without content"
        )
    if any(trail.data_access.value is True for trail in trails):
        return
    for store in subject.facts.stores:
        if store.data_class in PERSONS and store.access_logged is not None:
            yield from must(
                store.access_logged,
                "keeps no record of who read it, and no trail does so for it",
                "Log accesses to it, or reads and writes of objects in the audit trail",
            )


@rule(
    "AUD-04",
    "Nobody can change what an audit trail wrote",
    Severity.MANDATORY,
    law=("gdpr 32(1)(b)", "hipaa 164.312(c)(1)"),
    references=("CKV_AWS_36", "CKV2_GCP_4", "CCC.Core.CN09"),
    reads=("stores", "trails"),
)
def _unaltered(subject: Subject) -> Iterator[Finding]:
    for trail in subject.facts.trails:
        yield from must(trail.verified, "could be changed unnoticed", "Have the cloud sign what it writes")
    for immutable in _to_be_locked(subject):
        yield from expect(
            immutable,
            _locked,
            "holds an audit trail that whoever writes it can delete",
            allowed=told((Immutability.REVERSIBLE, Immutability.IRREVERSIBLE)),
            remedy="Lock what is written for the time that it is kept",
        )


def _to_be_locked(subject: Subject) -> list[Seen[Immutability]]:
    """Every bucket of audit logs. Not every cloud can lock logs that are no objects: of those, one must be locked where
    there is no bucket."""
    logs = [store for store in subject.facts.stores if store.data_class is DataClass.AUDIT_LOG]
    buckets = [store.immutable for store in logs if store.kind is StoreKind.BUCKET and store.immutable is not None]
    if buckets:
        return buckets
    others = [store.immutable for store in logs if store.immutable is not None]
    return [] if any(each.value is not UNKNOWN and _locked(each.value) for each in others) else others


def _locked(immutable: Immutability) -> bool:
    return immutable is not Immutability.NONE


@rule(
    "AUD-05",
    "The machines of a site of one's own keep a time that can be traced",
    Severity.MANDATORY,
    law=("cert_in (i)",),
    references=(),
    reads=("stores", "clusters", "pods"),
)
def _named_clock(subject: Subject) -> Iterator[Finding]:
    """A cloud keeps its machines' time by itself, so only a site of one's own is asked."""
    asked = CLOCKS_NAMED_BY in subject.obligations.frameworks
    if asked and in_use(subject) and not at_a_cloud(subject) and not subject.obligations.time_servers:
        yield missing("word on whose time its machines keep", "Name the time servers in the settings")
