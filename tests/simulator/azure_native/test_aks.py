"""What AKS takes together, and what it demands of the things around a cluster and its pools."""

from typing import Any

import pytest

from lepton_infra.simulator.azure_native.rights import Role
from lepton_infra.simulator.behaviour import CloudError
from lepton_infra.simulator.resource import Resource
from tests.kit import azure_tokens as tokens
from tests.kit.azure_subscription import GROUP, TENANT, Subscription, cluster_inputs, pool_inputs, system_pool

USER_ASSIGNED = {"type": "UserAssigned", "userAssignedIdentities": []}
KMS = {"enabled": True, "keyId": "https://keys-of-region.vault.azure.net/keys/main/0123"}
DISKS = "/subscriptions/x/resourceGroups/x/providers/Microsoft.Compute/diskEncryptionSets/x"
PRIVATE = {"enablePrivateCluster": True}
SPOT = {"scaleSetPriority": "Spot", "scaleSetEvictionPolicy": "Delete", "spotMaxPrice": -1}

SOUND_CLUSTERS: list[dict[str, Any]] = [
    {"apiServerAccessProfile": {**PRIVATE, "privateDNSZone": "system"}},
    {"apiServerAccessProfile": {"authorizedIPRanges": ["198.51.100.0/24"]}},
    {"disableLocalAccounts": True, "aadProfile": {"managed": True, "enableAzureRBAC": True, "tenantID": TENANT}},
    {"securityProfile": {"azureKeyVaultKms": KMS}, "identity": USER_ASSIGNED},
    {"securityProfile": {"workloadIdentity": {"enabled": True}}, "oidcIssuerProfile": {"enabled": True}},
    {"networkProfile": {"networkPlugin": "azure", "networkPluginMode": "overlay", "networkDataplane": "cilium"}},
    {"networkProfile": {"serviceCidr": "10.96.0.0/16", "dnsServiceIP": "10.96.0.10", "podCidr": "10.244.0.0/16"}},
    {"agentPoolProfiles": [system_pool(osDiskType="Ephemeral")]},
]
WRONG_CLUSTERS: list[tuple[dict[str, Any], str]] = [
    (
        {"apiServerAccessProfile": {**PRIVATE, "authorizedIPRanges": ["198.51.100.0/24"]}},
        "apiServerAccessProfile.authorizedIPRanges",
    ),
    ({"apiServerAccessProfile": {"privateDNSZone": "system"}}, "apiServerAccessProfile.privateDNSZone"),
    ({"disableLocalAccounts": True}, "disableLocalAccounts"),
    ({"aadProfile": {"enableAzureRBAC": True}}, "aadProfile.managed"),
    ({"securityProfile": {"azureKeyVaultKms": KMS}}, "identity.type"),
    (
        {"securityProfile": {"azureKeyVaultKms": {"enabled": True}}, "identity": USER_ASSIGNED},
        "securityProfile.azureKeyVaultKms.keyId",
    ),
    (
        {
            "securityProfile": {"azureKeyVaultKms": {**KMS, "keyVaultNetworkAccess": "Private"}},
            "identity": USER_ASSIGNED,
        },
        "securityProfile.azureKeyVaultKms.keyVaultResourceId",
    ),
    ({"securityProfile": {"workloadIdentity": {"enabled": True}}}, "oidcIssuerProfile.enabled"),
    (
        {"networkProfile": {"networkPlugin": "kubenet", "networkPluginMode": "overlay"}},
        "networkProfile.networkPlugin",
    ),
    ({"networkProfile": {"networkPolicy": "cilium"}}, "networkProfile.networkDataplane"),
    ({"networkProfile": {"networkDataplane": "cilium"}}, "networkProfile.networkPluginMode"),
    ({"networkProfile": {"serviceCidr": "10.0.0.0/16", "podCidr": "10.0.128.0/17"}}, "networkProfile.podCidr"),
    (
        {"networkProfile": {"serviceCidr": "10.96.0.0/16", "dnsServiceIP": "10.97.0.10"}},
        "networkProfile.dnsServiceIP",
    ),
    (
        {"networkProfile": {"serviceCidr": "10.96.0.0/16", "dnsServiceIP": "10.96.0.1"}},
        "networkProfile.dnsServiceIP",
    ),
    ({"identity": None}, "identity"),
    ({"identityProfile": {"kubeletidentity": {"resourceId": "x"}}}, "identityProfile"),
    ({"agentPoolProfiles": [system_pool(mode="User")]}, "agentPoolProfiles"),
    ({"agentPoolProfiles": [system_pool(), system_pool()]}, "agentPoolProfiles[1].name"),
    ({"agentPoolProfiles": [system_pool(**SPOT)]}, "agentPoolProfiles[0].mode"),
]

