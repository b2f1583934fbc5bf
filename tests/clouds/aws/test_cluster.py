from __future__ import annotations

import json

from lepton_infra import lock
from lepton_infra.testing.graph import Graph
from tests.clouds.aws.stacks import Changes, stack
from tests.kit.regions import ROOT, declare

LOCK = lock.read(ROOT / lock.LOCK_FILE)
CLUSTER: Changes = stack()["cluster"]


def test_the_control_plane_is_private_by_itself(region: Graph) -> None:
    cluster = region["test-cluster-control-plane"]
    assert cluster["vpcConfig.endpointPrivateAccess"] is True
    assert cluster["vpcConfig.endpointPublicAccess"] is False
    assert "publicAccessCidrs" not in cluster["vpcConfig"]


def test_the_control_plane_opens_to_listed_networks_only() -> None:
    region = declare(stack(cluster=CLUSTER | {"operator_networks": ["198.51.99.0/24"]}))
    cluster = region["test-cluster-control-plane"]
    assert cluster["vpcConfig.endpointPublicAccess"] is True
    assert cluster["vpcConfig.publicAccessCidrs"] == ["198.51.99.0/24"]


def test_secrets_are_encrypted_under_a_key_of_their_own(region: Graph) -> None:
    cluster = region["test-cluster-control-plane"]
    assert cluster["encryptionConfig"] == {
        "resources": ["secrets"],
        "provider": {"keyArn": region["test-cluster-secrets-key"].outputs["arn"]},
    }


def test_every_control_plane_log_goes_to_a_group_that_stands_before(region: Graph) -> None:
    cluster, group = region["test-cluster-control-plane"], region["test-cluster-logs"]
    assert set(cluster["enabledClusterLogTypes"]) == {
        "api",
        "audit",
        "authenticator",
        "controllerManager",
        "scheduler",
    }
    assert group["name"] == f"/aws/eks/{cluster['name']}/cluster"
    assert group["kmsKeyId"] == region["test-network-logs-key"].outputs["arn"]
    assert group in region.dependencies(cluster)


def test_rights_come_from_access_entries_alone(region: Graph) -> None:
    cluster = region["test-cluster-control-plane"]
    assert cluster["accessConfig"] == {
        "authenticationMode": "API",
        "bootstrapClusterCreatorAdminPermissions": False,
    }
    entry = region["test-cluster-administrator-engineers"]
    rights = region["test-cluster-administrator-engineers-rights"]
    assert entry["principalArn"] == rights["principalArn"] == "arn:aws:iam::111122223333:role/engineers"
    assert rights["policyArn"] == "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"


def test_the_kubernetes_provider_waits_for_an_administrator(region: Graph) -> None:
    (provider,) = region.of("pulumi:providers:kubernetes")
    assert region["test-cluster-administrator-engineers-rights"] in region.dependencies(provider)
    assert "kubeconfig" in provider.secrets


def test_the_cluster_stays_until_teardown(region: Graph, torn_down: Graph) -> None:
    assert region["test-cluster-control-plane"]["deletionProtection"] is True
    assert torn_down["test-cluster-control-plane"]["deletionProtection"] is False


def test_addons_are_pinned(region: Graph) -> None:
    addons = {addon["addonName"]: addon for addon in region.of("aws:eks/addon:Addon")}
    assert set(addons) == {"vpc-cni", "kube-proxy", "coredns", "eks-pod-identity-agent", "aws-ebs-csi-driver"}
    for name, addon in addons.items():
        assert addon["addonVersion"] == LOCK.node_images[f"eks-addon-{name}-1.35"].release


def test_network_policies_are_enforced(region: Graph) -> None:
    assert json.loads(region["test-cluster-vpc-cni"]["configurationValues"])["enableNetworkPolicy"] == "true"


def test_addons_have_rights_of_their_own_and_nodes_few(region: Graph) -> None:
    for name, account in {"vpc-cni": "aws-node", "aws-ebs-csi-driver": "ebs-csi-controller-sa"}.items():
        role = region[f"test-cluster-{name}-role"]
        assert region[f"test-cluster-{name}"]["podIdentityAssociations"] == [
            {"roleArn": role.outputs["arn"], "serviceAccount": account}
        ]
    of_nodes = [
        found["policyArn"].rpartition("/")[2]
        for found in region.of("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
        if found["role"] == "test-cluster-node-role"
    ]
    assert sorted(of_nodes) == ["AmazonEC2ContainerRegistryPullOnly", "AmazonEKSWorkerNodePolicy"]


def test_the_autoscaler_has_an_identity_and_the_order_of_capacity(region: Graph) -> None:
    association = region["test-cluster-autoscaler"]
    assert (association["namespace"], association["serviceAccount"]) == ("kube-system", "cluster-autoscaler")
    (release,) = [
        found for found in region.of("kubernetes:helm.sh/v3:Release") if found["name"] == "cluster-autoscaler"
    ]
    assert release["values.autoDiscovery.clusterName"] == region["test-cluster-control-plane"]["name"]
    assert release["values.extraArgs.expander"] == "priority"
    assert release["values.rbac.serviceAccount.name"] == association["serviceAccount"]
    assert len(release["values.expanderPriorities"]) > 1
    assert release["values.extraArgs.max-nodes-total"] == 6 + 8
