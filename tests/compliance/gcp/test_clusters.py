from __future__ import annotations

from typing import Any

import pytest

from lepton_infra.compliance.facts import Cluster, Encryption, Nodes
from lepton_infra.compliance.graph.graph import UNKNOWN, Resource
from tests.compliance.gcp.graphs import made, read, waiting

KEY = made("kms/cryptoKey:CryptoKey", "key", id="projects/shop/locations/europe-west4/keyRings/r/cryptoKeys/k")
EVERYBODY = frozenset({"0.0.0.0/0"})


def cluster(*others: Resource, protect: bool = False, **inputs: Any) -> Cluster:
    (found,) = read(made("container/cluster:Cluster", protect=protect, **inputs), *others).clusters
    return found


def authorized(*cidrs: str, **more: Any) -> dict[str, Any]:
    return {"masterAuthorizedNetworksConfig": {"cidrBlocks": [{"cidrBlock": cidr} for cidr in cidrs], **more}}


@pytest.mark.parametrize(
    ("inputs", "fact", "expected"),
    [
        ({}, "open_to", EVERYBODY),
        (authorized("8.8.8.0/24", "10.0.0.0/8"), "open_to", frozenset({"8.8.8.0/24"})),
        (authorized("10.0.0.0/8", gcpPublicCidrsAccessEnabled=True), "open_to", EVERYBODY),
        ({"privateClusterConfig": {"enablePrivateEndpoint": True}}, "open_to", frozenset()),
        ({"controlPlaneEndpointsConfig": {"ipEndpointsConfig": {"enabled": False}}}, "open_to", frozenset()),
        (
            {
                "privateClusterConfig": {"enablePrivateEndpoint": True},
                "controlPlaneEndpointsConfig": {"dnsEndpointConfig": {"allowExternalTraffic": True}},
            },
            "open_to",
            EVERYBODY,
        ),
        ({"masterAuthorizedNetworksConfig": UNKNOWN}, "open_to", UNKNOWN),
        ({}, "secrets_key", Encryption.PROVIDER),
        ({"databaseEncryption": {"state": "ENCRYPTED", "keyName": KEY.id}}, "secrets_key", Encryption.CUSTOMER),
        ({}, "local_accounts", False),
        ({"enableLegacyAbac": True}, "local_accounts", True),
        (
            {"masterAuth": {"clientCertificateConfig": {"issueClientCertificate": True}}},
            "local_accounts",
            True,
        ),
        ({}, "workload_identity", False),
        ({"workloadIdentityConfig": {"workloadPool": "shop.svc.id.goog"}}, "workload_identity", True),
        ({}, "network_policy", False),
        ({"networkPolicy": {"enabled": True}}, "network_policy", True),
        ({"datapathProvider": "ADVANCED_DATAPATH"}, "network_policy", True),
        ({}, "audit_logs", frozenset({"audit", "authentication"})),
        (
            {"loggingConfig": {"enableComponents": ["SYSTEM_COMPONENTS", "APISERVER"]}},
            "audit_logs",
            frozenset({"api", "audit", "authentication"}),
        ),
        ({}, "verifies_images", False),
        ({"binaryAuthorization": {"evaluationMode": "PROJECT_SINGLETON_POLICY_ENFORCE"}}, "verifies_images", True),
        ({"location": "europe-west4"}, "zones", 3),
        ({"location": "europe-west4-a"}, "zones", 1),
    ],
)
def test_a_control_plane(inputs: dict[str, Any], fact: str, expected: object) -> None:
    assert getattr(cluster(KEY, **inputs), fact).value == expected


def test_traffic_between_nodes_is_a_question_only_where_it_is_asked() -> None:
    asked = cluster(inTransitEncryptionConfig="IN_TRANSIT_ENCRYPTION_INTER_NODE_TRANSPARENT").transport_encrypted
    assert cluster().transport_encrypted is None
    assert asked is not None
    assert asked.value is True


@pytest.mark.parametrize(
    ("protect", "inputs", "locked"),
    [(True, {}, True), (True, {"deletionProtection": False}, False), (False, {"deletionProtection": True}, False)],
)
def test_a_cluster_is_locked_by_both(protect: bool, inputs: dict[str, Any], locked: bool) -> None:
    assert cluster(protect=protect, **inputs).locked.value is locked


