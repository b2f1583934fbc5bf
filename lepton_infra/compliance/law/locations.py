"""Schema and loader of ``locations.yaml``: the countries of one cloud's locations."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import Field

from lepton_infra.compliance.law.law import Country, Dated


class Locations(Dated):
    """One cloud's locations, by country.

    ``regions`` are the cloud's own codes of places in one country, ``multi_regions`` those of several places, with all
    their countries. ``pairs`` are the regions that the cloud itself keeps redundant copies in. ``zone`` is what a zone
    adds to its region's code, as a pattern. ``unplaced`` are codes that the cloud uses and of which no country was
    read; they count as unknown, which no rule lets pass.
    """

    regions: Annotated[Mapping[Country, tuple[str, ...]], Field(min_length=1)]
    multi_regions: Mapping[str, tuple[Country, ...]] = {}
    pairs: Mapping[str, str] = {}
    zone: str | None = None
    unplaced: tuple[str, ...] = ()

    @cached_property
    def countries(self) -> Mapping[str, frozenset[str]]:
        """Countries by location code."""
        found = {code: frozenset({country}) for country, codes in self.regions.items() for code in codes}
        return found | {code: frozenset(countries) for code, countries in self.multi_regions.items()}


@cache
def read(path: Path) -> Locations:
    """Load a ``locations.yaml`` of this library. It is read once."""
    raw: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    return Locations.model_validate(raw)
