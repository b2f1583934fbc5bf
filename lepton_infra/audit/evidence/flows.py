"""Data flows of a stack: stores at home, and other locations that data can come to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lepton_infra.compliance.facts import EVERYWHERE, Place, Role
from lepton_infra.compliance.facts.data_class import DataClass
from lepton_infra.compliance.graph.graph import UNKNOWN
from lepton_infra.compliance.law.obligations import Transfer
from lepton_infra.compliance.rules.rule import Subject


@dataclass(frozen=True, kw_only=True)
class Kept:
    """Stores of one kind that hold one class of data, and how many."""

    data_class: DataClass
    kind: str
    encryption: str
    count: int


@dataclass(frozen=True, kw_only=True)
class Flow:
    """Data of some classes that can come to a place other than home, in one role.

    ``countries`` are the place's, empty where unknown. ``inside`` is whether the perimeter of every class has it;
    ``transfer`` what is recorded for it.
    """

    location: str
    countries: tuple[str, ...]
    role: Role
    classes: tuple[DataClass, ...]
    resources: int
    inside: bool
    transfer: Transfer | None


def kept(subject: Subject) -> list[Kept]:
    """Stores at home, by data class and kind."""
    counted = Counter(
        (
            store.data_class,
            str(store.kind),
            "unknown" if store.encryption.value is UNKNOWN else str(store.encryption.value),
        )
        for store in subject.facts.stores
    )
    return [
        Kept(data_class=data_class, kind=kind, encryption=encryption, count=count)
        for (data_class, kind, encryption), count in sorted(counted.items())
    ]


def flows(subject: Subject) -> list[Flow]:
    """Flows to other locations, sorted by location. What only configures carries no data and is left out."""
    found: dict[tuple[str, Role], list[Place]] = {}
    for place in subject.facts.places:
        location = _location(place)
        if place.holds_data and location != subject.obligations.home:
            found.setdefault((location, place.role), []).append(place)
    return [_flow(location, role, places, subject) for (location, role), places in sorted(found.items())]


def _flow(location: str, role: Role, places: Sequence[Place], subject: Subject) -> Flow:
    countries = subject.geography.of(places[0].cloud, location) or frozenset()
    classes = tuple(sorted({place.data_class for place in places}))
    bounds = [subject.obligations.keeps(data_class).countries for data_class in classes]
    return Flow(
        location=location,
        countries=tuple(sorted(countries)),
        role=role,
        classes=classes,
        resources=len({place.location.resource.urn for place in places}),
        inside=all(bound is None or (bool(countries) and countries <= bound) for bound in bounds),
        transfer=_transfer(location, classes, subject.obligations.transfers),
    )


def _transfer(location: str, classes: Sequence[DataClass], transfers: Sequence[Transfer]) -> Transfer | None:
    return next((each for each in transfers if each.to == location and each.classes >= set(classes)), None)


def _location(place: Place) -> str:
    value = place.location.value
    return "unknown" if value is UNKNOWN or value is None else value


LOCATIONS: Mapping[str, str] = {EVERYWHERE: "everywhere", "unknown": "not known"}
"""Names on the page of locations without a code."""
