"""Azure Kubernetes Service: clusters, agent pools and maintenance windows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from lepton_infra.simulator.azure_native import aks_consistency, aks_rules
from lepton_infra.simulator.azure_native.compute import DISK_ENCRYPTION_SET
from lepton_infra.simulator.azure_native.identifiers import top
from lepton_infra.simulator.azure_native.managed_identity import IDENTITY
from lepton_infra.simulator.azure_native.network import subnet_uses
from lepton_infra.simulator.azure_native.places import place_of
from lepton_infra.simulator.azure_native.resource_ids import find, within
from lepton_infra.simulator.azure_native.resource_type import AzureType, Fixed, LiveResource, Request, in_use, inline
from lepton_infra.simulator.azure_native.resources import GROUP_NAME
from lepton_infra.simulator.azure_native.syntax import address_range, matching, uuid
from lepton_infra.simulator.behaviour import Call, CloudError, Scope, Stored
from lepton_infra.simulator.core.paths import at
from lepton_infra.simulator.core.resource_type import Use, paths
from lepton_infra.simulator.formats import Format, between, cidr, one_of

_CLUSTER: Final = top("Microsoft.ContainerService/managedClusters/{resourceName}")


_MAX_POOLS: Final = 100
"""Agent pools that a cluster may have ("Quotas, virtual machine size restrictions, and region availability in AKS")."""


_TAINT: Final = re.compile(r"[^=:\s]+(=[^=:\s]*)?:(NoSchedule|PreferNoSchedule|NoExecute)")


_VERSION: Final = re.compile(r"\d+\.\d+(\.\d+)?")


_LABEL: Final = re.compile(r"([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?")


_LABEL_VALUE: Final = re.compile(r"([A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?)?")


def _taint(value: Any) -> Iterator[str]:
    """A taint as AKS writes it."""
    if not _TAINT.fullmatch(value):
        yield f'"{value}" is not a taint; allowed: key=value:NoSchedule, PreferNoSchedule or NoExecute'


def _kubernetes_version(value: Any) -> Iterator[str]:
    """A version of Kubernetes, with its patch or without."""
    if not _VERSION.fullmatch(value):
        yield f'"{value}" is not a Kubernetes version; allowed: text such as "1.33" or "1.33.2"'


def _labels(value: Any) -> Iterator[str]:
    """Labels of nodes, as Kubernetes takes them."""
    for key, text in value.items():
        if not _LABEL.fullmatch(key):
            yield f'key "{key}" is not a label: allowed: a name of 63 letters, digits and _.-, perhaps after a domain/'
        if isinstance(text, str) and not _LABEL_VALUE.fullmatch(text):
            yield f'value of "{key}": allowed: up to 63 letters, digits and _.-'


_POOL_NAME: Final = matching(r"[a-z][a-z0-9]{0,11}", "1 to 12 lowercase letters and digits, beginning with a letter")


_NODE_GROUP: Final = matching(
    r"[\w.()-]{0,79}[\w()-]", "1 to 80 letters, digits, _ - . and brackets, not ending with ."
)


_COUNT_OR_SHARE: Final = matching(r"\d+%?", "a number of nodes such as 1, or a share such as 33%")


_POOL_FORMATS: Final[Mapping[str, Format]] = {
    "nodeTaints": _taint,
    "nodeLabels": _labels,
    "vmSize": matching(r"[A-Za-z]+_[\w-]+", "a machine size such as Standard_D4s_v5"),
    "upgradeSettings.maxSurge": _COUNT_OR_SHARE,
    "upgradeSettings.maxUnavailable": _COUNT_OR_SHARE,
    "orchestratorVersion": _kubernetes_version,
    "maxPods": between(10, 250),
    "count": between(0, 1000),
    "minCount": between(0, 1000),
    "maxCount": between(1, 1000),
}


def _owner(scope: Scope, pool: str) -> Stored | None:
    """The cluster of an agent pool, by the id of that."""
    return find(scope, pool.rpartition("/agentPools/")[0], CLUSTER.token)


def _of_one_cluster(call: Call) -> None:
    owner = _owner(call.scope, AGENT_POOL.resource_id(call))
    if owner is not None:
        aks_rules.agent_pool(call, owner)


def _not_last_system_pool(call: Call) -> None:
    """Refuse to delete the last pool of mode System of a cluster."""
    assert call.old is not None
    owner = _owner(call.scope, call.old.id)
    if owner is None or call.old.inputs.get("mode") != "System":
        return
    inline = [pool for pool in owner.inputs.get("agentPoolProfiles") or () if pool.get("mode") == "System"]
    others = [
        pool
        for pool in call.scope.all(AGENT_POOL.token)
        if within(pool.id, owner.id) and pool.id != call.old.id and pool.inputs.get("mode") == "System"
    ]
    if not inline and not others:
        raise CloudError("OperationNotAllowed", "There has to be at least one system agent pool.")


def _node_group_name(live: LiveResource) -> str:
    """The resource group that AKS makes for the nodes."""
    inputs = live.call.inputs
    named = inputs.get("nodeResourceGroup")
    return str(named or f"MC_{inputs['resourceGroupName']}_{live.name}_{inputs['location']}")


def _cluster(live: LiveResource) -> dict[str, Any]:
    """The addresses of the API, the issuer of tokens, the group of the nodes and the identity they run as."""
    inputs = live.call.inputs
    location = inputs["location"]
    host = f"{inputs.get('dnsPrefix') or inputs.get('fqdnSubdomain')}-{live.seed('host')[:8]}"
    private = bool(at(inputs, "apiServerAccessProfile.enablePrivateCluster"))
    public_name = at(inputs, "apiServerAccessProfile.enablePrivateClusterPublicFQDN") is not False
    outputs: dict[str, Any] = {
        "azurePortalFQDN": f"{host}.portal.hcp.{location}.azmk8s.io",
        "currentKubernetesVersion": inputs.get("kubernetesVersion", ""),
        "status": {},
        "maxAgentPools": _MAX_POOLS,
        "nodeResourceGroup": _node_group_name(live),
        "powerState": {"code": "Running"},
        "resourceUID": live.seed("uid")[:24],
        "identityProfile": {"kubeletidentity": _kubelet(live)},
        "fqdn": f"{host}.hcp.{location}.azmk8s.io" if not private or public_name else "",
        "privateFQDN": f"{host}.{live.uuid('zone')}.privatelink.{location}.azmk8s.io" if private else "",
        "privateLinkResources": [],
        "agentPoolProfiles": [
            {**pool, "provisioningState": "Succeeded", "powerState": {"code": "Running"}}
            for pool in inputs.get("agentPoolProfiles") or ()
        ],
    }
    if at(inputs, "oidcIssuerProfile.enabled"):
        issuer = f"https://{location}.oic.prod-aks.azure.com/{live.place.tenant}/{live.uuid('issuer')}/"
        outputs["oidcIssuerProfile"] = {"issuerURL": issuer}
    return outputs


def _kubelet(live: LiveResource) -> dict[str, Any]:
    """The identity that nodes pull images as: the given one, or one that AKS makes in the group of the nodes."""
    given = at(live.call.inputs, "identityProfile.kubeletidentity.resourceId")
    found = live.find(IDENTITY.token, given)
    if found is not None:
        return {"clientId": found.state["clientId"], "objectId": found.state["principalId"]}
    group = f"/subscriptions/{live.place.subscription}/resourceGroups/{_node_group_name(live)}"
    name = f"{live.name}-agentpool"
    return {
        "resourceId": f"{group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{name}",
        "clientId": live.uuid("kubelet client"),
        "objectId": live.uuid("kubelet principal"),
    }


def _agent_pool(live: LiveResource) -> dict[str, Any]:
    """The Kubernetes version that the nodes run: their own, or else the cluster's."""
    inputs = live.call.inputs
    owner = _owner(live.call.scope, live.id)
    version = inputs.get("orchestratorVersion") or (owner.inputs.get("kubernetesVersion") if owner else None)
    return {
        "currentOrchestratorVersion": version or "",
        "status": {},
        "powerState": {"code": "Running"},
        **({"orchestratorVersion": version} if version else {}),
    }


