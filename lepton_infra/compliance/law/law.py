"""Schema and loader of ``law.yaml``: frameworks, jurisdictions, adequacy decisions and residencies, as dated data.

Nothing here decides anything. ``merging`` turns it into one stack's obligations.
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
"""Age in days at which an entry is a warning, where the stack says nothing."""

FAIL_DAYS = 180
"""Age in days at which an entry refuses a stack, where the stack says nothing."""

BASELINE = "baseline"
"""Id under which the baseline is cited: the requirements that every stack keeps."""


def _joined(value: Any) -> Any:
    """One list of the lists into which a file breaks a long one."""
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
    """A fact with its source and the day it was read. ``third_party``: on a page about the law, not in the law."""

    source: Annotated[str, Field(min_length=1)]
    verified_on: date
    third_party: bool = False


class Countries(Dated):
    """ISO 3166-1 codes of all countries."""

    codes: Joined


class Jurisdiction(Dated):
    """A named group of countries, such as the EEA. ``includes`` are other groups."""

    includes: tuple[str, ...] = ()
    countries: tuple[Country, ...] = ()


class Adequacy(Dated):
    """An adequacy decision of the Commission for a country, by ``basis``, for those in ``scope``, ``until`` a day."""

    basis: Basis = Basis.ADEQUACY
    scope: str
    since: date | None = None
    until: date | None = None


class Cited(Strict):
    """A requirement of an article."""

    article: str


class Within(Cited):
    """Places in which a class of data stays: jurisdictions and country codes."""

    places: tuple[str, ...]


class Kept(Cited):
    """Retention of a class of data in days."""

    least: Days | None = None
    most: Days | None = None


class Rotation(Cited):
    """Key rotation period: the most days between two rotations."""

    days: Days


class Tls(Cited):
    """Minimum TLS version."""

    version: Annotated[str, text(r"^1\.[2-9]$", "a version of TLS in quotes, such as 1.2")]


class Custody(Cited):
    """Minimum key custody."""

    level: Encryption


class Clock(Cited):
    """Deadline for the notification of an incident, in hours."""

    hours: Annotated[int, Field(strict=True, ge=1)]


class Denied(Cited):
    """Denied countries: they may not get at the data."""

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
        """Articles that its own entries rest on."""
        single = (self.rotation, self.minimum_tls, self.key_custody, self.clock, self.denied)
        for entry in (*self.perimeter.values(), *self.retention.values(), *single):
            if entry is not None:
                yield entry.article
        yield from self.contacts.values()

    def has(self, article: str) -> bool:
        """True if an article is listed, or one that it is part of, or a part of it: 32 covers 32(1)(a)."""
        return any(_within(article, listed) or _within(listed, article) for listed in self.articles)


class ResidencyLaw(Dated):
    """Law of a residency: places of a region, places in which its data stay, and frameworks that always apply."""

    stands_in: tuple[str, ...]
    stays_in: tuple[str, ...]
    frameworks: tuple[str, ...]


class Law(Strict):
    """Content of ``law.yaml``."""

    countries: Countries
    jurisdictions: Mapping[str, Jurisdiction]
    adequacy: Mapping[Country, Adequacy]
    baseline: Framework
    frameworks: Mapping[str, Framework]
    residencies: Mapping[str, ResidencyLaw]
    stays: tuple[DataClass, ...]
    controls: Joined

    def places(self, names: tuple[str, ...]) -> frozenset[str]:
        """Countries of jurisdictions' names and country codes.

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
        """True if a name is a jurisdiction's or a country's code."""
        return name in self.jurisdictions or name in self.countries.codes

    def cites(self, reference: str) -> bool:
        """True if ``framework article`` (``gdpr 32(1)(a)``) is an article of the data."""
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
    """An outdated entry. ``refused`` is whether it is too old to build on."""

    entry: str
    verified_on: date
    days: int
    refused: bool
    source: str


def stale(law: Law, today: date, warn_days: int = WARN_DAYS, fail_days: int = FAIL_DAYS) -> list[Stale]:
    """Outdated entries, older than ``warn_days``, in the order of the file.

    One that is dated after tomorrow was not read on that day, and is refused; a day is what time zones differ by.
    """
    return list(aged(law.entries(), today, warn_days, fail_days))


def aged(entries: Iterator[tuple[str, Dated]], today: date, warn_days: int, fail_days: int) -> Iterator[Stale]:
    """Outdated entries among ``entries``: older than ``warn_days``, or of a future day."""
    for path, entry in entries:
        days = (today - entry.verified_on).days
        refused = days > fail_days or days < -1
        if days > warn_days or refused:
            yield Stale(entry=path, verified_on=entry.verified_on, days=days, refused=refused, source=entry.source)


@cache
def load() -> Law:
    """Content of ``law.yaml`` as this version of the library has it. The file is read once."""
    return Law.model_validate(yaml.safe_load(FILE.read_text(encoding="utf-8")))


def _within(part: str, whole: str) -> bool:
    return part == whole or (part.startswith(whole) and part[len(whole)] in "(.")
