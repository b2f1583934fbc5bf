"""Countries of the clouds' locations."""

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
        """The code of a location as it is known here: a zone's region, and any other without capitals and spaces."""
        code = plain(location)
        known = self.countries.get(cloud, {})
        return code if code in known else reduced(code, self.zones.get(cloud))

    def pair(self, cloud: str, location: str) -> str | None:
        """The region in which the cloud keeps redundant copies of a region's data; None if there is none."""
        return self.pairs.get(cloud, {}).get(plain(location))


def plain(location: str) -> str:
    """A code in small letters and without spaces."""
    return location.replace(" ", "").lower()


def reduced(code: str, zone: str | None) -> str:
    """The region of a zone, by what a zone adds to it; any other code as it is."""
    return re.sub(f"{zone}$", "", code) if zone else code