SOUND_POOLS: list[dict[str, Any]] = [
    SPOT,
    {"enableAutoScaling": True, "minCount": 0, "maxCount": 4, "count": 0},
    {"osType": "Windows", "agentPoolName": "win123"},
    {"upgradeSettings": {"maxSurge": "1", "maxUnavailable": "0"}},
]
WRONG_POOLS: list[tuple[dict[str, Any], str]] = [
    ({**SPOT, "mode": "System"}, "mode"),
    ({**SPOT, "upgradeSettings": {"maxSurge": "1"}}, "upgradeSettings.maxSurge"),
    ({**SPOT, "spotMaxPrice": 0}, "spotMaxPrice"),
    ({"spotMaxPrice": -1}, "spotMaxPrice"),
    ({"scaleSetEvictionPolicy": "Delete"}, "scaleSetEvictionPolicy"),
    ({"enableAutoScaling": True, "minCount": 1}, "maxCount"),
    ({"minCount": 1}, "minCount"),
    ({"enableAutoScaling": True, "minCount": 5, "maxCount": 4, "count": None}, "minCount"),
    ({"enableAutoScaling": True, "minCount": 1, "maxCount": 4, "count": 9}, "count"),
    ({"enableAutoScaling": True, "minCount": 0, "maxCount": 4, "mode": "System"}, "minCount"),
    ({"osType": "Windows", "agentPoolName": "windows1"}, "agentPoolName"),
    ({"upgradeSettings": {"maxSurge": "1", "maxUnavailable": "1"}}, "upgradeSettings.maxUnavailable"),
]


@pytest.mark.parametrize("changes", SOUND_CLUSTERS)
def test_sound_clusters_pass(azure: Subscription, changes: dict[str, Any]) -> None:
    assert azure.check(tokens.CLUSTER, cluster_inputs(**changes)) == []


@pytest.mark.parametrize(("changes", "path"), WRONG_CLUSTERS)
def test_wrong_clusters_are_named(azure: Subscription, changes: dict[str, Any], path: str) -> None:
    failures = azure.check(tokens.CLUSTER, cluster_inputs(**changes))

    assert [failure.path for failure in failures] == [path]


@pytest.mark.parametrize("changes", SOUND_POOLS)
def test_sound_pools_pass(azure: Subscription, changes: dict[str, Any]) -> None:
    assert azure.check(tokens.AGENT_POOL, pool_inputs(**changes)) == []


@pytest.mark.parametrize(("changes", "path"), WRONG_POOLS)
def test_wrong_pools_are_named(azure: Subscription, changes: dict[str, Any], path: str) -> None:
    failures = azure.check(tokens.AGENT_POOL, pool_inputs(**changes))

    assert [failure.path for failure in failures] == [path]


def encrypted(azure: Subscription, person: Resource, key: Resource, **kms: Any) -> dict[str, Any]:
    return {
        "identity": {"type": "UserAssigned", "userAssignedIdentities": [person.id]},
        "securityProfile": {"azureKeyVaultKms": {"enabled": True, "keyId": key.state["keyUriWithVersion"], **kms}},
    }


@pytest.mark.parametrize(
    ("role", "sound"), [(Role.CRYPTO_USER, True), (Role.CRYPTO_SERVICE_USER, False), (None, False)]
)
def test_the_right_to_etcds_key_comes_before_the_cluster(azure: Subscription, role: Role | None, sound: bool) -> None:
    person, key = azure.identity(), azure.key(azure.vault())
    if role is not None:
        azure.grant(person, role, key)
    refusal = ""
    try:
        azure.cluster(**encrypted(azure, person, key))
    except CloudError as error:
        refusal = str(error)

    assert ("may not encrypt and decrypt" not in refusal) is sound


def test_a_closed_vault_is_reached_privately(azure: Subscription) -> None:
    person, vault = azure.identity(), azure.vault(publicNetworkAccess="Disabled")
    key = azure.key(vault)
    azure.grant(person, Role.CRYPTO_USER, vault)
    with pytest.raises(CloudError, match="closed to the public"):
        azure.cluster(**encrypted(azure, person, key))
    private = {"keyVaultNetworkAccess": "Private", "keyVaultResourceId": vault.id}

    assert azure.cluster(**encrypted(azure, person, key, **private)).id


def test_nodes_are_given_an_identity_that_the_cluster_may_give(azure: Subscription) -> None:
    person, nodes = azure.identity(), azure.identity("nodes")
    inputs: dict[str, Any] = {
        "identity": {"type": "UserAssigned", "userAssignedIdentities": [person.id]},
        "identityProfile": {"kubeletidentity": {"resourceId": nodes.id}},
    }
    with pytest.raises(CloudError, match="CustomKubeletIdentityMissingPermissionError"):
        azure.cluster(**inputs)
    azure.grant(person, Role.IDENTITY_OPERATOR, nodes)
    made = azure.cluster(**inputs)

    assert made.state["identityProfile"]["kubeletidentity"]["objectId"] == nodes.state["principalId"]


