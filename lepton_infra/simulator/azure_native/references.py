"""Every resource, key and parent that a resource names must exist in its subscription, and where need be beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from lepton_infra.simulator.azure_native.catalogue import TYPES
from lepton_infra.simulator.azure_native.existence import exists, is_known_type, location_of
from lepton_infra.simulator.azure_native.identifiers import Below
from lepton_infra.simulator.azure_native.key_vault import KEY_URI, is_key_uri, key_at
from lepton_infra.simulator.azure_native.places import is_uuid, normal, place_of
from lepton_infra.simulator.azure_native.resource_ids import ID, ancestors, ids_in
from lepton_infra.simulator.azure_native.resources import GROUP_NAME, group_of
from lepton_infra.simulator.behaviour import Call, CloudError, Failure
from lepton_infra.simulator.core.paths import at

_ROLE: Final = "/providers/microsoft.authorization/roledefinitions/"
_TEXTS: Final = frozenset(["tags", "nodeLabels", "description", "notes", "condition", "metadata"])
"""Properties that may speak of anything."""

_MADE_BY_AZURE: Final = "NetworkWatcherRG"
"""The group that Azure makes with a subscription's first network, a watcher for each location in it."""

_BOUGHT: Final = "/providers/microsoft.compute/capacityreservationgroups/"
"""What is bought beforehand, by hand, and so is never in the store."""


def check(call: Call) -> list[Failure]:
    """Ids that are known and are of another subscription. Names are known early, so the rest is left to ``require``."""
    here = place_of(call.scope).subscription
    return [
        Failure(path=path, reason=f"LinkedAuthorizationFailed: {id} is not in subscription {here}, the provider's own")
        for path, id in ids_in(call.inputs, skip=_TEXTS)
        if not _is_here(id, here)
    ]


def _is_here(id: str, subscription: str) -> bool:
    found = ID.fullmatch(id)
    return found is None or found["subscription"].lower() == subscription.lower()


def require(call: Call) -> None:
    """Refuse a call whose parents or references lead nowhere.

    Raises:
        CloudError: with Azure's own code for the first one.
    """
    _parents(call)
    for path, id in ids_in(call.inputs, skip=_TEXTS):
        _exists(call, path, id)
    for path, uri in key_uris(call.inputs):
        if key_at(call.scope, uri) is None:
            raise CloudError(KEY_URI.code, f"{path}: {KEY_URI.missing(uri)}")
    _locations(call)


def _parents(call: Call) -> None:
    type = TYPES[call.type]
    if type.path is None or type.path.below is not Below.GROUP:
        return
    group = call.inputs.get("resourceGroupName")
    if group == _MADE_BY_AZURE:
        return
    if isinstance(group, str) and group_of(call.scope, group) is None:
        raise CloudError(GROUP_NAME.code, GROUP_NAME.missing(group))
    for parent in ancestors(type.resource_id(call)):
        if is_known_type(parent) and not exists(call.scope, parent):
            raise CloudError(
                "ParentResourceNotFound",
                f"Failed to perform 'write' on resource(s) of type '{type.path.arm_type.partition('/')[2]}', because "
                f"the parent resource '{parent}' could not be found.",
            )


def _exists(call: Call, path: str, id: str) -> None:
    if _ROLE in id.lower():
        if not is_uuid(id.rpartition("/")[2]):
            raise CloudError("RoleDefinitionDoesNotExist", f"The specified role definition '{id}' ends in no UUID.")
        return
    if _BOUGHT in id.lower():
        return
    here = place_of(call.scope).subscription
    if not _is_here(id, here) or (is_known_type(id) and not exists(call.scope, id)):
        raise CloudError(
            "InvalidResourceReference",
            f"{path}: resource {id} was not found in subscription {here}. Make sure that it exists",
        )


def key_uris(inputs: object, path: str = "") -> Iterator[tuple[str, str]]:
    """The addresses of keys among inputs, each with its path."""
    if is_key_uri(inputs):
        yield path, str(inputs)
    elif isinstance(inputs, Mapping):
        for name, inner in inputs.items():
            if name not in _TEXTS:
                yield from key_uris(inner, f"{path}.{name}" if path else name)


def is_reference(value: object) -> bool:
    """True if a value is the id of a resource or the URI of a key, which ``require`` looks up."""
    if isinstance(value, Mapping):
        return bool(value) and all(is_reference(name) for name in value)
    return isinstance(value, str) and (ID.fullmatch(value) is not None or is_key_uri(value))


def _locations(call: Call) -> None:
    type = TYPES[call.type]
    if not type.local:
        return
    here = call.inputs.get("location") or location_of(call.scope, type.resource_id(call))
    for property in type.local:
        for path, id in ids_in(at(call.inputs, property), property):
            there = location_of(call.scope, id)
            if here is not None and there is not None and normal(there) != normal(here):
                raise CloudError(
                    "InvalidResourceReference",
                    f"{path}: {id} is in {there}; it must be in {here}, as what refers to it",
                )
