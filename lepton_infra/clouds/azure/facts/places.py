"""Locations of Azure resources, and other locations of their data: replicas, paired regions, log destinations."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

import yaml

from lepton_infra.clouds.azure.facts.declared import PACKAGE, Azure, data_class, kind
from lepton_infra.compliance.facts import EVERYWHERE, Place, Role
from lepton_infra.compliance.facts.data_class import DataClass
from lepton_infra.compliance.facts.places import Entry, load
from lepton_infra.compliance.graph.graph import UNKNOWN, Resource, Seen, Unknown
from lepton_infra.compliance.graph.paths import at

CLOUD: Final = "azure"

REGISTRY: Final = load(__package__)

Where = Seen[str | None]


def normal(location: str) -> str:
    """Short name of a location: ``West Europe`` is ``westeurope``, and ``*`` is ``EVERYWHERE``."""
    short = location.replace(" ", "").lower()
    return EVERYWHERE if short == "*" else short


@cache
def _pairs() -> Mapping[str, str] | None:
    """Each location's paired region, from ``locations.yaml``; None without that file."""
    table = files("lepton_infra.clouds.azure").joinpath("locations.yaml")
    if not table.is_file():
        return None
    found: Mapping[str, str] = yaml.safe_load(table.read_text(encoding="utf-8"))["pairs"]
    return found


def places(azure: Azure, pairs: Mapping[str, str] | None = None) -> Iterator[Place]:
    """Every place of data: of providers, of resources, and of the properties that ``places.yaml`` lists.

    ``pairs`` are each location's paired region, in place of the cloud's own table.
    """
    yield from _providers(azure)
    table = _pairs() if pairs is None else pairs
    for resource in azure:
        holds_data = not REGISTRY.configures(kind(resource))
        home = location(azure, resource)
        if home.value is not None or (holds_data and not azure.is_part(resource)):
            yield Place(
                role=Role.HOME,
                cloud=CLOUD,
                location=home,
                data_class=data_class(azure, resource),
                holds_data=holds_data,
            )
        for role, where in _elsewhere(azure, resource, home, table):
            yield Place(role=role, cloud=CLOUD, location=where, data_class=_class(azure, resource, role))


def _class(azure: Azure, resource: Resource, role: Role) -> DataClass:
    """Data class at a place. Logs are audit logs, regardless of the data class of the resource that writes them."""
    return DataClass.AUDIT_LOG if role is Role.LOG else data_class(azure, resource)


def _providers(azure: Azure) -> Iterator[Place]:
    """Default locations of providers, which apply to resources without one."""
    for provider in azure.graph.of(f"pulumi:providers:{PACKAGE}"):
        if provider.get("location") is None:
            continue
        yield Place(
            role=Role.PROVIDER,
            cloud=CLOUD,
            location=_normal(provider.seen("location")),
            data_class=DataClass.PERSONAL,
            holds_data=False,
        )


def location(azure: Azure, resource: Resource) -> Where:
    """Location of a resource: its own, else its parent's, its provider's, or its resource group's."""
    if resource.inputs.get("location") is not None:
        return _normal(resource.seen("location"))
    parent = azure.parent(resource)
    if parent is not None:
        found = location(azure, parent)
        return Seen(value=found.value, resource=resource, path="location")
    if azure.is_part(resource):
        return resource.says(None, "location")
    given = resource.outputs.get("location")
    if given is None and resource.provider is not None and resource.provider in azure.graph.by_urn:
        given = azure.graph.by_urn[resource.provider].get("location")
    group = azure.group(resource)
    if given is None and group is not None and group.urn != resource.urn:
        given = location(azure, group).value
    return resource.says(normal(given) if isinstance(given, str) else given, "location")


def _normal(seen: Seen[Any]) -> Where:
    value = normal(seen.value) if isinstance(seen.value, str) else seen.value
    return Seen(value=value, resource=seen.resource, path=seen.path)


def _elsewhere(
    azure: Azure, resource: Resource, home: Where, pairs: Mapping[str, str] | None
) -> Iterator[tuple[Role, Where]]:
    for entry in REGISTRY.places(kind(resource)):
        given = list(at(resource.inputs, entry.path)) if entry.path else [("", None)]
        for found, value in given or [(entry.path, entry.default)]:
            if entry.role is not None and (value is not None or entry.read in _JUDGES_NOTHING):
                for where in _READS[entry.read](azure, resource, value, entry, home, pairs):
                    yield entry.role, resource.says(where, found)


Found = Iterator["str | Unknown | None"]


def _location(azure: Azure, resource: Resource, value: Any, entry: Entry, home: Where, pairs: Any) -> Found:
    yield normal(value) if isinstance(value, str) else UNKNOWN if value is UNKNOWN else None


def _named(azure: Azure, resource: Resource, value: Any, entry: Entry, home: Where, pairs: Any) -> Found:
    """Locations of the resources that the value, or the outputs in the property, refer to."""
    targets = azure.behind(resource, entry.property, value)
    for target in targets:
        yield location(azure, target).value
    if not targets and not entry.inward:
        yield UNKNOWN if value is UNKNOWN else None


def _redundancy(azure: Azure, resource: Resource, value: Any, entry: Entry, home: Where, pairs: Any) -> Found:
    if value is UNKNOWN:
        yield UNKNOWN
    elif value in entry.values:
        yield _pair(home, pairs)


def _paired(azure: Azure, resource: Resource, value: Any, entry: Entry, home: Where, pairs: Any) -> Found:
    """The paired region of the resource's location; none if the location has no pair."""
    pair = _pair(home, pairs)
    if pairs is None or pair is not None:
        yield pair


def _pair(home: Where, pairs: Mapping[str, str] | None) -> str | Unknown | None:
    if home.value is UNKNOWN or home.value is None:
        return home.value
    return None if pairs is None else pairs.get(home.value)


def _open(azure: Azure, resource: Resource, value: Any, entry: Entry, home: Where, pairs: Any) -> Found:
    if value is UNKNOWN:
        yield UNKNOWN
    elif not entry.values or value in entry.values:
        yield None


def _closed(azure: Azure, resource: Resource, value: Any, entry: Entry, home: Where, pairs: Any) -> Found:
    if value is UNKNOWN:
        yield UNKNOWN
    elif value not in entry.values and (value is not None or entry.values):
        yield None


def _everywhere(azure: Azure, resource: Resource, value: Any, entry: Entry, home: Where, pairs: Any) -> Found:
    if value is UNKNOWN and entry.values:
        yield UNKNOWN
    elif not entry.values or value in entry.values:
        yield EVERYWHERE


_READS: Final[Mapping[str, Callable[..., Found]]] = {
    "location": _location,
    "named": _named,
    "redundancy": _redundancy,
    "paired": _paired,
    "open": _open,
    "closed": _closed,
    "everywhere": _everywhere,
}
_JUDGES_NOTHING: Final = frozenset({"paired", "closed", "everywhere"})
"""Values of ``read`` that also apply to a property that the program left out."""
