from __future__ import annotations

import base64
import json

from lepton_infra.clouds.azure.cluster.access import endpoint, kubeconfig
from lepton_infra.clouds.azure.iam.conditions import reads_prefix
from lepton_infra.testing.graph import Graph
from tests.clouds.azure.stacks import ADMINISTRATORS, stack
from tests.kit.regions import declare

CLUSTER = "test-cluster-control-plane"


def test_the_control_plane_is_private_by_itself(region: Graph) -> None:
    access = region[CLUSTER]["apiServerAccessProfile"]
    assert access["enablePrivateCluster"] is True
    assert access["enablePrivateClusterPublicFQDN"] is False
    assert access["disableRunCommand"] is True
    assert "authorizedIPRanges" not in access


def test_the_control_plane_opens_to_listed_networks_only() -> None:
    cluster = {**stack()["cluster"], "operator_networks": ["198.51.99.0/24"]}
    access = declare(stack(cluster=cluster))[CLUSTER]["apiServerAccessProfile"]
    assert access["enablePrivateCluster"] is False
    assert access["authorizedIPRanges"] == ["198.51.99.0/24"]


def test_rights_come_from_the_directory_alone(region: Graph) -> None:
    cluster = region[CLUSTER]
    assert cluster["disableLocalAccounts"] is True
    assert cluster["aadProfile.enableAzureRBAC"] is True
    right = region[f"test-cluster-administrator-{ADMINISTRATORS}"]
    assert (right["principalId"], right["principalType"]) == (ADMINISTRATORS, "Group")
    (provider,) = region.of("pulumi:providers:kubernetes")
    assert right in region.dependencies(provider)
    assert "kubeconfig" in provider.secrets


def test_secrets_are_encrypted_in_a_private_vault(region: Graph) -> None:
    kms = region[CLUSTER]["securityProfile.azureKeyVaultKms"]
    assert (kms["enabled"], kms["keyVaultNetworkAccess"]) == (True, "Private")
    assert kms["keyVaultResourceId"] == region["test-cluster-vault"].id


def test_every_right_of_the_cluster_comes_before_it(region: Graph) -> None:
    needed = region.dependencies(region[CLUSTER])
    for purpose in ("network", "nodes", "disks", "secrets", "vault"):
        assert region[f"test-cluster-{purpose}-right"] in needed


def test_the_cluster_waits_for_no_store(region: Graph) -> None:
    needed = {found.name for found in region.dependencies(region[CLUSTER])}
    assert not {name for name in needed if name.startswith(("test-storage", "test-registry"))}


def test_network_policy_identity_and_system_nodes(region: Graph) -> None:
    cluster = region[CLUSTER]
    assert cluster["networkProfile.networkPolicy"] == cluster["networkProfile.networkDataplane"] == "cilium"
    assert cluster["networkProfile.networkPluginMode"] == "overlay"
    assert cluster["oidcIssuerProfile.enabled"] is True
    assert cluster["securityProfile.workloadIdentity.enabled"] is True
    (system,) = cluster["agentPoolProfiles"]
    assert system["mode"] == "System"
    assert cluster.ignore_changes == ("agentPoolProfiles",)


def test_a_kubeconfig_holds_no_secret() -> None:
    given = {"clusters": [{"cluster": {"server": "https://api", "certificate-authority-data": "Y2E="}}]}
    server, authority = endpoint(base64.b64encode(json.dumps(given).encode()).decode())
    written = json.loads(kubeconfig(name="c", tenant="t", server=server, certificate_authority=authority))
    assert written["clusters"][0]["cluster"] == {"server": "https://api", "certificate-authority-data": "Y2E="}
    assert set(written["users"][0]["user"]) == {"exec"}
    assert written["users"][0]["user"]["exec"]["command"] == "kubelogin"


def test_a_models_pods_read_their_own_model(region: Graph) -> None:
    right, trust = region["test-identity-cifar10-read"], region["test-identity-cifar10-trust"]
    assert right["roleDefinitionId"].endswith("/2a2b9908-6ea1-4ae2-8e65-a410df84e7d1")
    assert right["condition"].count("StringStartsWith 'cifar10/'") == 2
    assert right["conditionVersion"] == "2.0"
    assert trust["subject"] == "system:serviceaccount:serving-cifar10:cifar10"
    deployment = region["test-serving-cifar10-v1-deployment"]
    assert deployment["spec.template.metadata.labels"]["azure.workload.identity/use"] == "true"
    account = region["test-serving-cifar10-account"]
    assert "azure.workload.identity/client-id" in account["metadata.annotations"]


def test_a_models_pods_reach_private_endpoints_and_who_exchanges_their_token_and_nothing_else(region: Graph) -> None:
    dns, store, *credential = region["test-serving-cifar10-traffic"]["spec.egress"]
    assert {port["port"] for port in dns["ports"]} == {53}
    subnet = region["test-network-endpoints"]
    https = [{"port": 443, "protocol": "TCP"}]
    assert store == {"to": [{"ipBlock": {"cidr": subnet["addressPrefix"]}}], "ports": https}
    assert all(rule["ports"] == https for rule in credential)
    assert [rule["to"][0]["ipBlock"]["cidr"] for rule in credential] == [
        "20.20.32.0/19",
        "20.190.128.0/18",
        "20.231.128.0/19",
        "40.126.0.0/18",
    ]


def test_a_condition_covers_reading_and_listing() -> None:
    condition = reads_prefix("account", "models", "cifar10/")
    assert "NOT SubOperationMatches{'Blob.List'}" in condition
    assert condition.count("storageAccounts:name] StringEquals 'account'") == 2
    assert condition.count("(") == condition.count(")")
