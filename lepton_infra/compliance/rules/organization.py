"""RES: organization policies that allow resources only within the perimeter."""

from __future__ import annotations

from collections.abc import Iterator

from lepton_infra.compliance.facts.data_class import DataClass
from lepton_infra.compliance.rules.predicates import at_a_cloud
from lepton_infra.compliance.rules.rule import Finding, Severity, Subject, expect, missing, rule, told


@rule(
    "RES-13",
    "The organisation keeps resources within the perimeter too",
    Severity.ADVISORY,
    law=("gdpr 25", "c5 PSS-12.01B", "iso27001 A.5.23"),
    references=("organizations_scp_check_deny_regions", "CCC.Core.CN06.AR01"),
    reads=("places", "stores", "clusters", "organization_policies"),
)
def _policies(subject: Subject) -> Iterator[Finding]:
    allowed = subject.obligations.keeps(DataClass.PERSONAL).countries
    if allowed is None or not at_a_cloud(subject):
        return
    if not subject.facts.organization_policies:
        yield missing(
            "rule of its organisation that keeps resources within the perimeter",
            f"Have the organisation allow only locations in {told(allowed)}",
        )
    clouds = {place.cloud for place in subject.facts.places}
    for policy in subject.facts.organization_policies:
        yield from expect(
            policy.locations,
            lambda locations: bool(locations) and all(_inside(subject, clouds, one, allowed) for one in locations),
            "lets resources out of the perimeter",
            allowed=f"locations in {told(allowed)}",
            remedy="Name only locations within the perimeter",
        )


def _inside(subject: Subject, clouds: set[str], location: str, allowed: frozenset[str]) -> bool:
    countries = [found for cloud in clouds if (found := subject.geography.of(cloud, location))]
    return bool(countries) and all(found <= allowed for found in countries)
