"""Which countries are within a residency.

A site is where it stands: no statement moves it. ``eu`` is the European Union itself, as the Union lists its members
(https://european-union.europa.eu/principles-countries-history/eu-countries_en), without the rest of the European
Economic Area.
"""

from __future__ import annotations

from collections.abc import Mapping

_EUROPEAN_UNION = frozenset(
    {
        *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU"),
        *("IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
    }
)

COUNTRIES: Mapping[str, frozenset[str]] = {
    "us": frozenset({"US"}),
    "eu": _EUROPEAN_UNION,
    "in": frozenset({"IN"}),
}
"""ISO 3166-1 codes of the countries, by residency."""
