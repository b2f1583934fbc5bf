"""Locations of the data of Google Cloud resources, by the properties that ``places.yaml`` lists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lepton_infra.clouds.gcp.facts.properties import at, data_class, made_of
from lepton_infra.compliance.facts import EVERYWHERE, Facts, Place, Role
from lepton_infra.compliance.facts.places import Entry, load
from lepton_infra.compliance.graph.graph import UNKNOWN, Graph, Resource, Seen, Unknown

CLOUD: Final = "gcp"
PROVIDER: Final = "pulumi:providers:gcp"

REGISTRY: Final = load(__package__)

_ZONE: Final = re.compile(r"([a-z]+-[a-z]+\d+)-[a-z][a-z0-9]*")
_REGION: Final = re.compile(r"[a-z]+-[a-z]+\d+")
_INSIDE: Final = re.compile(r"(?:^|/)(?:locations|regions|zones)/([^/]+)")
_SAME: Final = {"EUROPE": "EU"}
"""Cloud Storage's name of a multi-region, by its name in Cloud KMS and Artifact Registry."""

_NEAREST: Final = {
    "africa": "EU",
    "asia": "ASIA",
    "australia": "ASIA",
    "europe": "EU",
    "me": "EU",
    "northamerica": "US",
    "southamerica": "US",
    "us": "US",
}
"""The nearest multi-region, by the first word of the region's name: the default location of snapshots and backups.
Google documents it for regions within a multi-region; for others this is the next one."""


def read(graph: Graph) -> Facts:
    """Places of all resources, and default locations of providers."""
    return Facts(places=tuple(place for resource in graph for place in _places(graph, resource)))


def home(graph: Graph, resource: Resource) -> str | Unknown | None:
    """Location of a resource itself; None if it has none or it cannot be determined."""
    found = [
        place.location.value
        for place in _places(graph, resource)
        if place.role in (Role.HOME, Role.LOG, Role.BACKUP, Role.AI, Role.KEY)
    ]
    return found[0] if found else None


def code(location: str) -> str:
    """Code of a location: a zone becomes its region, regions are lowercase, multi-regions uppercase."""
    last = location.rstrip("/").rpartition("/")[2]
    lowered = last.lower().removeprefix("regional-")
    if lowered == "global":
        return EVERYWHERE
    zone = _ZONE.fullmatch(lowered)
    if zone or _REGION.fullmatch(lowered):
        return zone[1] if zone else lowered
    return _SAME.get(last.upper(), last.upper())


def _places(graph: Graph, resource: Resource) -> Iterator[Place]:
    if resource.type == PROVIDER:
        yield _place(resource, Role.PROVIDER, _own(resource), holds_data=False)
    for entry in REGISTRY.places(resource.type):
        if entry.role is not None:
            for seen in _locations(graph, resource, entry):
                yield _place(resource, entry.role, seen, holds_data=entry.holds_data)


def _place(resource: Resource, role: Role, location: Seen[str | None], *, holds_data: bool) -> Place:
    return Place(role=role, cloud=CLOUD, location=location, data_class=data_class(resource), holds_data=holds_data)


def _locations(graph: Graph, resource: Resource, entry: Entry) -> Iterator[Seen[str | None]]:
    given = list(at(resource, entry.path)) if entry.path else []
    if entry.unless is not None and any(at(resource, entry.unless)):
        return
    if entry.read == "fixed":
        if given or not entry.path:
            yield resource.says(_default(graph, resource, entry.default), entry.path)
    elif given:
        for seen in given:
            for location in _given(graph, resource, entry, seen):
                yield resource.says(location, seen.path)
    elif entry.default is not None:
        yield resource.says(_default(graph, resource, entry.default), entry.path.replace("[]", ""))


def _given(graph: Graph, resource: Resource, entry: Entry, seen: Seen[object]) -> list[str | Unknown | None]:
    if entry.refers:
        return _referred(graph, resource, entry, seen)
    return [code(seen.value)] if isinstance(seen.value, str) else [UNKNOWN]


def _referred(graph: Graph, resource: Resource, entry: Entry, seen: Seen[object]) -> list[str | Unknown | None]:
    """Location of the resource that a value refers to: by the value itself, or else by that resource."""
    if isinstance(seen.value, str):
        inside = _INSIDE.search(seen.value)
        if inside is not None:
            return [code(inside[1])]
        if "/instanceConfigs/" in seen.value or seen.value.startswith("regional-"):
            return [code(seen.value)]
    found = made_of(graph, resource, entry.path, *entry.refers)
    if found:
        return [home(graph, each) for each in found]
    return [UNKNOWN if seen.value is UNKNOWN else None]


def _default(graph: Graph, resource: Resource, default: str | None) -> str | Unknown | None:
    if default not in ("provider", "nearest"):
        return None if default is None else code(default)
    around = _own_or_provider(graph, resource)
    if default == "provider" or not isinstance(around, str):
        return around
    return _NEAREST.get(around.partition("-")[0])


def _own_or_provider(graph: Graph, resource: Resource) -> str | Unknown | None:
    for path in ("region", "zone", "location"):
        value = resource.get(path)
        if value is not None:
            return code(value) if isinstance(value, str) else UNKNOWN
    provider = graph.by_urn.get(resource.provider or "")
    return _own(provider).value if provider else None


def _own(provider: Resource) -> Seen[str | None]:
    """Region of a provider; None if its inputs have no region or zone."""
    for path in ("region", "zone"):
        value = provider.get(path)
        if value is not None:
            return provider.says(code(value) if isinstance(value, str) else UNKNOWN, path)
    return provider.says(None, "region")
