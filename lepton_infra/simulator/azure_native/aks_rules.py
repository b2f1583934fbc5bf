"""Preconditions of AKS on the resources around a cluster and its pools. Most refusals are ``InvalidParameter``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Network
from typing import Any, Final

from lepton_infra.simulator.azure_native.addresses import address_space
from lepton_infra.simulator.azure_native.aks_consistency import EPHEMERAL
from lepton_infra.simulator.azure_native.key_vault import key_at, vault_of
from lepton_infra.simulator.azure_native.network import VIRTUAL_NETWORK
from lepton_infra.simulator.azure_native.resource_ids import find
from lepton_infra.simulator.azure_native.resources import group_of
from lepton_infra.simulator.azure_native.rights import MAY_ENCRYPT, Role, granted, may_use, principal_of
from lepton_infra.simulator.behaviour import Call, CloudError, Stored
from lepton_infra.simulator.core.paths import at

_INVALID: Final = "InvalidParameter"
_DELEGATED: Final = "Microsoft.ContainerService/managedClusters"


def cluster(call: Call) -> None:
    """The control plane's identity, key, network and version."""
    for rule in (_key, _kubelet_identity, _api_subnet, _way_out, _node_group):
        rule(call)
    _version(call, "kubernetesVersion")


_CLUSTER_RANGES: Final[Mapping[str, str]] = {
    "serviceCidr": "ServiceCidrOverlapExistingSubnetsCidr",
    "podCidr": "InvalidParameter",
}


def disjoint_ranges(call: Call) -> None:
    """The addresses of pods and services are not those of the network that the nodes are in."""
    profile = call.inputs.get("networkProfile") or {}
    for network in _networks(call):
        for taken in address_space(network.inputs):
            for property, code in _CLUSTER_RANGES.items():
                own = profile.get(property)
                if own is not None and IPv4Network(own).overlaps(taken):
                    raise CloudError(code, f"networkProfile.{property} {own} overlaps {taken} of {network.id}")


def _networks(call: Call) -> Iterator[Stored]:
    ids = {at(pool, "vnetSubnetID") for pool in call.inputs.get("agentPoolProfiles") or ()}
    for id in sorted(id for id in ids if isinstance(id, str)):
        network = find(call.scope, id.rpartition("/subnets/")[0], VIRTUAL_NETWORK.token)
        if network is not None:
            yield network


def _identity(call: Call) -> str | None:
    """The principal of the cluster's own user-assigned identity."""
    used = at(call.inputs, "identity.userAssignedIdentities")
    return principal_of(call.scope, used[0]) if isinstance(used, list) and used else None


def _key(call: Call) -> None:
    """The key that etcd is encrypted with is there, the identity may use it, and the control plane can reach it."""
    kms = at(call.inputs, "securityProfile.azureKeyVaultKms")
    if at(kms, "enabled") is not True:
        return
    key = key_at(call.scope, str(kms["keyId"]))
    principal = _identity(call)
    if key is None or principal is None:
        return
    if not may_use(call.scope, principal, MAY_ENCRYPT, key):
        raise CloudError(
            _INVALID,
            f"securityProfile.azureKeyVaultKms: the cluster's identity may not encrypt and decrypt with {key.id}. "
            "Assign it Key Vault Crypto User on the key before the cluster is made",
        )
    vault = vault_of(call.scope, key)
    closed = vault is not None and at(vault.inputs, "properties.publicNetworkAccess") == "Disabled"
    if closed and kms.get("keyVaultNetworkAccess") != "Private":
        raise CloudError(
            _INVALID,
            "securityProfile.azureKeyVaultKms.keyVaultNetworkAccess: the vault is closed to the public; set it to "
            "Private and give keyVaultResourceId",
        )


