"""The law as dated data: what ``law.yaml`` says, typed, and how old it is.

Nothing here decides anything. ``merging`` makes of it what one stack must keep.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import AfterValidator, BeforeValidator, Field

from lepton_infra.compliance.facts import Encryption
from lepton_infra.compliance.facts.data_class import DataClass
from lepton_infra.compliance.law.obligations import Basis
from lepton_infra.fields import Strict, text

FILE = Path(__file__).with_name("law.yaml")

WARN_DAYS = 90
"""Age at which an entry is told, where the stack says nothing."""

FAIL_DAYS = 180
"""Age at which an entry refuses a stack, where the stack says nothing."""

BASELINE = "baseline"
"""The name under which what is always kept is cited."""


def _joined(value: Any) -> Any:
    """A list that a file breaks into lines, as one."""
    if isinstance(value, list) and all(isinstance(line, list) for line in value):
        return [item for line in value for item in line]
    return value


def _each_once(values: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(values)) != len(values):
        raise ValueError("a value is there twice")
    return values


Country = Annotated[str, text(r"^[A-Z]{2}$", "an ISO 3166-1 code in two capitals, such as DE")]
Joined = Annotated[tuple[str, ...], BeforeValidator(_joined), AfterValidator(_each_once)]
Days = Annotated[int, Field(strict=True, ge=1)]


class Dated(Strict):
    """A fact, where it was read and when. ``third_party``: on a page about the law, not in the law."""

    source: Annotated[str, Field(min_length=1)]
    verified_on: date
    third_party: bool = False


class Countries(Dated):
    """All countries, by ISO 3166-1 code."""

    codes: Joined


class Jurisdiction(Dated):
    """A name for countries. ``includes`` are other names."""

    includes: tuple[str, ...] = ()
    countries: tuple[Country, ...] = ()


class Adequacy(Dated):
    """A country that the Commission finds adequate, by ``basis``, for those in ``scope``, ``until`` a day."""

    basis: Basis = Basis.ADEQUACY
    scope: str
    since: date | None = None
    until: date | None = None


class Cited(Strict):
    """Something that an article asks for."""

    article: str


class Within(Cited):
    """Places in which a class of data stays: names and codes."""

    places: tuple[str, ...]


class Kept(Cited):
    """Retention of a class of data, in days."""

    least: Days | None = None
    most: Days | None = None


class Rotation(Cited):
    """The most days between two rotations of a key."""

    days: Days


class Tls(Cited):
    """The lowest version of TLS."""

    version: Annotated[str, text(r"^1\.[2-9]$", "a version of TLS in quotes, such as 1.2")]


class Custody(Cited):
    """Minimum owner of encryption keys."""

    level: Encryption


class Clock(Cited):
    """Hours until an incident is reported."""

    hours: Annotated[int, Field(strict=True, ge=1)]


class Denied(Cited):
    """Countries that may not get at the data."""

    countries: tuple[Country, ...]


class Framework(Dated):
    """A law or a standard, as far as it is about infrastructure.

    ``articles`` are those that may be cited, with what each is about. ``perimeter`` has no entry for a class that may
    be anywhere; ``bases`` are what lets a class out of it all the same, none of them where nothing does. ``clock`` and
    ``contacts`` (by role) are about incidents. ``optional`` frameworks belong to no residency.
    """

    title: str
    articles: Annotated[Mapping[str, str], Field(min_length=1)]
    applies_from: date | None = None
    optional: bool = False
    perimeter: Mapping[DataClass, Within] = {}
    bases: tuple[Basis, ...] = ()
    retention: Mapping[DataClass, Kept] = {}
    rotation: Rotation | None = None
    minimum_tls: Tls | None = None
    key_custody: Custody | None = None
    clock: Clock | None = None
    contacts: Mapping[str, str] = {}
    denied: Denied | None = None

    def cited(self) -> Iterator[str]:
        """The articles that its own entries rest on."""
        single = (self.rotation, self.minimum_tls, self.key_custody, self.clock, self.denied)
        for entry in (*self.perimeter.values(), *self.retention.values(), *single):
            if entry is not None:
                yield entry.article
        yield from self.contacts.values()

    def has(self, article: str) -> bool:
        """True if an article is listed, or one that it is part of, or a part of it: 32 covers 32(1)(a)."""
        return any(_within(article, listed) or _within(listed, article) for listed in self.articles)


class ResidencyLaw(Dated):
    """Requirements of a residency: locations of a region, locations of its data, frameworks that always apply."""

    stands_in: tuple[str, ...]
    stays_in: tuple[str, ...]
    frameworks: tuple[str, ...]


class Law(Strict):
    """All of ``law.yaml``."""

    countries: Countries
    jurisdictions: Mapping[str, Jurisdiction]
    adequacy: Mapping[Country, Adequacy]
    baseline: Framework
    frameworks: Mapping[str, Framework]
    residencies: Mapping[str, ResidencyLaw]
    stays: tuple[DataClass, ...]
    controls: Joined

    def places(self, names: tuple[str, ...]) -> frozenset[str]:
        """The countries that names of jurisdictions and codes of countries stand for.

        Raises:
            KeyError: for a name that is neither.
        """
        found: set[str] = set()
        for name in names:
            jurisdiction = self.jurisdictions.get(name)
            if jurisdiction is not None:
                found |= {*jurisdiction.countries, *self.places(jurisdiction.includes)}
            elif name in self.countries.codes:
                found.add(name)
            else:
                raise KeyError(name)
        return frozenset(found)

    def knows_place(self, name: str) -> bool:
        """True if a name is that of a jurisdiction or a country's code."""
        return name in self.jurisdictions or name in self.countries.codes

    def cites(self, reference: str) -> bool:
        """True if ``framework article`` (``gdpr 32(1)(a)``) exists in the law data."""
        id, _, article = reference.partition(" ")
        framework = self.baseline if id == BASELINE else self.frameworks.get(id)
        return framework is not None and framework.has(article)

    def entries(self) -> Iterator[tuple[str, Dated]]:
        """Every dated entry, by its path in the file."""
        yield "countries", self.countries
        yield BASELINE, self.baseline
        groups: Mapping[str, Mapping[str, Dated]] = {
            "jurisdictions": self.jurisdictions,
            "adequacy": self.adequacy,
            "frameworks": self.frameworks,
            "residencies": self.residencies,
        }
        for group, dated in groups.items():
            yield from ((f"{group}.{key}", entry) for key, entry in dated.items())


