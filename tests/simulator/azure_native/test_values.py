"""Single values: what Azure's models, the SDK's enumerations and the naming rules say of them."""

from typing import Any

import pytest

from lepton_infra.simulator.azure_native.api_models import members, path_constraints
from lepton_infra.simulator.azure_native.catalogue import TYPES
from lepton_infra.simulator.azure_native.resource_type import Request
from lepton_infra.simulator.azure_native.values import member_of
from tests.kit import azure_tokens as tokens
from tests.kit.azure_subscription import (
    GROUP,
    TENANT,
    Subscription,
    account_inputs,
    cluster_inputs,
    pool_inputs,
    system_pool,
    vault_inputs,
)

RULE = {
    "networkSecurityGroupName": "nodes",
    "securityRuleName": "in",
    "resourceGroupName": GROUP,
    "access": "Allow",
    "direction": "Inbound",
    "priority": 100,
    "protocol": "Tcp",
    "sourcePortRange": "*",
    "destinationPortRange": "443",
}


def subnet(**changes: Any) -> dict[str, Any]:
    given = {"virtualNetworkName": "net", "resourceGroupName": GROUP, "subnetName": "a", "addressPrefix": "10.0.0.0/24"}
    return {**given, **changes}


def registry(name: str) -> dict[str, Any]:
    return {"registryName": name, "resourceGroupName": GROUP, "sku": {"name": "Premium"}}


def key(**properties: Any) -> dict[str, Any]:
    return {"vaultName": "v", "keyName": "k", "resourceGroupName": GROUP, "properties": {"kty": "RSA", **properties}}


def rotation(after: str) -> dict[str, Any]:
    return {"lifetimeActions": [{"action": {"type": "rotate"}, "trigger": {"timeAfterCreate": after}}]}


@pytest.mark.parametrize("request_of", [type.api for type in TYPES if type.api], ids=lambda api: api.model)
def test_every_request_leads_to_a_model(request_of: Request) -> None:
    service, _, model = request_of.model.rpartition(".")
    group, _, operation = request_of.operation.partition(".")

    assert members(service, model)
    assert path_constraints(service, group, operation)


def test_models_are_entered_at_any_depth() -> None:
    found = member_of(tokens.CLUSTER, "networkProfile.loadBalancerProfile.managedOutboundIPs.count")

    assert found is not None
    assert (found.constraints["minimum"], found.constraints["maximum"]) == (1, 100)


SOUND: list[tuple[str, dict[str, Any]]] = [
    (tokens.STORAGE_ACCOUNT, account_inputs("a1b")),
    (tokens.STORAGE_ACCOUNT, account_inputs("a" * 24)),
    (tokens.STORAGE_ACCOUNT, account_inputs(minimumTlsVersion="TLS1_2", tags={"owner": "us"})),
    (tokens.VAULT, vault_inputs("a-b")),
    (tokens.VAULT, vault_inputs(softDeleteRetentionInDays=7)),
    (tokens.REGISTRY, registry("Images1")),
    (tokens.RESOURCE_GROUP, {"resourceGroupName": "our_group.(1)"}),
    (tokens.AGENT_POOL, pool_inputs(agentPoolName="a23456789012")),
    (tokens.AGENT_POOL, pool_inputs(nodeTaints=["nvidia.com/gpu=present:NoSchedule"], gpuProfile={"driver": "None"})),
    (tokens.CLUSTER, cluster_inputs(networkProfile={"podCidr": "10.244.0.0/16"})),
    (tokens.CLUSTER, cluster_inputs(kubernetesVersion="1.33.2")),
    (tokens.SUBNET, subnet()),
    (tokens.SECURITY_RULE, RULE),
    (tokens.SECURITY_RULE, {**RULE, "sourceAddressPrefix": "AzureLoadBalancer", "destinationPortRange": "80-90"}),
    (tokens.SECURITY_RULE, {**RULE, "sourceAddressPrefix": "10.0.0.0/8"}),
    (tokens.AGENT_POOL, pool_inputs(nodeLabels={"kubernetes.azure.com/scalesetpriority": "spot"})),
    (tokens.AGENT_POOL, pool_inputs(upgradeSettings={"maxSurge": "33%"})),
    (tokens.CLUSTER, cluster_inputs(apiServerAccessProfile={"authorizedIPRanges": ["198.51.100.7"]})),
    (tokens.KEY, key(keySize=3072, rotationPolicy=rotation("P90D"))),
]