def _kubelet_identity(call: Call) -> None:
    """The cluster must be allowed to give its nodes the identity that it was told to."""
    kubelet = at(call.inputs, "identityProfile.kubeletidentity.resourceId")
    principal = _identity(call)
    if not isinstance(kubelet, str) or principal is None:
        return
    if not granted(call.scope, principal, frozenset({Role.IDENTITY_OPERATOR}), kubelet):
        raise CloudError(
            "CustomKubeletIdentityMissingPermissionError",
            "The cluster user assigned identity must be given permission to assign kubelet identity "
            f"{kubelet}: assign it Managed Identity Operator there",
        )


def _api_subnet(call: Call) -> None:
    """A subnet for the API server is AKS's alone."""
    id = at(call.inputs, "apiServerAccessProfile.subnetId")
    found = find(call.scope, id) if isinstance(id, str) else None
    if found is None:
        return
    owners = [delegation.get("serviceName") for delegation in found.inputs.get("delegations") or ()]
    if owners != [_DELEGATED]:
        raise CloudError(_INVALID, f"apiServerAccessProfile.subnetId: delegate {found.id} to {_DELEGATED}")


def _way_out(call: Call) -> None:
    """Nodes that leave by a NAT gateway of their subnet need one there."""
    if at(call.inputs, "networkProfile.outboundType") != "userAssignedNATGateway":
        return
    for pool in call.inputs.get("agentPoolProfiles") or ():
        id = at(pool, "vnetSubnetID")
        found = find(call.scope, id) if isinstance(id, str) else None
        if id is None or (found is not None and not at(found.inputs, "natGateway.id")):
            raise CloudError(
                _INVALID,
                "networkProfile.outboundType userAssignedNATGateway: there is no NAT gateway on subnet "
                f"{id} of pool {at(pool, 'name')}",
            )


def _node_group(call: Call) -> None:
    """The group of the nodes is AKS's to make."""
    name = call.inputs.get("nodeResourceGroup")
    if call.old is None and isinstance(name, str) and group_of(call.scope, name) is not None:
        raise CloudError(_INVALID, f"nodeResourceGroup: resource group {name} exists already; AKS makes it itself")


def _version(call: Call, property: str) -> None:
    """Kubernetes goes up by one minor version at a time and never back."""
    if call.old is None:
        return
    before, after = call.old.inputs.get(property), call.inputs.get(property)
    if before is None or after is None or _minor(after) in (_minor(before), _minor(before) + 1):
        return
    raise CloudError(
        "OperationNotAllowed",
        f"Upgrading Kubernetes version {before} to {after} is not allowed. Available upgrades: 1.{_minor(before) + 1}",
    )


def agent_pool(call: Call, owner: Stored) -> None:
    """A pool goes with its cluster: network, version and disks."""
    if call.inputs.get("osDiskType") == "Ephemeral" and owner.inputs.get("diskEncryptionSetID"):
        raise CloudError(*EPHEMERAL.split(": ", 1))
    newest, version = owner.inputs.get("kubernetesVersion"), call.inputs.get("orchestratorVersion")
    if newest and version and _minor(version) > _minor(newest):
        raise CloudError(
            "NodePoolMcVersionIncompatible",
            f"Node pool version {version} and control plane version {newest} are incompatible: nodes run no newer one",
        )
    _version(call, "orchestratorVersion")
    _same_network(call, owner)


def _same_network(call: Call, owner: Stored) -> None:
    id = call.inputs.get("vnetSubnetID")
    homes = {_network(at(pool, "vnetSubnetID")) for pool in owner.inputs.get("agentPoolProfiles") or ()}
    if isinstance(id, str) and _network(id) not in homes:
        raise CloudError(
            _INVALID,
            f"vnetSubnetID: all pools of a cluster are in one virtual network; {owner.id} is in "
            f"{', '.join(sorted(home or 'one of its own' for home in homes))}",
        )


def _network(subnet: Any) -> str | None:
    return subnet.partition("/subnets/")[0].lower() if isinstance(subnet, str) else None


def _minor(version: str) -> int:
    return int(version.split(".")[1])
