"""Data sources that are answered from the scope."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from lepton_infra.simulator.behaviour import CloudError, Properties, Scope
from lepton_infra.simulator.gcp.discovery import regions
from lepton_infra.simulator.gcp.places import Place, place_of, zones


def _client_config(scope: Scope, arguments: Properties) -> Properties:
    """The place where the provider works. Its token is none: nothing answers to it."""
    place = place_of(scope)
    zone = place.zone or zones(place.region)[0]
    return {
        "id": f"projects/{place.project}/regions/{place.region}/zones/{zone}",
        "project": place.project,
        "region": place.region,
        "zone": zone,
        "accessToken": "simulated-token",
        "defaultLabels": dict(scope.config.get("defaultLabels") or {}),
    }


def _project(scope: Scope, arguments: Properties) -> Properties:
    asked = arguments.get("projectId") or place_of(scope).project
    place = Place(project=str(asked), region=place_of(scope).region)
    return {
        "id": f"projects/{place.project}",
        "projectId": place.project,
        "name": place.project,
        "number": place.number,
        "orgId": "",
        "folderId": "",
        "billingAccount": "",
        "autoCreateNetwork": False,
        "deletionPolicy": "PREVENT",
        "labels": {},
        "effectiveLabels": {},
        "pulumiLabels": {},
        "tags": {},
    }


def _zones(scope: Scope, arguments: Properties) -> Properties:
    place = place_of(scope)
    region = arguments.get("region") or place.region
    if region not in regions():
        raise CloudError("INVALID_ARGUMENT", f"Unknown region: {region}")
    return {
        "id": f"projects/{place.project}/regions/{region}",
        "project": arguments.get("project") or place.project,
        "region": region,
        "status": arguments.get("status"),
        "names": list(zones(region)),
    }


def _regions(scope: Scope, arguments: Properties) -> Properties:
    place = place_of(scope)
    return {
        "id": f"projects/{place.project}",
        "project": arguments.get("project") or place.project,
        "status": arguments.get("status"),
        "names": list(regions()),
    }


INVOKES: Final[Mapping[str, Callable[[Scope, Properties], Properties]]] = {
    "gcp:organizations/getClientConfig:getClientConfig": _client_config,
    "gcp:organizations/getProject:getProject": _project,
    "gcp:compute/getZones:getZones": _zones,
    "gcp:compute/getRegions:getRegions": _regions,
}
