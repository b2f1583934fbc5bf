"""RET: retention of data, versions and backups counted, and erasure."""

from __future__ import annotations

from collections.abc import Iterator

from lepton_infra.compliance.facts import Immutability, Store
from lepton_infra.compliance.facts.data_class import DataClass
from lepton_infra.compliance.graph.graph import UNKNOWN, Seen
from lepton_infra.compliance.rules.predicates import must_not
from lepton_infra.compliance.rules.rule import Finding, Severity, Subject, expect, rule, told

ERASURE = ("gdpr 17", "dpdp 8(7)", "ccpa 1798.105")
"""Articles of the right to erasure."""


@rule(
    "RET-01",
    "Nothing is kept longer than its class may be",
    Severity.BLOCK,
    law=("gdpr 5(1)(e)", "ccpa 1798.100(a)(3)", "dpdp 8(7)", "iso27001 A.8.10", "soc2 C1.2"),
    references=("CKV2_AWS_61", "CKV_AWS_66"),
    reads=("stores", "backups"),
)
def _not_too_long(subject: Subject) -> Iterator[Finding]:
    for store in subject.facts.stores:
        if store.days is not None:
            yield from _bounded(subject, store.data_class, store.days)
    for backup in subject.facts.backups:
        yield from _bounded(subject, DataClass.BACKUP, backup.days)


def _bounded(subject: Subject, data_class: DataClass, days: Seen[int | None]) -> Iterator[Finding]:
    interval = subject.obligations.retention[data_class]
    most = interval.most
    if most is not None:
        yield from expect(
            days,
            lambda given: given is not None and given <= most,
            f"keeps {data_class} data too long",
            allowed=_days(f"at most {most}", interval.most_because),
            remedy="Let its content expire by age",
        )


@rule(
    "RET-02",
    "Versions, soft deletions and backups are counted in how long something is kept",
    Severity.BLOCK,
    law=("gdpr 5(1)(e)", "ccpa 1798.100(a)(3)", "dpdp 8(7)", "iso27001 A.8.10", "soc2 C1.2"),
    references=("CKV_AWS_300", "CKV2_AZURE_38"),
    reads=("stores", "backups"),
)
def _hidden_copies(subject: Subject) -> Iterator[Finding]:
    for store in subject.facts.stores:
        most = subject.obligations.retention[store.data_class].most
        if most is not None:
            yield from _gone_in_time(subject, store, most)


def _gone_in_time(subject: Subject, store: Store, most: int) -> Iterator[Finding]:
    """A finding for each kind of copy that lives on too long once content is out of sight.

    Where content is in sight too long already, RET-01 says so, and copies are held against the whole time.
    """
    seen = store.days.value if store.days is not None else 0
    before = 0 if seen is UNKNOWN or seen is None or seen > most else seen
    because = subject.obligations.retention[store.data_class].most_because
    for hidden in _hidden(subject, store):
        yield from expect(
            hidden,
            lambda days: days is not None and before + days <= most,
            f"keeps copies of {store.data_class} data too long after {before} days in sight",
            allowed=_days(f"at most {most - before}", because),
            remedy="Shorten its versions, its soft deletion or its backups, or the time before",
        )


def _hidden(subject: Subject, store: Store) -> Iterator[Seen[int | None]]:
    """Retention of hidden copies after that: versions and soft deletion, and every backup of the store."""
    own = store.hidden_days
    if own is not None:
        yield Seen(value=own.value, resource=own.resource, path=own.path)
    for backup in subject.facts.backups:
        if backup.covers.value is UNKNOWN or store.resource.urn in backup.covers.value:
            yield backup.days


@rule(
    "RET-03",
    "Logs and evidence are kept as long as the law asks",
    Severity.BLOCK,
    law=("cert_in (iv)", "dpdp R.6", "dpdp R.8(3)", "eu_ai_act 19", "eu_ai_act 26", "hipaa 164.316(b)(2)"),
    references=("CKV_AWS_338", "CKV_AZURE_12", "CKV_AZURE_37"),
    reads=("stores",),
)
def _long_enough(subject: Subject) -> Iterator[Finding]:
    for store in subject.facts.stores:
        if store.data_class is not DataClass.AI_EVENT:
            yield from kept_long_enough(subject, store)


def kept_long_enough(subject: Subject, store: Store) -> Iterator[Finding]:
    """A finding unless a store keeps content for as long as the law asks of its class."""
    interval = subject.obligations.retention[store.data_class]
    least = interval.least
    if store.days is not None and least is not None:
        yield from expect(
            store.days,
            lambda days: days is None or days >= least,
            f"does not keep {store.data_class} data long enough",
            allowed=_days(f"at least {least}", interval.least_because),
            remedy="Let its content expire later",
        )


@rule(
    "RET-04",
    "Nothing is locked for ever that a person could ask to have erased",
    Severity.BLOCK,
    law=ERASURE,
    references=("CKV_AWS_143", "CKV2_GCP_4"),
    reads=("stores",),
)
def _erasable(subject: Subject) -> Iterator[Finding]:
    for store in subject.facts.stores:
        allowed = store.data_class is DataClass.AUDIT_LOG or store.resource.name in subject.obligations.locked_stores
        if store.immutable is not None and not allowed:
            yield from expect(
                store.immutable,
                lambda immutable: immutable is not Immutability.IRREVERSIBLE,
                f"can never be unlocked, and {store.data_class} data may have to be erased",
                allowed=told((Immutability.NONE, Immutability.REVERSIBLE)),
                remedy="Lock it so that somebody can unlock it, or list it as irreversible in the settings",
            )


@rule(
    "RET-05",
    "A store is emptied on purpose only",
    Severity.MANDATORY,
    law=("gdpr 28(3)(g)", "iso27001 A.8.10"),
    references=(),
    reads=("stores",),
)
def _emptied_on_purpose(subject: Subject) -> Iterator[Finding]:
    if subject.obligations.teardown:
        return
    for store in subject.facts.stores:
        if store.erased_with_resource is not None:
            yield from must_not(
                store.erased_with_resource,
                "is emptied when its resource goes, with no plan of what is to be returned or erased",
                "Let a deletion fail while it holds anything; the settings open it for tearing down",
            )


def _days(bound: str, because: tuple[str, ...]) -> str:
    return f"{bound} days because of {', '.join(because)}" if because else f"{bound} days"
