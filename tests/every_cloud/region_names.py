"""Names of places in a text: what the three large clouds call their regions."""

from __future__ import annotations

import re

_SIDES = "(?:central|north|south|east|west|northeast|northwest|southeast|southwest)"
_AWS = rf"(?:af|ap|ca|cn|eu|il|me|mx|sa|us)-{_SIDES}-[0-9]"
_GOOGLE = rf"(?:africa|asia|australia|europe|me|northamerica|southamerica|us)-{_SIDES}[0-9]{{1,2}}"
_AZURE = "|".join(
    [
        *("eastus", "eastus2", "westus", "westus2", "westus3", "centralus", "northcentralus", "southcentralus"),
        *("westcentralus", "canadacentral", "canadaeast", "brazilsouth", "mexicocentral", "northeurope", "westeurope"),
        *("uksouth", "ukwest", "francecentral", "germanywestcentral", "switzerlandnorth", "norwayeast"),
        *("swedencentral", "polandcentral", "italynorth", "spaincentral", "centralindia", "southindia", "westindia"),
        *("eastasia", "southeastasia", "japaneast", "japanwest", "koreacentral", "australiaeast", "uaenorth"),
    ]
)
_PLACE = re.compile(rf"(?<![a-z0-9])(?:({_AWS})[a-z]?|({_GOOGLE})(?:-[a-z])?|({_AZURE}))(?![a-z0-9])")


def places(text: str) -> set[str]:
    """The places that a text names; a zone counts as its place."""
    return {place for groups in _PLACE.findall(text) for place in groups if place}
