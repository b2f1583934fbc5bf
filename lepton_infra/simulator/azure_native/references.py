"""Every resource, key and parent that a resource names must exist in its subscription, and where need be beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from lepton_infra.simulator.azure_native import tokens
from lepton_infra.simulator.azure_native.forms import FORMS, Place
from lepton_infra.simulator.azure_native.identity import at, group_of, resource_id
from lepton_infra.simulator.azure_native.places import home_of, is_uuid, normal
from lepton_infra.simulator.azure_native.resource_ids import (
    ID,
    ancestors,
    exists,
    ids_in,
    is_known_type,
    location_of,
    lookup,
)
from lepton_infra.simulator.behaviour import Call, CloudError, Failure, Scope, Stored

_KEY_URI: Final = re.compile(r"https://(?P<vault>[^./]+)\.vault\.azure\.net/keys/(?P<key>[^/]+)(/(?P<version>\w+))?/?")
_ROLE: Final = "/providers/microsoft.authorization/roledefinitions/"
_TEXTS: Final = frozenset(["tags", "nodeLabels", "description", "notes", "condition", "metadata"])
"""Properties that may speak of anything."""

_MADE_BY_AZURE: Final = "NetworkWatcherRG"
"""The group that Azure makes with a subscription's first network, a watcher for each location in it."""

# Where a reference must be in the location of who refers ("same region" in each service's documentation).
_LOCAL: Final[Mapping[str, tuple[str, ...]]] = {
    tokens.NAT_GATEWAY: ("publicIpAddresses", "publicIpPrefixes"),
    tokens.PRIVATE_ENDPOINT: ("subnet",),
    tokens.DISK_ENCRYPTION_SET: ("activeKey",),
    tokens.CLUSTER: ("agentPoolProfiles", "apiServerAccessProfile", "diskEncryptionSetID"),
    tokens.VIRTUAL_NETWORK: ("subnets",),
}
_LOCAL_TO_PARENT: Final[Mapping[str, tuple[str, ...]]] = {
    tokens.SUBNET: ("natGateway", "networkSecurityGroup", "routeTable"),
    tokens.AGENT_POOL: ("vnetSubnetID", "podSubnetID", "capacityReservationGroupID", "nodePublicIPPrefixID"),
}


def check(call: Call) -> list[Failure]:
    """Ids that are known and are of another subscription. Names are known early, so the rest is left to ``require``."""
    here = home_of(call.scope).subscription
    return [
        Failure(path=path, reason=f"LinkedAuthorizationFailed: {id} is not in subscription {here}, the provider's own")
        for path, id in ids_in(call.inputs, skip=_TEXTS)
        if not _is_here(id, here)
    ]


def _is_here(id: str, subscription: str) -> bool:
    found = ID.fullmatch(id)
    return found is None or found["subscription"].lower() == subscription.lower()


_BOUGHT: Final = "/providers/microsoft.compute/capacityreservationgroups/"
"""What is bought beforehand, by hand, and so is never in the store."""


def require(call: Call) -> None:
    """Refuse a call whose parents or references lead nowhere.

    Raises:
        CloudError: with Azure's own code for the first one.
    """
    _parents(call)
    for path, id in ids_in(call.inputs, skip=_TEXTS):
        _exists(call, path, id)
    for path, uri in _key_uris(call.inputs):
        if key_at(call.scope, uri) is None:
            raise CloudError("KeyNotFound", f"{path}: there is no key at {uri} in this subscription")
    _locations(call)


def _parents(call: Call) -> None:
    form = FORMS.get(call.type)
    if form is None or form.place is not Place.GROUP:
        return
    group = call.inputs.get("resourceGroupName")
    if group == _MADE_BY_AZURE:
        return
    if isinstance(group, str) and group_of(call.scope, group) is None:
        raise CloudError("ResourceGroupNotFound", f"Resource group '{group}' could not be found.")
    for parent in ancestors(resource_id(call)):
        if is_known_type(parent) and not exists(call.scope, parent):
            raise CloudError(
                "ParentResourceNotFound",
                f"Failed to perform 'write' on resource(s) of type '{form.arm_type.partition('/')[2]}', because the "
                f"parent resource '{parent}' could not be found.",
            )


def _exists(call: Call, path: str, id: str) -> None:
    if _ROLE in id.lower():
        if not is_uuid(id.rpartition("/")[2]):
            raise CloudError("RoleDefinitionDoesNotExist", f"The specified role definition '{id}' ends in no UUID.")
        return
    if _BOUGHT in id.lower():
        return
    if not _is_here(id, home_of(call.scope).subscription) or (is_known_type(id) and not exists(call.scope, id)):
        here = home_of(call.scope).subscription
        raise CloudError(
            "InvalidResourceReference",
            f"{path}: resource {id} was not found in subscription {here}. Make sure that it exists",
        )


def _key_uris(inputs: object, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(inputs, str) and _KEY_URI.fullmatch(inputs):
        yield path, inputs
    elif isinstance(inputs, Mapping):
        for name, inner in inputs.items():
            if name not in _TEXTS:
                yield from _key_uris(inner, f"{path}.{name}" if path else name)


def key_at(scope: Scope, uri: str) -> Stored | None:
    """The live key with an address, of whatever version."""
    found = _KEY_URI.fullmatch(uri)
    return None if found is None else key_named(scope, found["vault"], found["key"])


def key_named(scope: Scope, vault: str, name: str) -> Stored | None:
    """The live key of a vault, by their names."""
    suffix = f"/vaults/{vault}/keys/{name}".lower()
    return next((key for key in scope.all(tokens.KEY) if key.id.lower().endswith(suffix)), None)


def vault_of(scope: Scope, key: Stored) -> Stored | None:
    """The vault that a key is in."""
    return lookup(scope, key.id.rpartition("/keys/")[0])


def is_reference(value: object) -> bool:
    """Whether a value is the id of a resource or the address of a key, which ``require`` looks up."""
    if isinstance(value, Mapping):
        return bool(value) and all(is_reference(name) for name in value)
    return isinstance(value, str) and bool(ID.fullmatch(value) or _KEY_URI.fullmatch(value))


def _locations(call: Call) -> None:
    if call.type in _LOCAL:
        here, properties = call.inputs.get("location"), _LOCAL[call.type]
    elif call.type in _LOCAL_TO_PARENT:
        here, properties = location_of(call.scope, resource_id(call)), _LOCAL_TO_PARENT[call.type]
    else:
        return
    for property in properties:
        for path, id in ids_in(at(call.inputs, property), property):
            there = location_of(call.scope, id)
            if here is not None and there is not None and normal(there) != normal(here):
                raise CloudError(
                    "InvalidResourceReference",
                    f"{path}: {id} is in {there}; it must be in {here}, as what refers to it",
                )
