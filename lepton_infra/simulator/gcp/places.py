"""Projects, regions and zones: where a provider's calls land."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final

from lepton_infra.simulator.behaviour import Failure, Properties, Scope, Unknown
from lepton_infra.simulator.determinism import digest
from lepton_infra.simulator.gcp.discovery import regions

# Zone letters by region, where they are not a, b and c ("Regions and zones", Compute Engine documentation).
_LETTERS: Final[Mapping[str, str]] = {"us-central1": "abcf", "us-east1": "bcd", "europe-west1": "bcd"}
_PROJECT: Final = re.compile(r"(?:[a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]")
_ZONE: Final = re.compile(r"(?P<region>[a-z]+-[a-z]+\d+)-(?:[a-z]|ai\d[a-z])")
_NUMBER_DIGITS: Final = 12


@dataclass(frozen=True, kw_only=True)
class Place:
    """A project and a region; ``zone`` is the provider's own, if it names one."""

    project: str
    region: str
    zone: str = ""

    @property
    def number(self) -> str:
        """The project's number. Google draws it; here it follows from the project's id."""
        digits = str(int(digest(self.project), 16))
        return f"1{digits[: _NUMBER_DIGITS - 1]}"


def zones(region: str) -> Sequence[str]:
    """The zones of a region: ``asia-south1-a`` …"""
    return [f"{region}-{letter}" for letter in _LETTERS.get(region, "abc")]


def region_of(location: str) -> str | None:
    """The region that a location is or lies in; None of a multi-region (``EU``) and of what is nowhere."""
    lowered = location.lower()
    if lowered in regions():
        return lowered
    zone = _ZONE.fullmatch(lowered)
    return zone["region"] if zone and zone["region"] in regions() else None


def place_of(scope: Scope) -> Place:
    """The place that a scope's key names; all is empty while the provider's configuration is not known."""
    _, _, rest = scope.key.partition(":")
    # A domain-scoped project (``example.com:app``) has a colon of its own.
    project, _, region = rest.rpartition(":")
    zone = scope.config.get("zone")
    return Place(project=project, region=region if project else "", zone=zone if isinstance(zone, str) else "")


def scope_key(config: Properties) -> str:
    """``gcp:<project>:<region>`` of a provider."""
    texts = [value if isinstance(value, str) else "" for value in (config.get("project"), config.get("region"))]
    return f"gcp:{texts[0]}:{texts[1]}"


def configure(config: Properties) -> list[Failure]:
    """Failures of a provider's own inputs: project, region and zone.

    Stricter than the real provider on purpose: without a region of its own every resource would have to name one.
    """
    project, region, zone = (config.get(name) for name in ("project", "region", "zone"))
    failures = [*_project_failures(project), *_region_failures(region)]
    if isinstance(zone, str) and isinstance(region, str) and region in regions() and zone not in zones(region):
        reason = f'"{zone}" is no zone of {region}; allowed: {", ".join(zones(region))}'
        failures.append(Failure(path="zone", reason=reason))
    return failures


def _project_failures(project: Any) -> list[Failure]:
    if isinstance(project, Unknown) or (isinstance(project, str) and _PROJECT.fullmatch(project)):
        return []
    if not project:
        return [Failure(path="project", reason="Missing project configuration: set the provider's project")]
    reason = (
        f'"{project}" is no project id; allowed: 6 to 30 small letters, digits and hyphens, '
        "beginning with a letter and not ending with a hyphen"
    )
    return [Failure(path="project", reason=reason)]


def _region_failures(region: Any) -> list[Failure]:
    if isinstance(region, Unknown) or region in regions():
        return []
    if not region:
        reason = "Missing region configuration: set the provider's region, such as asia-south1"
        return [Failure(path="region", reason=reason)]
    near = get_close_matches(str(region), regions(), n=1, cutoff=0)
    return [Failure(path="region", reason=f'"{region}" is no region of Google Cloud; did you mean {near[0]}?')]
