"""Computed outputs of AKS."""

from __future__ import annotations

from typing import Any, Final

from lepton_infra.simulator.azure_native import tokens
from lepton_infra.simulator.azure_native.identity import at, physical_name
from lepton_infra.simulator.azure_native.made import Thing

_MAX_POOLS: Final = 100
"""Agent pools that a cluster may have ("Quotas, virtual machine size restrictions, and region availability in AKS")."""


def node_group_name(thing: Thing) -> str:
    """The resource group that AKS makes for the nodes."""
    inputs = thing.call.inputs
    named = inputs.get("nodeResourceGroup")
    return str(named or f"MC_{inputs['resourceGroupName']}_{physical_name(thing.call)}_{inputs['location']}")


def cluster(thing: Thing) -> dict[str, Any]:
    """The addresses of the API, the issuer of tokens, the group of the nodes and the identity they run as."""
    inputs = thing.call.inputs
    location = inputs["location"]
    host = f"{inputs.get('dnsPrefix') or inputs.get('fqdnSubdomain')}-{thing.seed('host')[:8]}"
    private = bool(at(inputs, "apiServerAccessProfile", "enablePrivateCluster"))
    public_name = at(inputs, "apiServerAccessProfile", "enablePrivateClusterPublicFQDN") is not False
    outputs: dict[str, Any] = {
        "azurePortalFQDN": f"{host}.portal.hcp.{location}.azmk8s.io",
        "currentKubernetesVersion": inputs.get("kubernetesVersion", ""),
        "status": {},
        "maxAgentPools": _MAX_POOLS,
        "nodeResourceGroup": node_group_name(thing),
        "powerState": {"code": "Running"},
        "resourceUID": thing.seed("uid")[:24],
        "identityProfile": {"kubeletidentity": _kubelet(thing)},
        "fqdn": f"{host}.hcp.{location}.azmk8s.io" if not private or public_name else "",
        "privateFQDN": f"{host}.{thing.uuid('zone')}.privatelink.{location}.azmk8s.io" if private else "",
        "privateLinkResources": [],
        "agentPoolProfiles": [
            {**pool, "provisioningState": "Succeeded", "powerState": {"code": "Running"}}
            for pool in inputs.get("agentPoolProfiles") or ()
        ],
    }
    if at(inputs, "oidcIssuerProfile", "enabled"):
        issuer = f"https://{location}.oic.prod-aks.azure.com/{thing.home.tenant}/{thing.uuid('issuer')}/"
        outputs["oidcIssuerProfile"] = {"issuerURL": issuer}
    return outputs


def _kubelet(thing: Thing) -> dict[str, Any]:
    """The identity that nodes pull images as: the given one, or one that AKS makes in the group of the nodes."""
    given = at(thing.call.inputs, "identityProfile", "kubeletidentity", "resourceId")
    found = thing.find(tokens.IDENTITY, given)
    if found is not None:
        return {"clientId": found.state["clientId"], "objectId": found.state["principalId"]}
    group = f"/subscriptions/{thing.home.subscription}/resourceGroups/{node_group_name(thing)}"
    name = f"{physical_name(thing.call)}-agentpool"
    return {
        "resourceId": f"{group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{name}",
        "clientId": thing.uuid("kubelet client"),
        "objectId": thing.uuid("kubelet principal"),
    }


def agent_pool(thing: Thing) -> dict[str, Any]:
    """The Kubernetes version that the nodes run: their own, or else the cluster's."""
    inputs = thing.call.inputs
    owner = thing.find(tokens.CLUSTER, thing.id.rpartition("/agentPools/")[0])
    version = inputs.get("orchestratorVersion") or (owner.inputs.get("kubernetesVersion") if owner else None)
    return {
        "currentOrchestratorVersion": version or "",
        "status": {},
        "powerState": {"code": "Running"},
        **({"orchestratorVersion": version} if version else {}),
    }
