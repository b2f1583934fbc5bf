"""Countries of cloud locations, by the clouds' own location codes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Geography:
    """``countries`` gives the ISO 3166-1 codes of each location's countries, by cloud and the cloud's own code.

    A location of several countries (a multi-region) has all of them. What runs everywhere is in no entry. ``zones``
    has, by cloud, what a zone adds to its region's code, as a pattern; ``pairs`` the region in which the cloud itself
    keeps redundant copies of another's data.
    """

    countries: Mapping[str, Mapping[str, frozenset[str]]]
    zones: Mapping[str, str] = field(default_factory=dict)
    pairs: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def of(self, cloud: str, location: str) -> frozenset[str] | None:
        """The countries of a location; None if it is not known, which a rule must not let pass.

        Clouds are not strict about how a code is written (``EU``, ``West Europe``), nor is this.
        """
        return self.countries.get(cloud, {}).get(self.region(cloud, location))

    def region(self, cloud: str, location: str) -> str:
        """Canonical code of a location: a zone's region, and any other without capitals and spaces."""
        code = plain(location)
        known = self.countries.get(cloud, {})
        return code if code in known else reduced(code, self.zones.get(cloud))

    def pair(self, cloud: str, location: str) -> str | None:
        """Paired region, in which the cloud keeps redundant copies of a region's data; None without one."""
        return self.pairs.get(cloud, {}).get(plain(location))


def plain(location: str) -> str:
    """A location code in lower case and without spaces."""
    return location.replace(" ", "").lower()


def reduced(code: str, zone: str | None) -> str:
    """Region of a zone, without the suffix that ``zone`` matches; any other code as it is."""
    return re.sub(f"{zone}$", "", code) if zone else code