@pytest.mark.parametrize(
    ("profile", "code"),
    [
        ({"serviceCidr": "10.0.128.0/20", "dnsServiceIP": "10.0.128.10"}, "ServiceCidrOverlapExistingSubnetsCidr"),
        ({"podCidr": "10.0.128.0/17"}, "InvalidParameter"),
        ({"serviceCidr": "10.96.0.0/16", "dnsServiceIP": "10.96.0.10", "podCidr": "10.244.0.0/16"}, None),
    ],
)
def test_pods_and_services_have_addresses_of_their_own(
    azure: Subscription, profile: dict[str, Any], code: str | None
) -> None:
    azure.network()
    pools = [system_pool(vnetSubnetID=azure.subnet().id)]
    refusal = None
    try:
        azure.cluster(networkProfile=profile, agentPoolProfiles=pools)
    except CloudError as error:
        refusal = error.code

    assert refusal == code


def test_a_way_out_through_a_gateway_needs_one(azure: Subscription) -> None:
    azure.network()
    gateway = azure.make(tokens.NAT_GATEWAY, natGatewayName="out", resourceGroupName=GROUP)
    closed, opened = azure.subnet("closed"), azure.subnet("open", "10.0.1.0/24", natGateway={"id": gateway.id})
    profile = {"outboundType": "userAssignedNATGateway", "serviceCidr": "10.96.0.0/16", "dnsServiceIP": "10.96.0.10"}
    with pytest.raises(CloudError, match="no NAT gateway"):
        azure.cluster(networkProfile=profile, agentPoolProfiles=[system_pool(vnetSubnetID=closed.id)])

    assert azure.cluster(networkProfile=profile, agentPoolProfiles=[system_pool(vnetSubnetID=opened.id)]).id


def test_the_api_servers_subnet_is_delegated(azure: Subscription) -> None:
    azure.network()
    owner = [{"name": "owner", "serviceName": "Microsoft.ContainerService/managedClusters"}]
    plain, delegated = azure.subnet("plain"), azure.subnet("api", "10.0.1.0/24", delegations=owner)
    with pytest.raises(CloudError, match="delegate"):
        azure.cluster(apiServerAccessProfile={"enableVnetIntegration": True, "subnetId": plain.id})

    assert azure.cluster(apiServerAccessProfile={"enableVnetIntegration": True, "subnetId": delegated.id}).id


def test_the_group_of_the_nodes_is_made_by_aks(azure: Subscription) -> None:
    with pytest.raises(CloudError, match="AKS makes it itself"):
        azure.cluster(nodeResourceGroup=GROUP)


@pytest.mark.parametrize(("version", "sound"), [("1.33.4", True), ("1.34", True), ("1.35", False), ("1.32", False)])
def test_a_cluster_goes_up_by_one_version(azure: Subscription, version: str, sound: bool) -> None:
    made = azure.cluster()
    refusal = None
    try:
        azure.update(tokens.CLUSTER, made, "main", kubernetesVersion=version)
    except CloudError as error:
        refusal = error.code

    assert refusal == (None if sound else "OperationNotAllowed")


def test_nodes_are_not_newer_than_the_control_plane(azure: Subscription) -> None:
    azure.cluster()
    made = azure.make(tokens.AGENT_POOL, **pool_inputs(orchestratorVersion="1.32"))

    assert made.state["currentOrchestratorVersion"] == "1.32"
    with pytest.raises(CloudError, match="NodePoolMcVersionIncompatible"):
        azure.make(tokens.AGENT_POOL, "b", **pool_inputs(agentPoolName="b", orchestratorVersion="1.34"))


def test_pools_share_a_network(azure: Subscription) -> None:
    azure.network()
    azure.network("far", "10.9.0.0/16")
    near, far = azure.subnet(), azure.subnet("far", "10.9.0.0/24", "far")
    services = {"serviceCidr": "10.96.0.0/16", "dnsServiceIP": "10.96.0.10"}
    azure.cluster(agentPoolProfiles=[system_pool(vnetSubnetID=near.id)], networkProfile=services)

    assert azure.make(tokens.AGENT_POOL, **pool_inputs(vnetSubnetID=near.id)).id
    with pytest.raises(CloudError, match="one virtual network"):
        azure.make(tokens.AGENT_POOL, "b", **pool_inputs(agentPoolName="b", vnetSubnetID=far.id))


def test_ephemeral_disks_and_a_customer_key_exclude_one_another(azure: Subscription) -> None:
    pools = [system_pool(osDiskType="Ephemeral")]
    failures = azure.check(tokens.CLUSTER, cluster_inputs(diskEncryptionSetID=None, agentPoolProfiles=pools))
    mixed = azure.check(tokens.CLUSTER, cluster_inputs(diskEncryptionSetID="set", agentPoolProfiles=pools))

    assert failures == []
    assert [failure.path for failure in mixed] == ["agentPoolProfiles[0].osDiskType"]
