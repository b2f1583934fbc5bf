"""Locations and zones of a resource against the provider's: known without the store."""

from __future__ import annotations

from collections.abc import Iterator

from lepton_infra.simulator import schema
from lepton_infra.simulator.azure_native.catalogue import TYPES
from lepton_infra.simulator.azure_native.places import GLOBAL, normal, place_of, unknown_location, zones
from lepton_infra.simulator.azure_native.resource_type import Location
from lepton_infra.simulator.behaviour import Call, Failure
from lepton_infra.simulator.core.paths import at


def check(call: Call) -> list[Failure]:
    """All that is wrong; values that are not known yet are taken for right."""
    return [*_location(call), *_zones(call)]


def _location(call: Call) -> Iterator[Failure]:
    """Where a resource may be: in the provider's location, and what is global there."""
    location = call.inputs.get("location")
    if not isinstance(location, str) or "location" not in (schema.inputs_of(call.type) or {}):
        return
    allowed, here = TYPES[call.type].location, place_of(call.scope).location
    if allowed is Location.GLOBAL:
        if normal(location) != GLOBAL:
            reason = f'LocationNotAvailableForResourceType: "{location}" is not allowed; allowed: {GLOBAL}'
            yield Failure(path="location", reason=reason)
        return
    unknown = unknown_location(location)
    if unknown is not None:
        yield Failure(path="location", reason=unknown)
    elif here and normal(location) != here and allowed is Location.PROVIDER:
        reason = f'"{location}" is not the location of the provider, {here}: the resource would leak out of it'
        yield Failure(path="location", reason=reason)


def _zones(call: Call) -> Iterator[Failure]:
    """Zones that the location has."""
    location = call.inputs.get("location") or place_of(call.scope).location
    if not isinstance(location, str) or unknown_location(location) is not None:
        return
    offered = zones(normal(location))
    pools = call.inputs.get("agentPoolProfiles")
    given = [("zones", call.inputs.get("zones")), ("availabilityZones", call.inputs.get("availabilityZones"))]
    given += [
        (f"agentPoolProfiles[{index}].availabilityZones", at(pool, "availabilityZones"))
        for index, pool in enumerate(pools if isinstance(pools, list) else [])
    ]
    for path, wanted in given:
        for index, zone in enumerate(wanted if isinstance(wanted, list) else []):
            if isinstance(zone, str) and zone not in offered:
                listed = ", ".join(offered) or "none"
                reason = f'InvalidAvailabilityZone: "{zone}" is no zone of {location}; allowed: {listed}'
                yield Failure(path=f"{path}[{index}]", reason=reason)
