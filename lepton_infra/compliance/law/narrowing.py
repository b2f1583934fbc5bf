"""Validation of a ``compliance:`` section against the law: less than it asks, conflicts, unknown names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import combinations

from lepton_infra.compliance.facts.data_class import DataClass
from lepton_infra.compliance.law.applicable import STRICTNESS, Applied, Bound, Narrowing
from lepton_infra.compliance.law.law import Law
from lepton_infra.compliance.law.obligations import Basis
from lepton_infra.compliance.law.section import ComplianceConfig
from lepton_infra.errors import Problem, key_path

Path = tuple[str | int, ...]

SECTION = "compliance"


def problems(section: ComplianceConfig, here: Applied) -> list[Problem]:
    """Problems of a section, in the order of the file. Pure: knows no day and no place but those of the law."""
    return [
        *_frameworks(section, here),
        *_laws_conflict(here),
        *_perimeters(section, here),
        *(found for data_class in DataClass for found in _retention(section, here, data_class)),
        *_custody(section, here),
        *_operators(section, here.law),
        *_staleness(section),
        *_days(section),
        *_controls(section, here.law),
    ]


def narrowings(section: ComplianceConfig, here: Applied, data_class: DataClass) -> list[Narrowing]:
    """Perimeters of a data class: the law's, and then the stack's own. Unknown names count for nothing."""
    places = tuple(name for name in section.perimeter.of(data_class) if here.law.knows_place(name))
    cite = key_path((SECTION, "perimeter", data_class.value))
    own = Narrowing(cite=cite, countries=here.law.places(places), bases=frozenset(Basis))
    return [*here.narrowings(data_class), *([own] if places else [])]


def least(section: ComplianceConfig, here: Applied, data_class: DataClass) -> list[Bound]:
    """Minimum retention of a data class: the law's, and then the stack's own."""
    own = section.retention.of(data_class).min_days
    return [*here.least(data_class), *_own(data_class, "min_days", own)]


def most(section: ComplianceConfig, here: Applied, data_class: DataClass) -> list[Bound]:
    """Maximum retention of a data class: the law's, then the stack's. A backup dies with the personal data in it."""
    own = [*here.most(data_class), *_own(data_class, "max_days", section.retention.of(data_class).max_days)]
    return [*own, *most(section, here, DataClass.PERSONAL)] if data_class is DataClass.BACKUP else own


def _own(data_class: DataClass, key: str, value: int | None) -> list[Bound]:
    path = (SECTION, "retention", data_class.value, key)
    return [] if value is None else [Bound(cite=key_path(path), value=value)]


def _frameworks(section: ComplianceConfig, here: Applied) -> Iterator[Problem]:
    """Problems of extra frameworks: unknown, listed twice, or already the residency's."""
    always = here.law.residencies[here.residency].frameworks if here.residency is not None else ()
    for index, id in enumerate(section.extra_frameworks):
        path = (SECTION, "extra_frameworks", index)
        if id not in here.law.frameworks:
            message = "unknown framework"
            yield Problem(path=path, given=id, message=message, allowed=", ".join(here.law.frameworks))
        elif id in always:
            yield Problem(path=path, given=id, message=f"applies already, by the residency {here.residency}; remove it")
        elif id in section.extra_frameworks[:index]:
            yield Problem(path=path, given=id, message="is listed already; remove one")


def _laws_conflict(here: Applied) -> Iterator[Problem]:
    """Problems of laws that keep the same data in places without a common country."""
    clashes: dict[tuple[str, str], list[str]] = {}
    for data_class in DataClass:
        pair = _apart([*here.narrowings(data_class), *_denials(here)]) if here.narrowings(data_class) else None
        if pair is not None:
            clashes.setdefault((pair[0].cite, pair[1].cite), []).append(data_class.value)
    for (one, other), classes in clashes.items():
        message = f"conflict: {one} and {other} leave no country for {', '.join(classes)}; run a stack for each law"
        yield Problem(path=(SECTION, "extra_frameworks"), given=list(here.frameworks), message=message)


def _apart(narrowings: Sequence[Narrowing]) -> tuple[Narrowing, Narrowing] | None:
    """Two perimeters without a common country; if only all together have none, the first and the last."""
    for one, other in combinations(narrowings, 2):
        if not one.countries & other.countries:
            return one, other
    together = frozenset.intersection(*(each.countries for each in narrowings))
    return None if together else (narrowings[0], narrowings[-1])


def _denials(here: Applied) -> list[Narrowing]:
    denied = here.denied()
    everywhere = frozenset(here.law.countries.codes)
    cites = dict.fromkeys(denied.values())
    return [Narrowing(cite=cite, countries=everywhere - denied.keys(), bases=frozenset()) for cite in cites]


def _perimeters(section: ComplianceConfig, here: Applied) -> Iterator[Problem]:
    """Problems of a perimeter: unknown places, and places outside the law's."""
    for data_class in DataClass:
        for index, name in enumerate(section.perimeter.of(data_class)):
            path = (SECTION, "perimeter", data_class.value, index)
            if not here.law.knows_place(name):
                allowed = f"{', '.join(here.law.jurisdictions)}, or a country's ISO 3166-1 code"
                message = "unknown country or jurisdiction"
                yield Problem(path=path, given=name, message=message, allowed=allowed)
                continue
            yield from _outside(path, name, here, data_class)