WRONG: list[tuple[str, dict[str, Any], str, str]] = [
    (tokens.STORAGE_ACCOUNT, account_inputs("ab"), "accountName", "has 2 characters; allowed: 3 to 24"),
    (tokens.STORAGE_ACCOUNT, account_inputs("a" * 25), "accountName", "has 25 characters"),
    (tokens.STORAGE_ACCOUNT, account_inputs("our-models"), "accountName", "does not match"),
    (tokens.STORAGE_ACCOUNT, account_inputs("Models"), "accountName", "does not match"),
    (tokens.STORAGE_ACCOUNT, account_inputs(minimumTlsVersion="TLS1.2"), "minimumTlsVersion", "is not allowed"),
    (tokens.STORAGE_ACCOUNT, account_inputs(sku={"name": "Zoned"}), "sku.name", "Standard_ZRS"),
    (tokens.STORAGE_ACCOUNT, account_inputs(tags={"a<b": "c"}), "tags", "without"),
    (tokens.VAULT, vault_inputs("a--b"), "vaultName", "VaultNameNotValid"),
    (tokens.VAULT, vault_inputs("1vault"), "vaultName", "VaultNameNotValid"),
    (tokens.VAULT, vault_inputs("v" * 25), "vaultName", "VaultNameNotValid"),
    (
        tokens.VAULT,
        vault_inputs(softDeleteRetentionInDays=91),
        "properties.softDeleteRetentionInDays",
        "allowed: 7 to 90",
    ),
    (tokens.REGISTRY, registry("our-images"), "registryName", "does not match"),
    (tokens.REGISTRY, registry("abc"), "registryName", "allowed: 5 to 50"),
    (tokens.RESOURCE_GROUP, {"resourceGroupName": "ends."}, "resourceGroupName", "not ending with"),
    (tokens.AGENT_POOL, pool_inputs(agentPoolName="a234567890123"), "agentPoolName", "allowed: 1 to 12"),
    (tokens.AGENT_POOL, pool_inputs(agentPoolName="gpu-1"), "agentPoolName", "does not match"),
    (tokens.AGENT_POOL, pool_inputs(agentPoolName="1gpu"), "agentPoolName", "does not match"),
    (tokens.AGENT_POOL, pool_inputs(gpuProfile={"driver": "Managed"}), "gpuProfile.driver", "Install, None"),
    (tokens.AGENT_POOL, pool_inputs(nodeTaints=["gpu"]), "nodeTaints[0]", "is not a taint"),
    (tokens.AGENT_POOL, pool_inputs(osDiskSizeGB=4096), "osDiskSizeGB", "allowed: 0 to 2048"),
    (
        tokens.CLUSTER,
        cluster_inputs(agentPoolProfiles=[system_pool(name="system-pool")]),
        "agentPoolProfiles[0].name",
        "1 to 12",
    ),
    (
        tokens.CLUSTER,
        cluster_inputs(networkProfile={"podCidr": "10.244.0.1/16"}),
        "networkProfile.podCidr",
        "is not an IPv4 CIDR",
    ),
    (
        tokens.CLUSTER,
        cluster_inputs(networkProfile={"networkPlugin": "cni"}),
        "networkProfile.networkPlugin",
        "kubenet",
    ),
    (tokens.CLUSTER, cluster_inputs(kubernetesVersion="latest"), "kubernetesVersion", "is not a Kubernetes version"),
    (tokens.SUBNET, subnet(addressPrefix="10.0.0.0/30"), "addressPrefix", "wrong size"),
    (tokens.SUBNET, subnet(addressPrefix=None), "addressPrefix", "exactly one"),
    (tokens.SUBNET, subnet(subnetName="-a"), "subnetName", "beginning with"),
    (tokens.SECURITY_RULE, {**RULE, "priority": 99}, "priority", "allowed: 100 to 4096"),
    (tokens.SECURITY_RULE, {**RULE, "destinationPortRange": None}, "destinationPortRange", "exactly one"),
    (tokens.SECURITY_RULE, {**RULE, "destinationPortRange": "70000"}, "destinationPortRange", "is not a port"),
    (tokens.SECURITY_RULE, {**RULE, "destinationPortRange": "90-80"}, "destinationPortRange", "is not a port"),
    (tokens.SECURITY_RULE, {**RULE, "sourceAddressPrefix": "10.0.0.1/8"}, "sourceAddressPrefix", "is not an IPv4"),
    (tokens.AGENT_POOL, pool_inputs(nodeLabels={"-a": "b"}), "nodeLabels", "is not a label"),
    (tokens.AGENT_POOL, pool_inputs(nodeLabels={"a": "b c"}), "nodeLabels", "up to 63"),
    (tokens.AGENT_POOL, pool_inputs(upgradeSettings={"maxSurge": "a third"}), "upgradeSettings.maxSurge", "33%"),
    (tokens.AGENT_POOL, pool_inputs(vmSize="p5.48xlarge"), "vmSize", "is not allowed"),
    (
        tokens.CLUSTER,
        cluster_inputs(apiServerAccessProfile={"authorizedIPRanges": ["198.51.100.7/24"]}),
        "apiServerAccessProfile.authorizedIPRanges[0]",
        "is not an IPv4 address or range",
    ),
    (
        tokens.KEY,
        key(rotationPolicy=rotation("90 days")),
        "properties.rotationPolicy.lifetimeActions[0].trigger.timeAfterCreate",
        "is not a duration",
    ),
    (tokens.KEY, key(keySize=1024), "properties.keySize", "2048, 3072, 4096"),
    (tokens.KEY, key(curveName="P-256"), "properties.curveName", "not for a key of kind RSA"),
    (
        tokens.ROLE_ASSIGNMENT,
        {"scope": "/x", "principalId": "me", "roleDefinitionId": TENANT},
        "principalId",
        "is not a UUID",
    ),
]


@pytest.mark.parametrize(("type", "inputs"), SOUND)
def test_sound_values_pass(azure: Subscription, type: str, inputs: dict[str, Any]) -> None:
    assert azure.check(type, inputs) == []


@pytest.mark.parametrize(("type", "inputs", "path", "words"), WRONG)
def test_wrong_values_are_named(azure: Subscription, type: str, inputs: dict[str, Any], path: str, words: str) -> None:
    failures = azure.check(type, inputs)

    assert {failure.path for failure in failures} == {path}
    assert words in " and ".join(failure.reason for failure in failures)
