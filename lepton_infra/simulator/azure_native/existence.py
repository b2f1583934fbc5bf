"""Live resources of any type by id, and the parts that they were given or made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from lepton_infra.simulator.azure_native.catalogue import TYPES
from lepton_infra.simulator.azure_native.resource_ids import ancestors, arm_type, find, within
from lepton_infra.simulator.azure_native.resources import GROUP_NAME
from lepton_infra.simulator.behaviour import Scope, Stored
from lepton_infra.simulator.core.paths import texts_at


@cache
def _types() -> Mapping[str, tuple[str, ...]]:
    """Type tokens by Azure's own words for the type, in small letters."""
    found: dict[str, tuple[str, ...]] = {}
    for type in TYPES:
        if type.path is not None:
            key = type.path.arm_type.lower()
            found[key] = (*found.get(key, ()), type.token)
    return found


def lookup(scope: Scope, id: str) -> Stored | None:
    """The live resource with an id, which Azure reads in any case."""
    types = _types().get(arm_type(id), ())
    return find(scope, id, *types) if types else None


def is_known_type(id: str) -> bool:
    """True if the simulated cloud has resources of this type at all."""
    return arm_type(id) in _types()


def exists(scope: Scope, id: str) -> bool:
    """True if such a resource exists, by itself or as a part that another one was given or made."""
    if lookup(scope, id) is not None:
        return True
    if any(within(id, group) for group in _implied_groups(scope)):
        return True
    owner = next(ancestors(id), None)
    stored = lookup(scope, owner) if owner else None
    parts = TYPES[stored.type].parts if stored else None
    return stored is not None and parts is not None and id.lower() in {part.lower() for part in parts(stored)}


def _implied_groups(scope: Scope) -> Iterator[str]:
    """The ids of groups that Azure makes for a resource. What is in them is Azure's own."""
    for type, paths in TYPES.implied_by(GROUP_NAME).items():
        for stored in scope.all(type):
            subscription = stored.id.partition("/resourceGroups/")[0]
            for path in paths:
                yield from (f"{subscription}/resourceGroups/{name}" for _, name in texts_at(stored.state, path))


def location_of(scope: Scope, id: str) -> str | None:
    """Location of a resource: its own, or that of its nearest ancestor."""
    for place in (id, *ancestors(id)):
        stored = lookup(scope, place)
        if stored is not None and stored.inputs.get("location"):
            return str(stored.inputs["location"])
    return None