def _outside(path: Path, name: str, here: Applied, data_class: DataClass) -> Iterator[Problem]:
    countries = here.law.places((name,))
    for narrowing in here.narrowings(data_class):
        if not countries <= narrowing.countries:
            message = f"is outside of where {narrowing.cite} keeps {data_class}; a perimeter only narrows, so remove it"
            yield Problem(path=path, given=name, message=message, allowed=", ".join(sorted(narrowing.countries)))
            return
    denied = here.denied()
    for country in sorted(countries & denied.keys()):
        yield Problem(path=path, given=name, message=f"is denied by {denied[country]}; remove it")


def _retention(section: ComplianceConfig, here: Applied, data_class: DataClass) -> Iterator[Problem]:
    """Problems of a retention: shorter than the law asks, longer than it allows, or no number of days left."""
    own, path = section.retention.of(data_class), (SECTION, "retention", data_class.value)
    low, high = highest(here.least(data_class)), lowest(here.most(data_class))
    if own.min_days is not None and own.max_days is not None and own.min_days > own.max_days:
        yield Problem(
            path=(*path, "min_days"),
            given=own.min_days,
            message="is more than max_days",
            allowed=f"1 to {own.max_days}",
        )
    elif own.min_days is not None and low is not None and own.min_days < low.value:
        message = f"is less than {low.cite} asks; an interval only narrows"
        yield Problem(path=(*path, "min_days"), given=own.min_days, message=message, allowed=f"{low.value} or more")
    elif own.max_days is not None and high is not None and own.max_days > high.value:
        message = f"is more than {high.cite} allows; an interval only narrows"
        yield Problem(path=(*path, "max_days"), given=own.max_days, message=message, allowed=f"at most {high.value}")
    else:
        yield from _empty(section, here, data_class)


def _empty(section: ComplianceConfig, here: Applied, data_class: DataClass) -> Iterator[Problem]:
    low, high = highest(least(section, here, data_class)), lowest(most(section, here, data_class))
    if low is not None and high is not None and low.value > high.value:
        message = (
            f"leaves no number of days: {low.cite} asks for {low.value} at least, and {high.cite} allows "
            f"{high.value} at most; change one of them, or keep the data in another stack"
        )
        yield Problem(path=(SECTION, "retention", data_class.value), message=message)


def highest(bounds: Sequence[Bound]) -> Bound | None:
    """The highest of several minima: all are kept with it."""
    return max(bounds, key=lambda bound: bound.value, default=None)


def lowest(bounds: Sequence[Bound]) -> Bound | None:
    """The lowest of several maxima: all are kept with it."""
    return min(bounds, key=lambda bound: bound.value, default=None)


def _custody(section: ComplianceConfig, here: Applied) -> Iterator[Problem]:
    """Problems of a key custody that is weaker than the law asks."""
    asked = here.custody()
    if section.key_custody is not None and STRICTNESS.index(section.key_custody) < STRICTNESS.index(asked.level):
        allowed = ", ".join(STRICTNESS[STRICTNESS.index(asked.level) :])
        message = f"is weaker than {asked.cite} asks"
        yield Problem(path=(SECTION, "key_custody"), given=section.key_custody, message=message, allowed=allowed)


def _operators(section: ComplianceConfig, law: Law) -> Iterator[Problem]:
    for index, country in enumerate(section.operator_countries):
        if country not in law.countries.codes:
            message = "unknown country"
            path = (SECTION, "operator_countries", index)
            yield Problem(path=path, given=country, message=message, allowed="ISO 3166-1 codes, such as DE")


def _staleness(section: ComplianceConfig) -> Iterator[Problem]:
    ages = section.staleness
    if ages.warn_days > ages.fail_days:
        path = (SECTION, "staleness", "warn_days")
        yield Problem(
            path=path, given=ages.warn_days, message="is more than fail_days", allowed=f"1 to {ages.fail_days}"
        )


def _days(section: ComplianceConfig) -> Iterator[Problem]:
    """Problems of dates that are not in the calendar."""
    days: list[tuple[Path, str | None]] = [
        *(((SECTION, "transfers", index, "expires"), each.expires) for index, each in enumerate(section.transfers)),
        *(((SECTION, "waivers", index, "expires"), each.expires) for index, each in enumerate(section.waivers)),
    ]
    for path, day in days:
        try:
            date.fromisoformat(day or "2000-01-01")
        except ValueError:
            yield Problem(path=path, given=day, message="is no day of the calendar", allowed="such as 2027-06-30")


def _controls(section: ComplianceConfig, law: Law) -> Iterator[Problem]:
    """Problems of waivers of unknown controls."""
    for index, waiver in enumerate(section.waivers):
        if waiver.control not in law.controls:
            family = waiver.control.partition("-")[0]
            near = [control for control in law.controls if control.startswith(f"{family}-")]
            message = "is no control of the catalogue"
            path = (SECTION, "waivers", index, "control")
            yield Problem(path=path, given=waiver.control, message=message, allowed=", ".join(near or law.controls))
