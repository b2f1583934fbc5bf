"""Reading resource ids: what they name, what they stand in, and whether that is there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from lepton_infra.simulator.azure_native import tokens
from lepton_infra.simulator.azure_native.forms import FORMS
from lepton_infra.simulator.behaviour import Scope, Stored

ID: Final = re.compile(r"/subscriptions/(?P<subscription>[^/]+)(/.*)?", re.IGNORECASE)
_PROVIDER: Final = "/providers/"


@cache
def _types() -> Mapping[str, tuple[str, ...]]:
    """Type tokens by Azure's own words for the type, in small letters."""
    found: dict[str, tuple[str, ...]] = {}
    for token, form in FORMS.items():
        key = form.arm_type.lower()
        found[key] = (*found.get(key, ()), token)
    return found


def arm_type(id: str) -> str:
    """What an id names, in Azure's own words and small letters; empty for a subscription."""
    lowered = id.lower().rstrip("/")
    _, found, path = lowered.rpartition(_PROVIDER)
    if not found:
        return "microsoft.resources/resourcegroups" if "/resourcegroups/" in lowered else ""
    namespace, *rest = path.split("/")
    return "/".join([namespace, *rest[::2]])


def ancestors(id: str) -> Iterator[str]:
    """What a resource stands in, nearest first: its parents, then its group. What extends another stands in that."""
    scope, _, path = id.rpartition(_PROVIDER)
    parts = path.split("/")
    for end in range(len(parts) - 2, 2, -2):
        yield f"{scope}{_PROVIDER}{'/'.join(parts[:end])}"
    if scope.count("/") > 2:
        yield scope


def within(id: str, scope: str) -> bool:
    """Whether an id is that of ``scope`` or of something in it."""
    return f"{id.lower()}/".startswith(f"{scope.lower().rstrip('/')}/")


def lookup(scope: Scope, id: str) -> Stored | None:
    """The live resource with an id, which Azure reads in any case."""
    types = _types().get(arm_type(id), ())
    for type in types:
        found = scope.find(type, id)
        if found is not None:
            return found
    return next((stored for stored in scope.all(*types) if stored.id.lower() == id.lower()), None) if types else None


def is_known_type(id: str) -> bool:
    """Whether the simulated cloud has resources of this type at all."""
    return arm_type(id) in _types()


def exists(scope: Scope, id: str) -> bool:
    """Whether there is such a resource, by itself or as a part that another one was given or made."""
    if lookup(scope, id) is not None:
        return True
    if any(within(id, group) for group in node_groups(scope)):
        return True
    owner = next(ancestors(id), None)
    stored = lookup(scope, owner) if owner else None
    return stored is not None and id.lower() in {part.lower() for part in parts(stored)}


def parts(stored: Stored) -> Iterator[str]:
    """The ids of what a resource was given inline, or has always."""
    kind = _PARTS.get(stored.type)
    if kind is not None:
        property, segment = kind
        for part in stored.inputs.get(property) or ():
            if isinstance(part, Mapping) and part.get("name"):
                yield f"{stored.id}/{segment}/{part['name']}"
    if stored.type == tokens.STORAGE_ACCOUNT:
        yield from (f"{stored.id}/{service}/default" for service in _STORAGE_SERVICES)


_PARTS: Final[Mapping[str, tuple[str, str]]] = {
    tokens.VIRTUAL_NETWORK: ("subnets", "subnets"),
    tokens.SECURITY_GROUP: ("securityRules", "securityRules"),
    tokens.ROUTE_TABLE: ("routes", "routes"),
    tokens.CLUSTER: ("agentPoolProfiles", "agentPools"),
}
_STORAGE_SERVICES: Final = ("blobServices", "fileServices", "queueServices", "tableServices")


def node_groups(scope: Scope) -> Iterator[str]:
    """The ids of the groups that AKS makes for the nodes of its clusters. What is in them is AKS's own."""
    for cluster in scope.all(tokens.CLUSTER):
        subscription = cluster.id.partition("/resourceGroups/")[0]
        yield f"{subscription}/resourceGroups/{cluster.state['nodeResourceGroup']}"


def location_of(scope: Scope, id: str) -> str | None:
    """Where a resource is: its own location, or that of what it stands in."""
    for place in (id, *ancestors(id)):
        stored = lookup(scope, place)
        if stored is not None and stored.inputs.get("location"):
            return str(stored.inputs["location"])
    return None


def ids_in(value: Any, path: str = "", skip: frozenset[str] = frozenset()) -> Iterator[tuple[str, str]]:
    """Every resource id in a value, with its path. Properties named in ``skip`` may say anything."""
    if isinstance(value, str):
        if ID.fullmatch(value):
            yield path, value.rstrip("/")
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            if ID.fullmatch(name):
                yield path, name
            if name not in skip:
                yield from ids_in(inner, f"{path}.{name}" if path else name, skip)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from ids_in(inner, f"{path}[{index}]", skip)
