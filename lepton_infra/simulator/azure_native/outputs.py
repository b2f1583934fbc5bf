"""Outputs that Azure computes for resources of every type, over which the records' own are laid."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from lepton_infra.simulator import schema, sdk
from lepton_infra.simulator.azure_native.catalogue import TYPES
from lepton_infra.simulator.azure_native.managed_identity import IDENTITY
from lepton_infra.simulator.azure_native.places import place_of
from lepton_infra.simulator.azure_native.resource_type import LiveResource
from lepton_infra.simulator.behaviour import Call
from lepton_infra.simulator.determinism import CREATED
from lepton_infra.simulator.merging import overlay

_API_VERSION: Final = re.compile(r"Uses Azure REST API version ([\w-]+)\.")


def computed(call: Call, id: str) -> dict[str, Any]:
    """Every output of a live resource that its inputs do not give: the same after an update."""
    type, live = TYPES[call.type], LiveResource(call=call, id=id, place=place_of(call.scope))
    return _ungiven(overlay(overlay(_common(live), type.defaults), type.outputs(live)), call.inputs)


def _ungiven(outputs: Mapping[str, Any], inputs: Mapping[str, Any]) -> dict[str, Any]:
    """``outputs`` without what ``inputs`` say already. An object in the place of a list is Azure's own answer."""
    ungiven = {}
    for key, value in outputs.items():
        given = inputs.get(key)
        if given is None or (isinstance(given, list) and isinstance(value, list | Mapping) and value):
            ungiven[key] = value
        elif isinstance(value, Mapping) and isinstance(given, Mapping):
            ungiven[key] = _ungiven(value, given)
    return ungiven


def _common(live: LiveResource) -> dict[str, Any]:
    """What almost every type reports: its name and type, the API's version, that it stands and who made it when."""
    call, type = live.call, TYPES[live.call.type]
    has = schema.outputs_of(call.type) or {}
    outputs: dict[str, Any] = {
        "name": type.name_of(call),
        "type": type.path.arm_type if type.path else call.type,
        "azureApiVersion": _api_version(call.type),
        "etag": f'W/"{live.uuid("etag")}"',
        "provisioningState": "Succeeded",
        "resourceGuid": live.uuid("guid"),
        "systemData": {"createdAt": CREATED, "lastModifiedAt": CREATED},
    }
    if call.inputs.get("identity"):
        outputs["identity"] = _identity(live)
    return {name: value for name, value in outputs.items() if name in has}


def _identity(live: LiveResource) -> dict[str, Any]:
    """The principals behind a resource: its own, and those of the identities that it uses, by their ids."""
    given = live.call.inputs["identity"]
    outputs: dict[str, Any] = {}
    if "SystemAssigned" in str(given.get("type")):
        outputs |= {"principalId": live.uuid("principal"), "tenantId": live.place.tenant}
    used = {id: live.find(IDENTITY.token, id) for id in given.get("userAssignedIdentities") or ()}
    if used:
        outputs["userAssignedIdentities"] = {
            id: {name: found.state[name] for name in ("clientId", "principalId")} for id, found in used.items() if found
        }
    return outputs


@cache
def _api_version(type: str) -> str:
    """The version of Azure's API that the SDK's class uses, as its documentation says."""
    found = _API_VERSION.search(sdk.resource_class(type).__init__.__doc__ or "")
    return found[1] if found else ""