@pytest.mark.parametrize(("inputs", "on"), [({}, False), ({"securityPostureConfig": {"mode": "BASIC"}}, True)])
def test_attacks_are_looked_for(inputs: dict[str, Any], on: bool) -> None:
    (found,) = read(made("container/cluster:Cluster", **inputs)).detections
    assert found.on.value is on


HOME = made(
    "container/cluster:Cluster",
    "home",
    name="home",
    id="projects/shop/locations/europe-west4/clusters/home",
    removeDefaultNodePool=True,
    nodeLocations=["europe-west4-a", "europe-west4-b"],
    workloadIdentityConfig={"workloadPool": "shop.svc.id.goog"},
    privateClusterConfig={"enablePrivateNodes": True},
)


def nodes(cluster: Resource = HOME, **inputs: Any) -> Nodes:
    (found,) = read(made("container/nodePool:NodePool", cluster=HOME.id, **inputs), cluster, KEY).nodes
    return found


def config(**inputs: Any) -> dict[str, Any]:
    return {"nodeConfig": inputs}


@pytest.mark.parametrize(
    ("inputs", "fact", "expected"),
    [
        ({}, "disk", Encryption.PROVIDER),
        (config(bootDiskKmsKey=KEY.id), "disk", Encryption.CUSTOMER),
        ({}, "metadata_guarded", True),
        (config(workloadMetadataConfig={"mode": "GCE_METADATA"}), "metadata_guarded", False),
        ({}, "public_address", False),
        ({"networkConfig": {"enablePrivateNodes": False}}, "public_address", True),
        ({}, "remote_login", True),
        (config(metadata={"block-project-ssh-keys": "true"}), "remote_login", False),
        ({}, "verified_boot", False),
        (config(shieldedInstanceConfig={"enableSecureBoot": True}), "verified_boot", True),
        (
            config(shieldedInstanceConfig={"enableSecureBoot": True, "enableIntegrityMonitoring": False}),
            "verified_boot",
            False,
        ),
        ({}, "zones", 2),
        ({"nodeLocations": ["europe-west4-a"]}, "zones", 1),
    ],
)
def test_a_node_pool(inputs: dict[str, Any], fact: str, expected: object) -> None:
    assert getattr(nodes(**inputs), fact).value == expected


@pytest.mark.parametrize(
    ("inputs", "accelerated"),
    [
        (config(machineType="n2-standard-8"), False),
        (config(machineType="g2-standard-8"), True),
        (config(machineType="n1-standard-8", guestAccelerators=[{"type": "nvidia-tesla-t4", "count": 1}]), True),
    ],
)
def test_gpus_are_in_the_machine_or_attached(inputs: dict[str, Any], accelerated: bool) -> None:
    assert nodes(**inputs).accelerated is accelerated


def test_a_cluster_brings_nodes_of_its_own_unless_they_are_removed() -> None:
    (found,) = read(made("container/cluster:Cluster", initialNodeCount=1)).nodes
    assert (found.disk.value, found.public_address.value) == (Encryption.PROVIDER, True)
    assert read(made("container/cluster:Cluster", removeDefaultNodePool=True)).nodes == ()


def test_in_a_preview_a_pool_is_of_the_cluster_that_it_is_made_of() -> None:
    pool = waiting(made("container/nodePool:NodePool", cluster=UNKNOWN), cluster=HOME)
    (found,) = read(pool, HOME).nodes
    assert (found.public_address.value, found.zones.value) == (False, 2)


@pytest.mark.parametrize(
    ("inputs", "fact", "expected"),
    [
        ({"networkInterfaces": [{"network": "n", "accessConfigs": [{}]}]}, "public_address", True),
        ({"networkInterfaces": [{"network": "n"}]}, "public_address", False),
        ({"serviceAccount": {"email": "a"}}, "metadata_guarded", False),
        ({}, "metadata_guarded", True),
        ({"bootDisk": {"kmsKeySelfLink": KEY.id}}, "disk", Encryption.CUSTOMER),
    ],
)
def test_a_machine_of_its_own(inputs: dict[str, Any], fact: str, expected: object) -> None:
    (found,) = read(made("compute/instance:Instance", **inputs), KEY).nodes
    assert getattr(found, fact).value == expected