@dataclass(frozen=True, kw_only=True)
class Stale:
    """An entry that was last read long ago. ``refused`` is whether it is too old to build on."""

    entry: str
    verified_on: date
    days: int
    refused: bool
    source: str


def stale(law: Law, today: date, warn_days: int = WARN_DAYS, fail_days: int = FAIL_DAYS) -> list[Stale]:
    """The entries older than ``warn_days``, in the order of the file.

    One that is dated after tomorrow was not read on that day, and is refused; a day is what time zones differ by.
    """
    return list(aged(law.entries(), today, warn_days, fail_days))


def aged(entries: Iterator[tuple[str, Dated]], today: date, warn_days: int, fail_days: int) -> Iterator[Stale]:
    """Entries that were verified more than ``warn_days`` ago."""
    for path, entry in entries:
        days = (today - entry.verified_on).days
        refused = days > fail_days or days < -1
        if days > warn_days or refused:
            yield Stale(entry=path, verified_on=entry.verified_on, days=days, refused=refused, source=entry.source)


@cache
def load() -> Law:
    """The law as this version of the library has it. The file is read once."""
    return Law.model_validate(yaml.safe_load(FILE.read_text(encoding="utf-8")))


def _within(part: str, whole: str) -> bool:
    return part == whole or (part.startswith(whole) and part[len(whole)] in "(.")
