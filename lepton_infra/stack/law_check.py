"""Checks that depend on the date: transfer bases, waiver expiry, age of the legal data.

Apart from ``config.rules``, which know no day: a region that was valid does not stop being one, but may no longer be
built on. Whoever reads a stack file asks here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from lepton_infra import clouds
from lepton_infra.compliance.law import law as dated
from lepton_infra.compliance.law import merging, transfers
from lepton_infra.compliance.law.applicable import Applied, applied
from lepton_infra.compliance.law.law import Law, Stale
from lepton_infra.compliance.law.obligations import Obligations
from lepton_infra.config.region import RegionConfig
from lepton_infra.errors import ConfigError, Problem

REMEDY = "read their sources again, and update the library's data"


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Obligations of a region on a day, and the legal data under them that is due for review."""

    obligations: Obligations
    aging: tuple[Stale, ...]

    def warning(self) -> str | None:
        """Warning that legal data is due for review; None if it is not."""
        if not self.aging:
            return None
        oldest = max(self.aging, key=lambda entry: entry.days)
        return f"rests on facts read up to {oldest.days} days ago: {_named(self.aging)}; {REMEDY}"


def judge(region: RegionConfig[Any], today: date, law: Law | None = None) -> Verdict:
    """Obligations of a region on a day. ``law`` is this library's unless another is given.

    Raises:
        ConfigError: with everything that does not hold on that day.
    """
    here = applied(region.compliance, region.residency, dated.load() if law is None else law)
    old = list(_stale(region, here, today))
    kept = _obligations(region, here, today)
    found = [
        *transfers.problems(region.compliance, here, clouds.geography(), clouds.names(), today),
        *_waivers(region, today),
        *_too_old([entry for entry in old if entry.refused], region),
    ]
    if found:
        raise ConfigError(found)
    return Verdict(obligations=kept, aging=tuple(old))


def obligations(region: RegionConfig[Any], today: date) -> Obligations:
    """Obligations of a region, by the law of this library."""
    return _obligations(region, applied(region.compliance, region.residency, dated.load()), today)


def _obligations(region: RegionConfig[Any], here: Applied, today: date) -> Obligations:
    home = region.cloud.home()
    countries = home.countries if home is not None and home.countries is not None else frozenset()
    found = merging.obligations(
        region.compliance,
        here,
        today=today,
        home=home.location if home is not None else None,
        home_country=next(iter(countries)) if len(countries) == 1 else None,
        rotation_days=region.encryption.rotation_days,
        teardown=region.teardown,
    )
    return replace(found, waivers=(*found.waivers, *clouds.waivers(region)))


def _waivers(region: RegionConfig[Any], today: date) -> Iterator[Problem]:
    """A waiver has an end, and after it the control counts again."""
    for index, waiver in enumerate(region.compliance.waivers):
        if date.fromisoformat(waiver.expires) < today:
            path = ("compliance", "waivers", index, "expires")
            message = (
                f"is over: the waiver of {waiver.control} has run out; keep the control, or decide anew until when"
            )
            yield Problem(path=path, given=waiver.expires, message=message, allowed=f"{today} or later")


def _stale(region: RegionConfig[Any], here: Applied, today: date) -> Iterator[Stale]:
    """Of the dated facts, those that this region rests on and that are old."""
    ages, used = region.compliance.staleness, set(_used(region, here))
    entries = [*here.law.entries(), *((f"locations.{name}", file) for name, file in clouds.locations().items())]
    mine = ((path, entry) for path, entry in entries if path in used)
    return dated.aged(mine, today, ages.warn_days, ages.fail_days)


def _used(region: RegionConfig[Any], here: Applied) -> Iterator[str]:
    yield from here.entries(region.compliance)
    yield f"locations.{region.cloud.name}"
    for transfer in region.compliance.transfers:
        yield f"locations.{transfer.cloud}"
        countries = clouds.geography().of(transfer.cloud, transfer.to) or frozenset()
        if transfer.basis in transfers.BY_DECISION:
            yield from (f"adequacy.{country}" for country in countries)


def _too_old(old: Sequence[Stale], region: RegionConfig[Any]) -> Iterator[Problem]:
    """All that is too old in one problem: they are read again together."""
    if old:
        oldest = max(old, key=lambda entry: entry.days)
        message = f"rests on facts that were last read too long ago: {_named(old)}; {REMEDY}"
        allowed = f"at most {region.compliance.staleness.fail_days} days ago, as staleness.fail_days says"
        yield Problem(path=("compliance",), given=str(oldest.verified_on), message=message, allowed=allowed)


def _named(entries: Sequence[Stale]) -> str:
    return ", ".join(entry.entry for entry in entries)