def _machines(call: Call) -> list[tuple[str, str]]:
    """Every machine size of a pool, or of a cluster's own pools, in every zone asked for.

    A pool without zones asks for them where Azure likes, which is written as the location. One that asks for no node
    asks for no machine: its autoscaler does, later.
    """
    pools = call.inputs.get("agentPoolProfiles") or () if call.type == CLUSTER.token else [call.inputs]
    location = str(call.inputs.get("location") or place_of(call.scope).location)
    return [pair for pool in pools for pair in _wanted(pool, location)]


def _wanted(pool: Mapping[str, Any], location: str) -> list[tuple[str, str]]:
    count = pool.get("count")
    nodes = count if count is not None else pool.get("minCount", 0)
    size = pool.get("vmSize")
    if not nodes or size is None:
        return []
    return [(str(size), str(zone)) for zone in pool.get("availabilityZones") or [location]]


CLUSTER: Final = AzureType(
    token="azure-native:containerservice:ManagedCluster",
    path=_CLUSTER,
    api=Request(model="containerservice.ManagedCluster", operation="managed_clusters.create_or_update"),
    uncovered={
        "agentPoolProfiles.availabilityZones": "held against the location",
        "agentPoolProfiles.spotMaxPrice": "held against the pool's priority",
        "apiServerAccessProfile.privateDNSZone": "system, none or the id of a zone, which is looked up",
        "identityProfile": "its ids are looked up",
    },
    formats={
        "kubernetesVersion": _kubernetes_version,
        "nodeResourceGroup": _NODE_GROUP,
        "dnsPrefix": matching(
            r"[A-Za-z0-9]([A-Za-z0-9-]{0,52}[A-Za-z0-9])?",
            "1 to 54 letters, digits and hyphens, beginning and ending with a letter or digit",
        ),
        "networkProfile.podCidr": cidr(26, 8, private=True),
        "networkProfile.serviceCidr": cidr(28, 12, private=True),
        "apiServerAccessProfile.authorizedIPRanges": address_range,
        "autoScalerProfile.skipNodesWithLocalStorage": one_of("true", "false"),
        "aadProfile.adminGroupObjectIDs": uuid,
        "aadProfile.tenantID": uuid,
        "agentPoolProfiles.name": _POOL_NAME,
        **{f"agentPoolProfiles.{name}": format for name, format in _POOL_FORMATS.items()},
    },
    input_rules=(aks_consistency.cluster,),
    local=("agentPoolProfiles", "apiServerAccessProfile", "diskEncryptionSetID"),
    preconditions=(aks_rules.disjoint_ranges, aks_rules.cluster),
    defaults={
        "enableRBAC": True,
        "disableLocalAccounts": False,
        "supportPlan": "KubernetesOfficial",
        "networkProfile": {
            "serviceCidr": "10.0.0.0/16",
            "dnsServiceIP": "10.0.0.10",
            "outboundType": "loadBalancer",
            "loadBalancerSku": "standard",
        },
    },
    outputs=_cluster,
    implies={"nodeResourceGroup": GROUP_NAME},
    uses=(
        *subnet_uses(
            "agentPoolProfiles.vnetSubnetID", "agentPoolProfiles.podSubnetID", "apiServerAccessProfile.subnetId"
        ),
        Use(target=DISK_ENCRYPTION_SET.token, property="diskEncryptionSetID", refusal=in_use("OperationNotAllowed")),
    ),
    parts=inline("agentPoolProfiles", "agentPools"),
    sku_zones=_machines,
    immutable=paths(
        "diskEncryptionSetID dnsPrefix fqdnSubdomain linuxProfile nodeResourceGroup windowsProfile"
        " networkProfile.serviceCidr networkProfile.serviceCidrs networkProfile.dnsServiceIP"
        " networkProfile.networkMode networkProfile.networkPlugin networkProfile.networkPluginMode"
        " networkProfile.podCidr networkProfile.networkDataplane networkProfile.networkPolicy"
        " networkProfile.outboundType"
    ),
    fixed=Fixed(
        code="PropertyChangeNotAllowed",
        paths=paths("apiServerAccessProfile.enablePrivateCluster extendedLocation enableRBAC"),
    ),
)


