"""Rules between the law, the section ``compliance:`` and the rest of a region. None knows what day it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lepton_infra.compliance.facts.data_class import DataClass
from lepton_infra.compliance.law import law, narrowing
from lepton_infra.compliance.law.applicable import Bound
from lepton_infra.compliance.law.retention import at_least, at_most, within
from lepton_infra.config.rules.values import (
    ApplicableLaw,
    Cloud,
    Compliance,
    LogDays,
    NoncurrentVersionDays,
    RegionResidency,
    RotationDays,
)
from lepton_infra.errors import Problem


def section(section: Compliance, here: ApplicableLaw) -> Iterator[Problem]:
    """The section goes together with the law of the residency."""
    yield from narrowing.problems(section, here)


def stands_in_residency(residency: RegionResidency, cloud: Cloud) -> Iterator[Problem]:
    """The region's location is within its residency. Of a site its country counts, and no statement."""
    home = cloud.home()
    if home is None:
        return
    allowed = law.load().places(law.load().residencies[residency].stands_in)
    if home.countries is None:
        message = "is in no country that is known here; take another, or add it to the cloud's locations with a source"
        yield Problem(path=home.key, given=home.location, message=message)
    elif not home.countries <= allowed:
        where = ", ".join(sorted(home.countries))
        message = f"is outside the residency {residency}, for it is in {where}; choose another place"
        given = where if home.key[-1] == "country" else home.location
        yield Problem(path=home.key, given=given, message=message, allowed=", ".join(sorted(allowed)))


def perimeter_has_the_region(
    residency: RegionResidency, compliance: Compliance, cloud: Cloud, here: ApplicableLaw
) -> Iterator[Problem]:
    """The perimeter's countries include the region's. No problem is reported of a region outside its residency,
    or of a section that is."""
    home = cloud.home()
    if home is None or home.countries is None:
        return
    if next(stands_in_residency(residency, cloud), None) or next(section(compliance, here), None):
        return
    where = ", ".join(sorted(home.countries))
    outside: dict[str, list[DataClass]] = {}
    for data_class in DataClass:
        for kept_in in narrowing.narrowings(compliance, here, data_class):
            if not home.countries <= kept_in.countries:
                outside.setdefault(kept_in.cite, []).append(data_class)
    for cite, classes in outside.items():
        if cite.startswith(narrowing.SECTION):
            path: tuple[str | int, ...] = (narrowing.SECTION, "perimeter", classes[0].value)
            given = list(compliance.perimeter.of(classes[0]))
            yield Problem(path=path, given=given, message="lacks the country of the region itself", allowed=where)
        else:
            kept = f"{cite} keeps {', '.join(classes)} elsewhere"
            message = f"cannot be kept in {where}, for {kept}; drop the framework, or move the region"
            yield Problem(path=(narrowing.SECTION, "extra_frameworks"), given=list(here.frameworks), message=message)


def logs_are_kept(days: LogDays, cloud: Cloud, compliance: Compliance, here: ApplicableLaw) -> Iterator[Problem]:
    """Logs are kept as long as the law asks, no longer than the stack allows, and for days that the cloud offers."""
    offered = cloud.log_days_offered
    low = narrowing.highest(narrowing.least(compliance, here, DataClass.AUDIT_LOG))
    high = narrowing.lowest(narrowing.most(compliance, here, DataClass.AUDIT_LOG))
    if low is not None and high is not None and low.value > high.value:
        return
    possible = within(low.value if low else None, high.value if high else None, offered)
    allowed, kept = _days(possible), at_least(days, offered)
    if not possible:
        message = _not_offered(low, high, offered)
    elif low is not None and days < low.value:
        message = f"is shorter than {low.cite} asks"
    elif high is not None and days > high.value:
        message = f"is longer than {high.cite} allows"
    elif high is not None and kept is not None and kept > high.value:
        message = f"is kept as {kept} on this cloud, and that is longer than {high.cite} allows"
    else:
        return
    yield Problem(path=("retention", "log_days"), given=days, message=message, allowed=allowed)


def versions_are_erased(days: NoncurrentVersionDays, compliance: Compliance, here: ApplicableLaw) -> Iterator[Problem]:
    """Replaced and deleted objects are kept no longer than personal data may be."""
    bound = narrowing.lowest(narrowing.most(compliance, here, DataClass.PERSONAL))
    if bound is not None and days > bound.value:
        message = f"keeps deleted objects longer than {bound.cite} allows"
        path = ("storage", "noncurrent_version_days")
        yield Problem(path=path, given=days, message=message, allowed=f"at most {bound.value}")


def keys_rotate(days: RotationDays, here: ApplicableLaw) -> Iterator[Problem]:
    """Keys rotate as often as the law asks."""
    bound = here.rotation()
    if days > bound.value:
        path = ("encryption", "rotation_days")
        message = f"is slower than {bound.cite} asks"
        yield Problem(path=path, given=days, message=message, allowed=f"at most {bound.value}")


def _not_offered(low: Bound | None, high: Bound | None, offered: Sequence[int]) -> str:
    asked = [f"{low.cite} asks for {low.value} days or more"] if low else []
    asked += [f"{high.cite} allows {high.value} at most"] if high else []
    nearest = [low and at_most(low.value, offered), high and at_least(high.value, offered)]
    told = " and ".join(str(days) for days in nearest if days is not None)
    return (
        f"has no right value: {', '.join(asked)}, and the nearest that this cloud offers is {told}; change the bounds"
    )


def _days(possible: Sequence[int]) -> str:
    """The numbers of days that are possible, in words: at most six by name."""
    if len(possible) <= 6:
        return ", ".join(map(str, possible))
    steps = isinstance(possible, range)
    return f"{possible[0]} to {possible[-1]}" + ("" if steps else f", in steps: {', '.join(map(str, possible[:4]))} …")
