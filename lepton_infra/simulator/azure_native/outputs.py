"""The outputs that Azure computes, where others use them."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from typing import Any, Final

from lepton_infra.simulator import schema
from lepton_infra.simulator.azure_native import cluster_outputs, tokens
from lepton_infra.simulator.azure_native.defaults import SERVICE_DEFAULTS
from lepton_infra.simulator.azure_native.identity import at, form_of, physical_name
from lepton_infra.simulator.azure_native.made import CREATED, Thing, api_version
from lepton_infra.simulator.azure_native.places import home_of
from lepton_infra.simulator.behaviour import Call
from lepton_infra.simulator.merging import overlay

# Addresses set aside for benchmarks (RFC 2544), which nobody on the internet answers on.
_PUBLIC_ADDRESSES: Final = ipaddress.IPv4Network("198.18.0.0/15")
_BLOB_ENDPOINTS: Final = {
    "blob": "https://{name}.blob.core.windows.net/",
    "dfs": "https://{name}.dfs.core.windows.net/",
    "file": "https://{name}.file.core.windows.net/",
    "queue": "https://{name}.queue.core.windows.net/",
    "table": "https://{name}.table.core.windows.net/",
    "web": "https://{name}.z6.web.core.windows.net/",
}


def computed(call: Call, id: str) -> dict[str, Any]:
    """Every output of a live resource that its inputs do not give: the same after an update."""
    thing = Thing(call=call, id=id, home=home_of(call.scope))
    outputs: dict[str, Any] = {}
    for more in (_common(thing), SERVICE_DEFAULTS.get(call.type, {}), _OUTPUTS.get(call.type, _nothing)(thing)):
        outputs = overlay(outputs, more)
    return _ungiven(outputs, call.inputs)


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


def _nothing(thing: Thing) -> dict[str, Any]:
    return {}


def _common(thing: Thing) -> dict[str, Any]:
    """What almost every type reports: its name and type, the API's version, that it stands and who made it when."""
    call, form = thing.call, form_of(thing.call.type)
    has = schema.outputs_of(call.type) or {}
    outputs: dict[str, Any] = {
        "name": physical_name(call),
        "type": form.arm_type if form else call.type,
        "azureApiVersion": api_version(call.type),
        "etag": f'W/"{thing.uuid("etag")}"',
        "provisioningState": "Succeeded",
        "resourceGuid": thing.uuid("guid"),
        "systemData": {"createdAt": CREATED, "lastModifiedAt": CREATED},
    }
    if call.inputs.get("identity"):
        outputs["identity"] = _identity(thing)
    return {name: value for name, value in outputs.items() if name in has}


def _identity(thing: Thing) -> dict[str, Any]:
    """The principals behind a resource: its own, and those of the identities that it uses, by their ids."""
    given = thing.call.inputs["identity"]
    outputs: dict[str, Any] = {}
    if "SystemAssigned" in str(given.get("type")):
        outputs |= {"principalId": thing.uuid("principal"), "tenantId": thing.home.tenant}
    used = {id: thing.find(tokens.IDENTITY, id) for id in given.get("userAssignedIdentities") or ()}
    if used:
        outputs["userAssignedIdentities"] = {
            id: {name: found.state[name] for name in ("clientId", "principalId")} for id, found in used.items() if found
        }
    return outputs


def _user_assigned_identity(thing: Thing) -> dict[str, Any]:
    return {
        "clientId": thing.uuid("client"),
        "principalId": thing.uuid("principal"),
        "tenantId": thing.home.tenant,
    }


def _vault(thing: Thing) -> dict[str, Any]:
    name = physical_name(thing.call)
    return {"properties": {"vaultUri": f"https://{name}.vault.azure.net/", "provisioningState": "Succeeded"}}


def _key(thing: Thing) -> dict[str, Any]:
    inputs = thing.call.inputs
    uri = f"https://{inputs['vaultName']}.vault.azure.net/keys/{inputs['keyName']}"
    given = inputs["properties"]
    old = {} if thing.call.old is None else thing.call.old.state
    return {
        "keyUri": uri,
        "keyUriWithVersion": old.get("keyUriWithVersion", f"{uri}/{thing.seed('version')[:32]}"),
        **{name: given[name] for name in ("kty", "keySize", "keyOps", "curveName") if given.get(name) is not None},
        "attributes": {**(given.get("attributes") or {}), "recoveryLevel": _recovery(thing)},
        **({"rotationPolicy": given["rotationPolicy"]} if given.get("rotationPolicy") else {}),
    }


def _recovery(thing: Thing) -> str:
    """How a deleted key comes back (``attributes.recoveryLevel``, Key Vault API reference)."""
    vault = thing.find(tokens.VAULT, thing.id.rpartition("/keys/")[0])
    protected = vault is not None and at(vault.inputs, "properties", "enablePurgeProtection")
    return "Recoverable" if protected else "Recoverable+Purgeable"


def _storage_account(thing: Thing) -> dict[str, Any]:
    inputs = thing.call.inputs
    name = physical_name(thing.call)
    return {
        "creationTime": CREATED,
        "primaryLocation": inputs["location"],
        "statusOfPrimary": "available",
        "primaryEndpoints": {service: url.format(name=name) for service, url in _BLOB_ENDPOINTS.items()},
        "keyCreationTime": {"key1": CREATED, "key2": CREATED},
        "sku": {"tier": str(at(inputs, "sku", "name")).partition("_")[0]},
        "privateEndpointConnections": [],
    }


