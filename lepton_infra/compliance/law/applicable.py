"""Frameworks that apply to a stack and the requirements of each, before ``merging``.

Every entry keeps the article that it comes from, so that a conflict names both laws.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lepton_infra.compliance.facts import Encryption
from lepton_infra.compliance.facts.data_class import DataClass
from lepton_infra.compliance.law.law import BASELINE, Framework, Law
from lepton_infra.compliance.law.obligations import Basis
from lepton_infra.compliance.law.section import ComplianceConfig

STRICTNESS = tuple(Encryption)
"""Levels of key custody, from the weakest."""


@dataclass(frozen=True, kw_only=True)
class Narrowing:
    """Perimeter of a data class in one law: the ``countries``, the article, and the bases of transfers out of them."""

    cite: str
    countries: frozenset[str]
    bases: frozenset[Basis]


@dataclass(frozen=True, kw_only=True)
class Bound:
    """A number of days, and the article that asks for it."""

    cite: str
    value: int


@dataclass(frozen=True, kw_only=True)
class Held:
    """Minimum key custody, and the article that asks for it."""

    cite: str
    level: Encryption


@dataclass(frozen=True, kw_only=True)
class Applied:
    """The law of a place: its residency, if there is one, and the frameworks that apply, by id."""

    law: Law
    residency: str | None
    frameworks: dict[str, Framework]

    def everything(self) -> Iterator[tuple[str, Framework]]:
        """The baseline, and then the frameworks, by id."""
        yield BASELINE, self.law.baseline
        yield from self.frameworks.items()

    def narrowings(self, data_class: DataClass) -> list[Narrowing]:
        """Perimeters of a data class: those of the frameworks, and last the residency's."""
        found = []
        for id, framework in self.everything():
            within = framework.perimeter.get(data_class)
            if within is not None:
                countries = self.law.places(within.places)
                cite = f"{id} {within.article}"
                found.append(Narrowing(cite=cite, countries=countries, bases=frozenset(framework.bases)))
        if self.residency is not None and data_class in self.law.stays:
            stays = self.law.places(self.law.residencies[self.residency].stays_in)
            found.append(Narrowing(cite=f"residency {self.residency}", countries=stays, bases=frozenset(Basis)))
        return found

    def least(self, data_class: DataClass) -> list[Bound]:
        """Minimum retention of a data class, by framework."""
        return [
            Bound(cite=f"{id} {kept.article}", value=kept.least)
            for id, framework in self.everything()
            if (kept := framework.retention.get(data_class)) is not None and kept.least is not None
        ]

    def most(self, data_class: DataClass) -> list[Bound]:
        """Maximum retention of a data class, by framework."""
        return [
            Bound(cite=f"{id} {kept.article}", value=kept.most)
            for id, framework in self.everything()
            if (kept := framework.retention.get(data_class)) is not None and kept.most is not None
        ]

    def rotation(self) -> Bound:
        """Key rotation period: the shortest that a framework asks for."""
        bounds = [
            Bound(cite=f"{id} {framework.rotation.article}", value=framework.rotation.days)
            for id, framework in self.everything()
            if framework.rotation is not None
        ]
        return min(bounds, key=lambda bound: bound.value)

    def custody(self) -> Held:
        """Minimum key custody: the strictest; of equal ones, the place's own law rather than the baseline."""
        asked = [
            Held(cite=f"{id} {framework.key_custody.article}", level=framework.key_custody.level)
            for id, framework in self.everything()
            if framework.key_custody is not None
        ]
        return max(reversed(asked), key=lambda held: STRICTNESS.index(held.level))

    def minimum_tls(self) -> str:
        """Minimum TLS version: the highest that a framework asks for."""
        versions = [framework.minimum_tls.version for _, framework in self.everything() if framework.minimum_tls]
        return max(versions)

    def denied(self) -> dict[str, str]:
        """Denied countries, each with the article that denies it."""
        return {
            country: f"{id} {framework.denied.article}"
            for id, framework in self.everything()
            if framework.denied is not None
            for country in framework.denied.countries
        }

    def entries(self, section: ComplianceConfig) -> frozenset[str]:
        """Paths of the dated entries that this law, and the section beside it, rest on."""
        residency = self.law.residencies[self.residency] if self.residency is not None else None
        names = [name for data_class in DataClass for name in section.perimeter.of(data_class)]
        names += [*residency.stands_in, *residency.stays_in] if residency is not None else []
        names += [name for _, each in self.everything() for kept in each.perimeter.values() for name in kept.places]
        jurisdictions = [self.law.jurisdictions[name].includes for name in names if name in self.law.jurisdictions]
        names += [name for included in jurisdictions for name in included]
        return frozenset(
            {
                "countries",
                BASELINE,
                *(f"frameworks.{id}" for id in self.frameworks),
                *(f"jurisdictions.{name}" for name in names),
                *([f"residencies.{self.residency}"] if residency is not None else []),
            }
        )


def applied(section: ComplianceConfig, residency: str | None, law: Law) -> Applied:
    """Frameworks that apply: the residency's, and those that the section adds.

    An unknown id is left out; ``narrowing.problems`` reports it.
    """
    always = law.residencies[residency].frameworks if residency is not None else ()
    ids = dict.fromkeys((*always, *section.extra_frameworks))
    return Applied(
        law=law, residency=residency, frameworks={id: law.frameworks[id] for id in ids if id in law.frameworks}
    )
