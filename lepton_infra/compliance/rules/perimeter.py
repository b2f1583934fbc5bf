"""Predicates and findings about places within the perimeter, and recorded transfers that cover places outside it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lepton_infra.compliance.facts import EVERYWHERE, Place, Role
from lepton_infra.compliance.graph.graph import UNKNOWN
from lepton_infra.compliance.law.obligations import Basis, Transfer
from lepton_infra.compliance.rules.rule import Finding, Subject, expect, told

NO_FALLBACK = frozenset({None, Basis.DPF, Basis.ADEQUACY, Basis.PERMITTED})
"""Bases that do not hold up a transfer once the Data Privacy Framework falls."""


def with_role(subject: Subject, *roles: Role) -> Iterator[Place]:
    """Places with one of these roles."""
    return (place for place in subject.facts.places if place.role in roles)


def bounded(subject: Subject, place: Place) -> bool:
    """True if the law has a perimeter for the place's class of data."""
    return subject.obligations.keeps(place.data_class).countries is not None


def within(subject: Subject, place: Place, location: str | None) -> bool:
    """True if a location is within the perimeter of the place's class. One that geography does not know is not."""
    allowed = subject.obligations.keeps(place.data_class).countries
    if allowed is None:
        return True
    if location == EVERYWHERE:
        return not place.holds_data
    countries = located(subject, place, location)
    return bool(countries) and countries <= allowed


def located(subject: Subject, place: Place, location: str | None) -> frozenset[str]:
    """Countries of a location; none if it is not known."""
    return (subject.geography.of(place.cloud, location) or frozenset()) if location else frozenset()


def kept(subject: Subject, place: Place, remedy: str) -> Iterator[Finding]:
    """A finding unless a place is within its perimeter."""
    if not bounded(subject, place):
        return
    perimeter = subject.obligations.keeps(place.data_class)
    yield from expect(
        place.location,
        lambda location: within(subject, place, location),
        f"{_whereabouts(subject, place)}, so it is not within the perimeter of {place.data_class} data",
        allowed=_allowed(perimeter.countries, perimeter.because),
        remedy=remedy,
    )


def kept_or_covered(subject: Subject, place: Place, remedy: str) -> Iterator[Finding]:
    """A finding unless a place is within its perimeter, or a transfer that is recorded and holds covers it."""
    if place.location.value is UNKNOWN or not covered(subject, place):
        yield from kept(subject, place, f"{remedy}, or record the transfer with its basis")


def records(subject: Subject, place: Place) -> tuple[Transfer, ...]:
    """The recorded transfers of this class of data to this place.

    A destination that cannot be told is covered by a record that names it as the property does.
    """
    name = place.location.value or _as_written(place)
    return tuple(
        transfer
        for transfer in subject.obligations.transfers
        if transfer.cloud == place.cloud and place.data_class in transfer.classes and transfer.to == name
    )


def _as_written(place: Place) -> Any:
    """The property's own value for an unknown destination, such as the id of another account's resource."""
    return place.location.resource.get(place.location.path) if place.location.path else None


def covered(subject: Subject, place: Place) -> bool:
    """True if a recorded transfer to this place holds today."""
    return any(not flaw(subject, place, transfer) for transfer in records(subject, place))


def flaw(subject: Subject, place: Place, transfer: Transfer) -> str:
    """Reason that a recorded transfer does not hold today; empty if it does.

    Whether a decision covers the country, and whether every law that applies knows the basis, is a question to the law
    and not to what is declared: it is answered when the record is read.
    """
    countries = located(subject, place, transfer.to)
    if transfer.expires is not None and transfer.expires < subject.obligations.today:
        return f"its basis ended on {transfer.expires}"
    if not transfer.document.strip():
        return "its basis is written down nowhere"
    if transfer.basis is Basis.DPF and transfer.fallback in NO_FALLBACK:
        return "its basis may fall and nothing would then hold it up"
    if transfer.basis is Basis.DPF and countries != {"US"}:
        return "its basis holds for the United States alone"
    if transfer.basis is Basis.PERMITTED and not within(subject, place, transfer.to):
        return "the law of this place does restrict it"
    return ""


def _whereabouts(subject: Subject, place: Place) -> str:
    location = place.location.value
    if location is UNKNOWN or location is None:
        return "is a destination that cannot be told"
    if location == EVERYWHERE:
        return "is everywhere at once"
    countries = located(subject, place, location)
    return f"is in {told(countries)}" if countries else "is at a location that is in no known country"


def _allowed(countries: frozenset[str] | None, because: tuple[str, ...]) -> str:
    return f"{told(countries or frozenset())} because of {', '.join(because)}" if because else told(countries)