def _public_ip(thing: Thing) -> dict[str, Any]:
    """A static address is there at once; a dynamic one comes with its first use."""
    if thing.call.inputs.get("publicIPAllocationMethod") != "Static":
        return {}
    offset = 1 + int(thing.seed("address")[:8], 16) % (_PUBLIC_ADDRESSES.num_addresses - 2)
    return {"ipAddress": str(_PUBLIC_ADDRESSES[offset])}


def _virtual_network(thing: Thing) -> dict[str, Any]:
    """Subnets given inline get their ids. Those made one by one are reported too, which ``subnets`` has to ignore."""
    inline = [
        {**subnet, "id": f"{thing.id}/subnets/{subnet['name']}"}
        for subnet in thing.call.inputs.get("subnets") or ()
        if subnet.get("name")
    ]
    return {"flowLogs": [], "subnets": inline}


def _security_group(thing: Thing) -> dict[str, Any]:
    rules = [
        {**rule, "id": f"{thing.id}/securityRules/{rule['name']}"}
        for rule in thing.call.inputs.get("securityRules") or ()
        if rule.get("name")
    ]
    return {"defaultSecurityRules": [], "flowLogs": [], "networkInterfaces": [], "subnets": [], "securityRules": rules}


def _registry(thing: Thing) -> dict[str, Any]:
    name = physical_name(thing.call).lower()
    return {
        "loginServer": f"{name}.azurecr.io",
        "creationDate": CREATED,
        "dataEndpointHostNames": [f"{name}.{thing.call.inputs['location']}.data.azurecr.io"]
        if thing.call.inputs.get("dataEndpointEnabled")
        else [],
        "privateEndpointConnections": [],
        "sku": {"tier": at(thing.call.inputs, "sku", "name")},
    }


def _private_endpoint(thing: Thing) -> dict[str, Any]:
    group = thing.id.partition("/providers/")[0]
    name = thing.call.inputs.get("customNetworkInterfaceName") or f"{physical_name(thing.call)}.nic.{thing.uuid('nic')}"
    return {
        "networkInterfaces": [{"id": f"{group}/providers/Microsoft.Network/networkInterfaces/{name}"}],
        "customDnsConfigs": [],
        "manualPrivateLinkServiceConnections": [],
    }


def _disk_encryption_set(thing: Thing) -> dict[str, Any]:
    return {"previousKeys": [], "lastKeyRotationTimestamp": CREATED}


def _workspace(thing: Thing) -> dict[str, Any]:
    return {"customerId": thing.uuid("customer"), "createdDate": CREATED, "modifiedDate": CREATED}


def _role_assignment(thing: Thing) -> dict[str, Any]:
    return {"createdOn": CREATED, "updatedOn": CREATED}


def _resource_group(thing: Thing) -> dict[str, Any]:
    return {"properties": {"provisioningState": "Succeeded"}}


def _object_replication(thing: Thing) -> dict[str, Any]:
    """Azure names the policy, and its rules, where it is made first: in the receiving account."""
    given = thing.call.inputs
    id = given["objectReplicationPolicyId"]
    policy = thing.uuid("policy") if id == "default" else id
    rules = [
        {"ruleId": rule.get("ruleId") or thing.uuid(f"rule {index}")} | dict(rule)
        for index, rule in enumerate(given.get("rules") or ())
    ]
    return {"policyId": policy, "name": policy, "enabledTime": CREATED, "rules": rules}


def _eligibility(thing: Thing) -> dict[str, Any]:
    return {
        "createdOn": CREATED,
        "principalType": "Group",
        "requestType": "AdminAssign",
        "status": "Provisioned",
        "approvalId": "",
        "requestorId": thing.uuid("requestor"),
    }


def _defender_plan(thing: Thing) -> dict[str, Any]:
    return {"enablementTime": CREATED, "resourcesCoverageStatus": "FullyCovered"}


_OUTPUTS: Final[Mapping[str, Callable[[Thing], dict[str, Any]]]] = {
    tokens.RESOURCE_GROUP: _resource_group,
    tokens.IDENTITY: _user_assigned_identity,
    tokens.VAULT: _vault,
    tokens.KEY: _key,
    tokens.STORAGE_ACCOUNT: _storage_account,
    tokens.PUBLIC_IP: _public_ip,
    tokens.VIRTUAL_NETWORK: _virtual_network,
    tokens.SECURITY_GROUP: _security_group,
    tokens.REGISTRY: _registry,
    tokens.PRIVATE_ENDPOINT: _private_endpoint,
    tokens.DISK_ENCRYPTION_SET: _disk_encryption_set,
    tokens.WORKSPACE: _workspace,
    tokens.ROLE_ASSIGNMENT: _role_assignment,
    tokens.OBJECT_REPLICATION: _object_replication,
    tokens.ELIGIBILITY: _eligibility,
    tokens.DEFENDER_PLAN: _defender_plan,
    tokens.CLUSTER: cluster_outputs.cluster,
    tokens.AGENT_POOL: cluster_outputs.agent_pool,
}
