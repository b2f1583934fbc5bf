"""Tenants, subscriptions, locations and zones: where a provider's calls land."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final

from lepton_infra.simulator.behaviour import Failure, Properties, Scope

NOWHERE: Final = "00000000-0000-0000-0000-000000000000"
"""The tenant or subscription of a provider that names none."""

GLOBAL: Final = "global"
"""The location of what stands in no region, such as private DNS zones."""

_UUID: Final = re.compile(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Public locations ("List of Azure regions"): those with availability zones and those without. All zones are 1, 2 and 3.
_WITH_ZONES: Final = _words(
    """
    australiaeast austriaeast belgiumcentral brazilsouth canadacentral centralindia centralus chilecentral
    denmarkeast eastasia eastus eastus2 francecentral germanywestcentral indonesiacentral israelcentral italynorth
    japaneast japanwest koreacentral malaysiawest mexicocentral newzealandnorth northeurope norwayeast polandcentral
    qatarcentral southafricanorth southcentralus southeastasia spaincentral swedencentral switzerlandnorth uaenorth
    uksouth westeurope westus2 westus3
    """
)
_WITHOUT_ZONES: Final = _words(
    """
    australiacentral australiacentral2 australiasoutheast brazilsoutheast canadaeast francesouth germanynorth
    jioindiacentral jioindiawest koreasouth northcentralus norwaywest southafricawest southindia switzerlandwest
    uaecentral ukwest westcentralus westindia westus
    """
)
LOCATIONS: Final = _WITH_ZONES | _WITHOUT_ZONES


def zones(location: str) -> Sequence[str]:
    """The availability zones of a location."""
    return ("1", "2", "3") if location in _WITH_ZONES else ()


def normal(location: str) -> str:
    """A location by its short name: ``West Europe`` is ``westeurope``."""
    return location.replace(" ", "").lower()


@dataclass(frozen=True, kw_only=True)
class Place:
    """A subscription of a tenant, and the location that the provider works in (empty: none in particular)."""

    tenant: str
    subscription: str
    location: str


def place_of(scope: Scope) -> Place:
    """The place of a scope. What the provider leaves open is ``NOWHERE``."""
    _, subscription, tenant = f"{scope.key}::".split(":")[:3]
    location = scope.config.get("location")
    return Place(
        tenant=tenant or NOWHERE,
        subscription=subscription or NOWHERE,
        location=normal(location) if isinstance(location, str) else "",
    )


def scope_key(config: Properties) -> str:
    """``azure-native:<subscription>:<tenant>`` of a provider."""
    subscription, tenant = (_text(config.get(name)) or NOWHERE for name in ("subscriptionId", "tenantId"))
    return f"azure-native:{subscription.lower()}:{tenant.lower()}"


def configure(config: Properties) -> list[Failure]:
    """Failures of a provider's own inputs: ids that are no UUIDs, a location that Azure does not have."""
    failures = [
        Failure(path=name, reason=f'"{value}" is not a UUID')
        for name in ("subscriptionId", "tenantId")
        if (value := _text(config.get(name))) is not None and not _UUID.fullmatch(value)
    ]
    location = _text(config.get("location"))
    reason = None if location is None else unknown_location(location)
    return failures if reason is None else [*failures, Failure(path="location", reason=reason)]


def unknown_location(location: str) -> str | None:
    """Reason why a location is not one of Azure's; None if it is."""
    if normal(location) in LOCATIONS:
        return None
    near = get_close_matches(normal(location), sorted(LOCATIONS), n=1, cutoff=0)
    return f'LocationNotAvailableForResourceType: "{location}" is no location of Azure; did you mean {near[0]}?'


def is_uuid(text: str) -> bool:
    """True if this is a UUID in its usual form."""
    return _UUID.fullmatch(text) is not None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def subscription_id(scope: Scope) -> str:
    """The resource id of the subscription."""
    return f"/subscriptions/{place_of(scope).subscription}"
