"""INC: incident alerts, contacts for the law's deadlines, and threat detection."""

from __future__ import annotations

from collections.abc import Iterator

from lepton_infra.compliance.facts import ALERTS
from lepton_infra.compliance.rules.access import WATCHED
from lepton_infra.compliance.rules.encryption import A_KEY_OF_OURS, OURS
from lepton_infra.compliance.rules.predicates import at_a_cloud, in_use, must
from lepton_infra.compliance.rules.rule import Finding, Severity, Subject, expect, missing, rule, told


@rule(
    "INC-01",
    "Somebody is told of every incident, early enough for the law's clocks",
    Severity.MANDATORY,
    law=("gdpr 33", "dpdp R.7", "cert_in (ii)", "eu_ai_act 73", "nis2 23", "soc2 CC7.2"),
    references=("CKV_AWS_26", "CKV_AWS_319", "CKV_AZURE_131", "CCC.Core.CN07"),
    reads=("stores", "clusters", "alert_routes", "alerts", "pods"),
)
def _somebody_is_told(subject: Subject) -> Iterator[Finding]:
    routes, alerts = subject.facts.alert_routes, subject.facts.alerts
    if at_a_cloud(subject):
        if not routes:
            yield missing("way to tell anybody of an incident", "Declare one with the incident contacts as receivers")
        for about in sorted(ALERTS - {WATCHED} - {alert.about for alert in alerts}):
            yield missing(f"alert about {about}", "Declare one and route it")
    for route in routes:
        yield from expect(
            route.receivers,
            lambda receivers: any(receiver.strip() for receiver in receivers),
            "tells nobody",
            allowed="at least one receiver",
            remedy="Add the incident contacts",
        )
        if route.encryption is not None:
            yield from expect(
                route.encryption,
                OURS,
                "keeps messages without a key of the region's own",
                allowed=A_KEY_OF_OURS,
                remedy="Encrypt it with a key of the region",
            )
    for alert in alerts:
        yield from must(alert.routed, f"watches {alert.about} and tells nobody", "Route it to the incident contacts")
    if in_use(subject):
        yield from _contacts(subject)


def _contacts(subject: Subject) -> Iterator[Finding]:
    clocks, contacts = subject.obligations.clocks, subject.obligations.contacts
    for role, article in subject.obligations.contact_roles.items():
        if not contacts.get(role):
            yield missing(f"contact as {role}, which {article} asks for", "Name one in the settings")
    if clocks and not any(contacts.values()):
        hours = told(tuple(f"{framework} {hours} h" for framework, hours in clocks.items()))
        yield missing(f"contact for incidents, though the law gives little time ({hours})", "Name one in the settings")


@rule(
    "INC-02",
    "A service looks for attacks",
    Severity.ADVISORY,
    law=("gdpr 32(1)(d)", "gdpr 33", "nis2 21(2)(b)", "soc2 CC7.2"),
    references=("CKV_AWS_238", "CKV_AZURE_84", "CKV_AZURE_85", "CKV_AZURE_87"),
    reads=("stores", "clusters", "detections"),
)
def _attacks_seen(subject: Subject) -> Iterator[Finding]:
    if not subject.facts.detections and at_a_cloud(subject):
        yield missing("service that looks for attacks", "Turn on the cloud's own")
    for detection in subject.facts.detections:
        yield from must(detection.on, "is declared and does not run", "Turn it on")
