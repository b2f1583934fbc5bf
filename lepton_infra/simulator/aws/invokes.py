"""Data sources that are answered from the scope. Those about what is on offer answer that everything is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from typing import Final

from lepton_infra.simulator.aws.api_models import shape_at
from lepton_infra.simulator.aws.identifiers import unique_id
from lepton_infra.simulator.aws.places import Place, partitions, place_of, zone_id, zones
from lepton_infra.simulator.behaviour import CloudError, Properties, Scope


def _caller_identity(scope: Scope, arguments: Properties) -> Properties:
    place = place_of(scope)
    arn = f"arn:{place.partition}:sts::{place.account}:assumed-role/lepton/simulator"
    user = f"{unique_id('AROA', place.account)}:simulator"
    return {"id": place.account, "accountId": place.account, "arn": arn, "userId": user}


def _region(scope: Scope, arguments: Properties) -> Properties:
    region = arguments.get("region") or place_of(scope).region
    if region not in partitions():
        raise CloudError("InvalidParameterValue", f"Invalid region name: {region}")
    return {
        "id": region,
        "region": region,
        "name": region,
        "endpoint": f"ec2.{region}.{place_of(scope).domain}",
        "description": "",
    }


def _partition(scope: Scope, arguments: Properties) -> Properties:
    place = place_of(scope)
    reverse = ".".join(reversed(place.domain.split(".")))
    return {"id": place.partition, "partition": place.partition, "dnsSuffix": place.domain, "reverseDnsPrefix": reverse}


def _availability_zones(scope: Scope, arguments: Properties) -> Properties:
    region = place_of(scope).region
    without = {*(arguments.get("excludeNames") or ()), *(arguments.get("excludeZoneIds") or ())}
    kept = [zone for zone in zones(region) if not without & {zone, zone_id(region, zone)}]
    return {
        **arguments,
        "id": region,
        "region": region,
        "names": kept,
        "zoneIds": [zone_id(region, zone) for zone in kept],
        "groupNames": [region],
    }


def _instance_type_offerings(scope: Scope, arguments: Properties) -> Properties:
    """Machine types by place. Which zone really offers which is not in AWS's API models, so here each offers all."""
    kind = arguments.get("locationType") or "region"
    found = [
        (machine, location)
        for location in _locations(place_of(scope), kind)
        for machine in shape_at("ec2.RunInstances.InstanceType").metadata["enum"]
        if _passes(arguments, {"instance-type": machine, "location": location})
    ]
    return {
        **arguments,
        "id": place_of(scope).region,
        "region": place_of(scope).region,
        "instanceTypes": [machine for machine, _ in found],
        "locations": [location for _, location in found],
        "locationTypes": [kind for _ in found],
    }


def _locations(place: Place, kind: str) -> list[str]:
    """The places of a kind in a region."""
    if kind == "region":
        return [place.region]
    if kind == "availability-zone":
        return list(zones(place.region))
    if kind == "availability-zone-id":
        return [zone_id(place.region, zone) for zone in zones(place.region)]
    allowed = "region, availability-zone, availability-zone-id"
    raise CloudError("InvalidParameterValue", f"locationType {kind!r} is not allowed; allowed: {allowed}")


def _passes(arguments: Properties, facts: Mapping[str, str]) -> bool:
    """True if an offering fits every filter; values may hold ``*`` and ``?``."""
    filters = arguments.get("filters") or ()
    return all(
        any(fnmatchcase(facts.get(filter["name"], ""), value) for value in filter["values"]) for filter in filters
    )


INVOKES: Final[Mapping[str, Callable[[Scope, Properties], Properties]]] = {
    "aws:index/getCallerIdentity:getCallerIdentity": _caller_identity,
    "aws:index/getRegion:getRegion": _region,
    "aws:index/getPartition:getPartition": _partition,
    "aws:index/getAvailabilityZones:getAvailabilityZones": _availability_zones,
    "aws:ec2/getInstanceTypeOfferings:getInstanceTypeOfferings": _instance_type_offerings,
}
