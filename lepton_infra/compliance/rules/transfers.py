"""RES: recorded transfers, copies as ciphertext only, and denied countries."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from lepton_infra.compliance.facts import EVERYWHERE, Encryption, Key, Place, Role
from lepton_infra.compliance.graph.graph import UNKNOWN
from lepton_infra.compliance.law.obligations import Basis, Transfer
from lepton_infra.compliance.rules.perimeter import bounded, covered, flaw, located, records, with_role, within
from lepton_infra.compliance.rules.predicates import at_least, must_not
from lepton_infra.compliance.rules.rule import Finding, Severity, Subject, expect, missing, rule, told

AT_REST = frozenset({Role.COPY, Role.BACKUP, Role.REPLICA, Role.GEO, Role.LOG})
"""Roles of data at rest, which no one reads where it is."""


@rule(
    "RES-03b",
    "What leaves as ciphertext only cannot be read where it goes",
    Severity.BLOCK,
    law=("gdpr 46", "gdpr 32(1)(a)"),
    references=("CCC.Core.CN02", "CCC.Core.CN11.AR03"),
    reads=("places", "keys"),
)
def _only_ciphertext(subject: Subject) -> Iterator[Finding]:
    for place in subject.facts.places:
        if any(transfer.basis is Basis.CIPHERTEXT for transfer in _in_force(subject, place)):
            yield from _sealed(subject, place)


def _sealed(subject: Subject, place: Place) -> Iterator[Finding]:
    """Findings unless the data at a place is unreadable there."""
    if place.role not in AT_REST:
        yield Finding(
            resource=place.location.resource,
            path=place.location.path,
            message="needs plain text where it is, so a transfer of ciphertext does not cover it",
            given=place.role,
            allowed=told(AT_REST),
            remedy="Record another basis, or keep it within the perimeter",
        )
    if not subject.facts.keys:
        yield missing(
            "key of its own, so what leaves cannot be ciphertext to those who keep it",
            "Encrypt it with a key of the region before it leaves",
        )
    for key in subject.facts.keys:
        yield from _in_our_hands(key)
    for at in with_role(subject, Role.KEY):
        yield from expect(
            at.location,
            partial(within, subject, at),
            "is not within the perimeter, and copies leave as ciphertext under this key",
            allowed=told(subject.obligations.keeps(at.data_class).countries),
            remedy="Keep the key within the perimeter",
        )


def _in_our_hands(key: Key) -> Iterator[Finding]:
    """Findings unless a key is unusable where the copies go."""
    yield from expect(
        key.encryption,
        at_least(Encryption.CUSTOMER),
        "is not in our hands, and copies leave as ciphertext under it",
        allowed="a key of ours",
        remedy="Manage the key, or record another basis",
    )
    yield from must_not(
        key.multi_region,
        "can be copied to where copies of the data go",
        "Make a key of one location, or record another basis",
    )
    yield from must_not(
        key.everyone,
        "may be used by anybody, also where copies of the data go",
        "Name who may use it, or record another basis",
    )


def _in_force(subject: Subject, place: Place) -> Iterator[Transfer]:
    return (transfer for transfer in records(subject, place) if not flaw(subject, place, transfer))


@rule(
    "RES-07",
    "Every transfer out of the perimeter and every connection is recorded, on a basis that holds today",
    Severity.MANDATORY,
    law=("gdpr 30(1)(e)", "gdpr 45", "gdpr 46", "gdpr 49", "dpdp R.15", "pipl 38"),
    references=("DSP-10", "DSP-19"),
    reads=("places",),
)
def _registered(subject: Subject) -> Iterator[Finding]:
    for place in subject.facts.places:
        if _needs_record(subject, place):
            yield from expect(
                place.location,
                partial(_recorded, subject, place),
                _unregistered(subject, place),
                allowed=f"a recorded transfer of {place.data_class} data to it",
                remedy="Record the transfer: its classes, its basis and the document that says so",
            )


def _needs_record(subject: Subject, place: Place) -> bool:
    location = place.location.value
    if place.role is Role.PEER:
        return location != subject.obligations.home
    if not bounded(subject, place):
        return False
    return location is UNKNOWN or not within(subject, place, location)


def _recorded(subject: Subject, place: Place, location: str | None) -> bool:
    return covered(subject, place)


def _unregistered(subject: Subject, place: Place) -> str:
    flaws = sorted({flaw(subject, place, transfer) for transfer in records(subject, place)} - {""})
    return f"has a recorded transfer that does not hold: {'; '.join(flaws)}" if flaws else "has no recorded transfer"


@rule(
    "RES-12",
    "Nothing is in, goes to or is operated from a country of concern",
    Severity.MANDATORY,
    law=("us_dsp 202.401", "us_dsp 202.601"),
    references=("CCC.Core.CN06.AR01",),
    reads=("places",),
)
def _never_there(subject: Subject) -> Iterator[Finding]:
    denied = subject.obligations.denied_countries
    if not denied:
        return
    for place in subject.facts.places:
        yield from expect(
            place.location,
            partial(_avoids, subject, place),
            "is in a country that nothing may reach, or cannot be shown to be in none",
            allowed=f"anywhere but {told(denied)}",
            remedy="Choose a location that is known to be elsewhere",
        )
    for transfer in subject.obligations.transfers:
        there = (subject.geography.of(transfer.cloud, transfer.to) or frozenset()) & denied
        if there:
            yield missing(
                f"right to transfer anything to {transfer.to}, which is in {told(there)}",
                "Remove the transfer; no basis allows it",
            )
    if among := subject.obligations.operator_countries & denied:
        yield missing(
            f"right to be operated from {told(among)}",
            "Operate it from elsewhere: access counts as a transfer",
        )


def _avoids(subject: Subject, place: Place, location: str | None) -> bool:
    """True if a location is in no denied country. A global one avoids none, but a recorded transfer may cover it."""
    if location == EVERYWHERE:
        return not place.holds_data or covered(subject, place)
    countries = located(subject, place, location)
    return bool(countries) and countries.isdisjoint(subject.obligations.denied_countries)