AGENT_POOL: Final = AzureType(
    token="azure-native:containerservice:AgentPool",
    path=_CLUSTER.part("agentPools/{agentPoolName}"),
    api=Request(model="containerservice.AgentPool", operation="agent_pools.create_or_update"),
    uncovered={"spotMaxPrice": "held against the pool's priority"},
    formats=_POOL_FORMATS,
    input_rules=(aks_consistency.agent_pool,),
    local=("vnetSubnetID", "podSubnetID", "capacityReservationGroupID", "nodePublicIPPrefixID"),
    preconditions=(_of_one_cluster,),
    defaults={
        "osType": "Linux",
        "type": "VirtualMachineScaleSets",
        "scaleSetPriority": "Regular",
        "mode": "User",
        "scaleDownMode": "Delete",
    },
    outputs=_agent_pool,
    uses=subnet_uses("vnetSubnetID", "podSubnetID"),
    deletion_rules=(_not_last_system_pool,),
    sku_zones=_machines,
    immutable=paths("gpuInstanceProfile vmSize networkProfile.nodePublicIPTags"),
    fixed=Fixed(
        code="PropertyChangeNotAllowed",
        paths=paths(
            "availabilityZones gpuProfile.driver osType osDiskType osDiskSizeGB maxPods vnetSubnetID podSubnetID"
            " scaleSetPriority scaleSetEvictionPolicy spotMaxPrice type kubeletDiskType kubeletConfig linuxOSConfig"
            " enableEncryptionAtHost enableUltraSSD enableNodePublicIP nodePublicIPPrefixID proximityPlacementGroupID"
            " capacityReservationGroupID hostGroupID creationData securityProfile.enableSecureBoot"
            " securityProfile.enableVTPM"
        ),
    ),
)


MAINTENANCE: Final = AzureType(
    token="azure-native:containerservice:MaintenanceConfiguration",
    path=_CLUSTER.part("maintenanceConfigurations/{configName}"),
    api=Request(
        model="containerservice.MaintenanceConfiguration", operation="maintenance_configurations.create_or_update"
    ),
)


TYPES: Final = (
    CLUSTER,
    AGENT_POOL,
    MAINTENANCE,
)
