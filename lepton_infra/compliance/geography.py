"""Which countries a cloud's locations are in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Geography:
    """``countries`` gives the ISO 3166-1 codes of each location's countries, by cloud and the cloud's own code.

    A location of several countries (a multi-region) has all of them. What runs everywhere is in no entry.
    """

    countries: Mapping[str, Mapping[str, frozenset[str]]]

    def of(self, cloud: str, location: str) -> frozenset[str] | None:
        """The countries of a location; None if it is not known, which a rule must not let pass."""
        return self.countries.get(cloud, {}).get(location)
