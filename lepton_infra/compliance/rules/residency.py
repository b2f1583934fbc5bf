"""RES: locations of resources, copies, backups, keys, logs and traffic, within the perimeter."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lepton_infra.compliance.facts import EVERYWHERE, Place, Role
from lepton_infra.compliance.graph.graph import Resource
from lepton_infra.compliance.rules.perimeter import covered, kept, kept_or_covered, with_role
from lepton_infra.compliance.rules.rule import Finding, Severity, Subject, each, expect, rule, told

TRANSFERS = ("gdpr 44", "dpdp 16", "dpdp R.15", "pipl 38")
"""Articles on transfers of data out of a country."""

ENGINE = "pulumi"
"""Package of the engine's own resources, such as a StackReference: they have no provider to choose."""

_DEFAULT = re.compile(r"::default(_[0-9a-z_]+)?(::|$)")
"""Default providers, by the name that the engine gives them, with or without the version and the id."""


@rule(
    "RES-01",
    "Everything stands within the perimeter of the data that it holds",
    Severity.BLOCK,
    law=(*TRANSFERS, "dpdp R.13(4)", "pipl 40", "c5 PSS-12.01B", "iso27001 A.5.23"),
    references=("CCC.Core.CN06.AR01", "CCC.Core.CN06.AR02"),
    reads=("places", "unread"),
)
def _at_home(subject: Subject) -> Iterator[Finding]:
    move = "Put it at a location within the perimeter"
    for place in with_role(subject, Role.HOME, Role.PROVIDER):
        yield from kept(subject, place, move)
    for resource in subject.facts.unread:
        yield Finding(
            resource=resource,
            path="",
            message="is of a kind that is not read, so where it keeps data cannot be told",
            remedy="Use a kind that is read, or waive this control for it and say where it is",
            unknown=True,
        )


@rule(
    "RES-02",
    "Everything is made by a provider of the program's own, at the stack's location",
    Severity.BLOCK,
    law=(*TRANSFERS, "c5 PSS-12.01B"),
    references=("CCC.Core.CN06.AR01",),
    reads=("places", "resources"),
)
def _own_provider(subject: Subject) -> Iterator[Finding]:
    for resource in subject.graph:
        if _made_by_default(resource):
            yield Finding(
                resource=resource,
                path="provider",
                message="is made by a default provider, whose location and account come from the machine",
                given=resource.provider or "none",
                allowed="a provider that the program makes",
                remedy="Pass the region's provider in its options",
            )
    home = subject.obligations.home
    for place in with_role(subject, Role.PROVIDER, Role.HOME) if home is not None else ():
        if not _anywhere(place) and not covered(subject, place):
            yield from expect(
                place.location,
                lambda location: location == home,
                "is at another location than its stack",
                allowed=told(home),
                remedy="Give it the stack's location, or record the transfer to the other one",
            )


def _made_by_default(resource: Resource) -> bool:
    if not resource.custom or resource.is_provider or resource.package == ENGINE:
        return False
    return resource.provider is None or _DEFAULT.search(resource.provider) is not None


def _anywhere(place: Place) -> bool:
    """True if a resource is global, at no one location: how much that matters is for the perimeter to say."""
    return place.role is Role.HOME and place.location.value == EVERYWHERE


def _leaving(subject: Subject, role: Role, remedy: str) -> Iterator[Finding]:
    return each(with_role(subject, role), lambda place: kept_or_covered(subject, place, remedy))


def _staying(subject: Subject, role: Role, remedy: str) -> Iterator[Finding]:
    return each(with_role(subject, role), lambda place: kept(subject, place, remedy))


@rule(
    "RES-03",
    "Objects are copied only within the perimeter, or where a recorded transfer allows it",
    Severity.BLOCK,
    law=(*TRANSFERS, "gdpr 46"),
    references=("CCC.Core.CN10.AR01",),
    reads=("places",),
)
def _objects_copied(subject: Subject) -> Iterator[Finding]:
    return _leaving(subject, Role.COPY, "Copy to a location within the perimeter")


@rule(
    "RES-04",
    "Backups are kept only within the perimeter, or where a recorded transfer allows it",
    Severity.BLOCK,
    law=("gdpr 44", "c5 PSS-12.01B"),
    references=("CCC.Core.CN10.AR01",),
    reads=("places",),
)
def _backups(subject: Subject) -> Iterator[Finding]:
    return _leaving(subject, Role.BACKUP, "Keep backups at a location within the perimeter")


@rule(
    "RES-05",
    "Registries, secrets and databases have second homes only within the perimeter",
    Severity.BLOCK,
    law=("gdpr 44", "c5 PSS-12.01B"),
    references=("CCC.Core.CN10.AR01",),
    reads=("places",),
)
def _replicas(subject: Subject) -> Iterator[Finding]:
    return _leaving(subject, Role.REPLICA, "Replicate to a location within the perimeter, or not at all")


@rule(
    "RES-06",
    "The kind of storage keeps no redundant copy outside the perimeter",
    Severity.BLOCK,
    law=("gdpr 44", "c5 PSS-12.01B"),
    references=("CCC.Core.CN08.AR01", "CCC.Core.CN10.AR01"),
    reads=("places",),
)
def _redundant_copies(subject: Subject) -> Iterator[Finding]:
    return _leaving(subject, Role.GEO, "Choose storage that is redundant over zones rather than locations")


@rule(
    "RES-08",
    "Managed models compute within the perimeter",
    Severity.BLOCK,
    law=("gdpr 44", "dpdp R.13(4)"),
    references=("CCC.Core.CN06.AR01",),
    reads=("places",),
)
def _managed_models(subject: Subject) -> Iterator[Finding]:
    return _staying(subject, Role.AI, "Serve it at one location within the perimeter")


@rule(
    "RES-09",
    "Keys stay at one location within the perimeter",
    Severity.BLOCK,
    law=("gdpr 44", "gdpr 46", "c5 CRY-10"),
    references=("kms_cmk_not_multi_region",),
    reads=("places", "keys"),
)
def _key_stays(subject: Subject) -> Iterator[Finding]:
    yield from _staying(subject, Role.KEY, "Keep the key at a location within the perimeter")
    for key in subject.facts.keys:
        yield from expect(
            key.multi_region,
            lambda many: not many,
            "can be copied to other locations",
            allowed="a key of one location",
            remedy="Make a key of one location; a key cannot be changed in this",
        )


@rule(
    "RES-10",
    "Traffic is terminated within the perimeter, or where a recorded transfer allows it",
    Severity.MANDATORY,
    law=("gdpr 44",),
    references=("CKV_AWS_374",),
    reads=("places",),
)
def _traffic(subject: Subject) -> Iterator[Finding]:
    return _leaving(subject, Role.EDGE, "Terminate traffic at a load balancer of one location")


@rule(
    "RES-11",
    "Logs are kept and collected within the perimeter of their class",
    Severity.BLOCK,
    law=("cert_in (iv)", "dpdp R.8(3)", "dpdp R.13(4)", "gdpr 44"),
    references=("CCC.Core.CN06.AR01",),
    reads=("places",),
)
def _logs(subject: Subject) -> Iterator[Finding]:
    return _staying(subject, Role.LOG, "Keep logs at a location within the perimeter")
