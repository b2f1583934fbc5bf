from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pulumi
import pytest

from lepton_infra import lock
from lepton_infra.clouds.gcp.cluster.cluster import require_room
from lepton_infra.clouds.gcp.nodes import versions
from lepton_infra.testing.graph import Declared, Graph
from tests.clouds.gcp.stacks import ZONES, Changes, stack
from tests.kit.regions import ROOT, declare

LOCK = lock.read(ROOT / lock.LOCK_FILE)
CLUSTER: Changes = stack()["cluster"]


@pytest.fixture
def cluster(region: Graph) -> Declared:
    return region["test-cluster-control-plane"]


def with_operators(*networks: str) -> Declared:
    return declare(stack(cluster=CLUSTER | {"operator_networks": list(networks)}))["test-cluster-control-plane"]


def test_the_cluster_is_regional_in_the_networks_ranges(region: Graph, cluster: Declared) -> None:
    assert (cluster["location"], cluster["nodeLocations"]) == ("asia-south1", ZONES)
    assert cluster["subnetwork"] == region["test-network-subnetwork"].id
    assert cluster["ipAllocationPolicy"] == {
        "clusterSecondaryRangeName": "pods",
        "servicesSecondaryRangeName": "services",
        "stackType": "IPV4",
    }


def test_nodes_and_endpoint_are_private(cluster: Declared) -> None:
    assert cluster["privateClusterConfig"] == {"enablePrivateNodes": True, "enablePrivateEndpoint": True}
    assert cluster["controlPlaneEndpointsConfig.dnsEndpointConfig.allowExternalTraffic"] is False
    authorized = cluster["masterAuthorizedNetworksConfig"]
    assert [block["cidrBlock"] for block in authorized["cidrBlocks"]] == ["10.18.0.0/16"]
    assert authorized["gcpPublicCidrsAccessEnabled"] is False
    assert authorized["privateEndpointEnforcementEnabled"] is True


@pytest.mark.parametrize(("network", "private"), [("198.51.99.0/24", False), ("192.168.7.0/24", True)])
def test_operators_are_let_in_by_list_and_a_vpn_opens_nothing_to_the_outside(network: str, private: bool) -> None:
    cluster = with_operators(network)
    assert cluster["privateClusterConfig.enablePrivateEndpoint"] is private
    blocks = cluster["masterAuthorizedNetworksConfig.cidrBlocks"]
    assert [block["cidrBlock"] for block in blocks] == ["10.18.0.0/16", network]


def test_the_dataplane_enforces_network_policies_and_dns_is_the_one_that_they_name(cluster: Declared) -> None:
    assert cluster["datapathProvider"] == "ADVANCED_DATAPATH"
    assert cluster["dnsConfig.clusterDns"] == "KUBE_DNS"
    assert cluster["addonsConfig.dnsCacheConfig.enabled"] is False


def test_secrets_are_encrypted_under_a_key_of_their_own(region: Graph, cluster: Declared) -> None:
    assert cluster["databaseEncryption"] == {
        "state": "ENCRYPTED",
        "keyName": region["test-cluster-secrets-key"].id,
    }


def test_there_are_no_credentials_but_those_of_iam(cluster: Declared) -> None:
    assert cluster["masterAuth.clientCertificateConfig.issueClientCertificate"] is False
    assert cluster["enableLegacyAbac"] is False
    assert cluster["anonymousAuthenticationConfig.mode"] == "LIMITED"
    assert cluster["workloadIdentityConfig.workloadPool"] == "example-inference.svc.id.goog"


def test_logs_metrics_and_cost_are_measured(cluster: Declared) -> None:
    assert set(cluster["loggingConfig.enableComponents"]) >= {
        "SYSTEM_COMPONENTS",
        "WORKLOADS",
        "APISERVER",
        "CONTROLLER_MANAGER",
        "SCHEDULER",
    }
    assert "DCGM" in cluster["monitoringConfig.enableComponents"]
    assert cluster["monitoringConfig.managedPrometheus.enabled"] is True
    assert cluster["costManagementConfig.enabled"] is True


def test_the_version_is_pinned_and_google_changes_no_minor_one(cluster: Declared) -> None:
    assert cluster["minMasterVersion"] == LOCK.node_images["gke-1.35"].release
    assert LOCK.node_images["gke-1.35"].release.startswith("1.35.")
    assert cluster["releaseChannel.channel"] == "REGULAR"
    policy = cluster["maintenancePolicy"]
    assert policy["dailyMaintenanceWindow"] == {"startTime": "20:30"}
    (exclusion,) = policy["maintenanceExclusions"]
    assert exclusion["exclusionOptions"] == {"scope": "NO_MINOR_UPGRADES", "endTimeBehavior": "UNTIL_END_OF_SUPPORT"}


def test_a_version_that_is_not_pinned_is_refused_with_what_is() -> None:
    with pytest.raises(pulumi.RunError, match=r"has no node_images\.gke-1\.31; it has: .*gke-1\.35"):
        versions.release(LOCK, "1.31")


def test_the_pool_that_gke_makes_goes_and_has_the_key_until_then(region: Graph, cluster: Declared) -> None:
    assert cluster["removeDefaultNodePool"] is True
    assert cluster["nodeConfig.bootDiskKmsKey"] == region["test-cluster-disks-key"].id
    assert cluster["nodeConfig.serviceAccount"] == region["test-cluster-nodes"].outputs["email"]
    assert set(cluster.ignore_changes) == {"initialNodeCount", "nodeConfig"}


def test_the_cluster_stays_until_teardown(cluster: Declared, torn_down: Graph) -> None:
    assert cluster["deletionProtection"] is True
    assert torn_down["test-cluster-control-plane"]["deletionProtection"] is False


def test_an_administrator_gets_one_cluster(region: Graph) -> None:
    (rights,) = [found for found in region.of("gcp:projects/iAMMember:IAMMember") if "administrator" in found.name]
    assert (rights["role"], rights["member"]) == ("roles/container.admin", "group:engineers@example.com")
    assert rights["condition.expression"] == 'resource.name.endsWith("/locations/asia-south1/clusters/test-cluster")'


def test_the_kubernetes_provider_waits_for_an_administrator(region: Graph) -> None:
    (provider,) = region.of("pulumi:providers:kubernetes")
    (rights,) = [found for found in region.of("gcp:projects/iAMMember:IAMMember") if "administrator" in found.name]
    assert rights in region.dependencies(provider)
    assert "kubeconfig" in provider.secrets


def test_nodes_may_write_logs_and_pull_images_and_nothing_else(region: Graph) -> None:
    member = region["test-cluster-nodes"].outputs["member"]
    roles = {found["role"] for found in region.of("gcp:projects/iAMMember:IAMMember") if found["member"] == member}
    assert roles == {"roles/container.defaultNodeServiceAccount", "roles/artifactregistry.reader"}


@pytest.mark.parametrize(("cidr", "nodes"), [("10.18.0.0/20", 32), ("10.18.0.0/16", 512)])
def test_a_cluster_has_no_more_nodes_than_addresses(cidr: str, nodes: int) -> None:
    def args(max_nodes: int) -> Any:
        return SimpleNamespace(network=SimpleNamespace(cidr=cidr), max_nodes=max_nodes)

    require_room(args(nodes))
    with pytest.raises(pulumi.RunError, match=f"{cidr} has pod addresses for {nodes} nodes"):
        require_room(args(nodes + 1))
