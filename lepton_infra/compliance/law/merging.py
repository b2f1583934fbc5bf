"""Merge of the law of a place with a stack's own section: perimeters intersect, bounds tighten, nothing loosens."""

from __future__ import annotations

from datetime import date

from lepton_infra.compliance.facts import Encryption
from lepton_infra.compliance.facts.data_class import DataClass
from lepton_infra.compliance.law import narrowing
from lepton_infra.compliance.law.applicable import STRICTNESS, Applied, Bound
from lepton_infra.compliance.law.obligations import Interval, Obligations, Perimeter, Transfer, Waiver
from lepton_infra.compliance.law.section import ComplianceConfig, TransferSettings, WaiverSettings
from lepton_infra.errors import ConfigError


def obligations(
    section: ComplianceConfig,
    here: Applied,
    *,
    today: date,
    home: str | None = None,
    home_country: str | None = None,
    rotation_days: int | None = None,
    teardown: bool = False,
) -> Obligations:
    """Obligations of a stack: by the law of its residency, the frameworks that its section adds, and the section.

    A program that is not ours is audited with a section of frameworks alone. ``rotation_days`` is what the stack sets
    for its keys. Duties that begin to bind later than ``today`` are in.

    Raises:
        ConfigError: if law conflicts with law, or the section asks for less than the law does.
    """
    found = narrowing.problems(section, here)
    if found:
        raise ConfigError(found)
    rotation = here.rotation().value
    return Obligations(
        frameworks=tuple(here.frameworks),
        perimeters={each: _perimeter(section, here, each) for each in DataClass},
        retention=_retention(section, here),
        rotation_days=rotation if rotation_days is None else min(rotation, rotation_days),
        key_custody=_custody(section, here),
        minimum_tls=here.minimum_tls(),
        denied_countries=frozenset(here.denied()),
        home=home,
        home_country=home_country,
        clocks={id: entry.clock.hours for id, entry in here.everything() if entry.clock is not None},
        contacts=section.contacts.named(),
        operator_countries=frozenset(section.operator_countries),
        transfers=tuple(map(_transfer, section.transfers)),
        waivers=tuple(map(_waiver, section.waivers)),
        locked_stores=frozenset(section.locked_stores),
        break_glass_minutes=section.break_glass_minutes,
        time_servers=section.time_servers,
        teardown=teardown,
        today=today,
        contact_roles=_roles(here),
    )


def _perimeter(section: ComplianceConfig, here: Applied, data_class: DataClass) -> Perimeter:
    narrowings = narrowing.narrowings(section, here, data_class)
    if not narrowings:
        return Perimeter(countries=None, because=())
    countries = frozenset.intersection(*(each.countries for each in narrowings)) - here.denied().keys()
    return Perimeter(countries=countries, because=tuple(each.cite for each in narrowings))


def _retention(section: ComplianceConfig, here: Applied) -> dict[DataClass, Interval]:
    return {
        each: _interval(narrowing.least(section, here, each), narrowing.most(section, here, each)) for each in DataClass
    }


def _interval(least: list[Bound], most: list[Bound]) -> Interval:
    low = max((bound.value for bound in least), default=None)
    high = min((bound.value for bound in most), default=None)
    return Interval(
        least=low,
        most=high,
        least_because=tuple(bound.cite for bound in least if bound.value == low),
        most_because=tuple(bound.cite for bound in most if bound.value == high),
    )


def _custody(section: ComplianceConfig, here: Applied) -> Encryption:
    asked = here.custody().level
    return max(asked, section.key_custody or asked, key=STRICTNESS.index)


def _roles(here: Applied) -> dict[str, str]:
    return {role: f"{id} {article}" for id, each in here.everything() for role, article in each.contacts.items()}


def _transfer(transfer: TransferSettings) -> Transfer:
    return Transfer(
        cloud=transfer.cloud,
        to=transfer.to,
        classes=frozenset(transfer.classes),
        basis=transfer.basis,
        purpose=transfer.purpose,
        document=transfer.document,
        fallback=transfer.fallback,
        expires=date.fromisoformat(transfer.expires) if transfer.expires else None,
    )


def _waiver(waiver: WaiverSettings) -> Waiver:
    return Waiver(
        control=waiver.control,
        resource=waiver.resource,
        reason=waiver.reason,
        expires=date.fromisoformat(waiver.expires),
    )
