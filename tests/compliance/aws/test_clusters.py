"""Clusters and machines of programs that are not ours."""

from __future__ import annotations

from typing import Any

import pytest

from lepton_infra.compliance.facts import Cluster, Encryption, Nodes
from lepton_infra.compliance.graph.graph import UNKNOWN, Resource
from tests.compliance.aws.graphs import key, made, read

CLUSTER = "aws:eks/cluster:Cluster"
GUARDED = {"httpTokens": "required", "httpPutResponseHopLimit": 1}


def cluster(*resources: Resource, **inputs: Any) -> Cluster:
    (found,) = read(made(CLUSTER, "main", name="main", **inputs), *resources).clusters
    return found


def test_a_bare_cluster_is_what_eks_makes_of_it() -> None:
    found = cluster()

    assert found.open_to.value == frozenset({"0.0.0.0/0"})
    assert found.secrets_key.value is Encryption.PROVIDER
    assert found.local_accounts.value is True
    assert found.workload_identity.value is False
    assert found.network_policy.value is False
    assert found.audit_logs.value == frozenset()
    assert found.locked.value is False
    assert found.zones.value == 0


@pytest.mark.parametrize(
    ("network", "open_to"),
    [
        ({"endpointPublicAccess": False}, set()),
        ({"endpointPublicAccess": True}, {"0.0.0.0/0"}),
        ({"endpointPublicAccess": True, "publicAccessCidrs": ["203.0.113.0/24"]}, {"203.0.113.0/24"}),
        ({"endpointPublicAccess": True, "publicAccessCidrs": [UNKNOWN]}, UNKNOWN),
        ({"endpointPublicAccess": UNKNOWN}, UNKNOWN),
        (UNKNOWN, UNKNOWN),
    ],
)
def test_who_reaches_the_api(network: Any, open_to: Any) -> None:
    assert cluster(vpcConfig=network).open_to.value == open_to


def test_secrets_are_under_the_key_that_is_named() -> None:
    mine = key()
    config = {"resources": ["secrets"], "provider": {"keyArn": mine.outputs["arn"]}}

    assert cluster(mine, encryptionConfig=config).secrets_key.value is Encryption.CUSTOMER


@pytest.mark.parametrize(
    ("access", "local"),
    [
        ({"authenticationMode": "API", "bootstrapClusterCreatorAdminPermissions": False}, False),
        ({"authenticationMode": "API"}, True),
        ({"authenticationMode": "API_AND_CONFIG_MAP", "bootstrapClusterCreatorAdminPermissions": False}, True),
        ({"authenticationMode": "API", "bootstrapClusterCreatorAdminPermissions": UNKNOWN}, UNKNOWN),
    ],
)
def test_accounts_of_the_cluster_itself(access: dict[str, Any], local: Any) -> None:
    assert cluster(accessConfig=access).local_accounts.value == local


def test_pods_have_identities_by_an_agent_an_association_or_an_issuer() -> None:
    made_of = made(CLUSTER, "main", name="main")
    for each in (
        made("aws:eks/addon:Addon", clusterName="main", addonName="eks-pod-identity-agent"),
        made("aws:eks/podIdentityAssociation:PodIdentityAssociation", clusterName="main"),
        made("aws:iam/openIdConnectProvider:OpenIdConnectProvider", of={"url": made_of}),
    ):
        assert cluster(each).workload_identity.value is True
    assert (
        cluster(made("aws:eks/addon:Addon", clusterName="main", addonName="coredns")).workload_identity.value is False
    )


@pytest.mark.parametrize(
    ("values", "enforced"),
    [
        ('{"enableNetworkPolicy": "true"}', True),
        ("enableNetworkPolicy: true\n", True),
        ('{"enableNetworkPolicy": "false"}', False),
        ("", False),
        (": {", False),
        (UNKNOWN, UNKNOWN),
    ],
)
def test_whether_network_policies_are_enforced(values: Any, enforced: Any) -> None:
    addon = made("aws:eks/addon:Addon", clusterName="main", addonName="vpc-cni", configurationValues=values)

    assert cluster(addon).network_policy.value == enforced


def test_zones_are_those_of_the_subnets() -> None:
    subnets = [made("aws:ec2/subnet:Subnet", f"subnet-{zone}", availabilityZone=f"us-east-1{zone}") for zone in "ab"]

    assert cluster(*subnets, vpcConfig={"subnetIds": ["subnet-a", "subnet-b"]}).zones.value == 2
    assert cluster(*subnets, vpcConfig={"subnetIds": ["subnet-a", "subnet-of-somebody"]}).zones.value is UNKNOWN
    assert cluster(vpcConfig={"subnetIds": UNKNOWN}).zones.value is UNKNOWN


@pytest.mark.parametrize(
    ("inputs", "encrypted"),
    [
        ({"instanceTypes": ["m7i.large", "p5.48xlarge"]}, None),
        ({"instanceTypes": ["m7i.large", "t3.large"]}, False),
        ({"instanceTypes": [UNKNOWN]}, UNKNOWN),
        ({}, False),
    ],
)
def test_whether_machines_encrypt_what_they_send(inputs: dict[str, Any], encrypted: Any) -> None:
    found = cluster(made("aws:eks/nodeGroup:NodeGroup", clusterName="main", **inputs)).transport_encrypted

    assert (found and found.value) == encrypted


def nodes(template: dict[str, Any] | None = None, subnet: dict[str, Any] | None = None, **inputs: Any) -> Nodes:
    resources = [made("aws:ec2/subnet:Subnet", "subnet", availabilityZone="us-east-1a", **(subnet or {}))]
    if template is not None:
        resources.append(made("aws:ec2/launchTemplate:LaunchTemplate", "template", **template))
        inputs["launchTemplate"] = {"id": "template"}
    (found,) = read(*resources, made("aws:eks/nodeGroup:NodeGroup", "group", subnetIds=["subnet"], **inputs)).nodes
    return found


def test_a_group_without_a_template_is_what_eks_launches() -> None:
    found = nodes()

    assert (found.disk.value, found.metadata_guarded.value) == (Encryption.NONE, False)
    assert (found.public_address.value, found.remote_login.value, found.zones.value) == (False, False, 1)


@pytest.mark.parametrize(
    ("options", "guarded"),
    [
        (GUARDED, True),
        ({**GUARDED, "httpPutResponseHopLimit": 2}, False),
        ({"httpTokens": "required"}, False),
        ({**GUARDED, "httpTokens": "optional"}, False),
        ({"httpEndpoint": "disabled"}, True),
        ({**GUARDED, "httpTokens": UNKNOWN}, UNKNOWN),
        ({}, False),
    ],
)
def test_whether_pods_are_kept_from_the_machines_credentials(options: dict[str, Any], guarded: Any) -> None:
    assert nodes({"metadataOptions": options}).metadata_guarded.value == guarded


@pytest.mark.parametrize(
    ("disks", "encryption"),
    [
        ([{"encrypted": "true", "kmsKeyId": "arn:aws:kms:us-east-1:1:key/1"}], Encryption.CUSTOMER),
        (
            [{"encrypted": "true", "kmsKeyId": "arn:aws:kms:us-east-1:1:key/1"}, {"encrypted": "true"}],
            Encryption.PROVIDER,
        ),
        ([{"encrypted": "true"}, {}], Encryption.NONE),
        ([{"encrypted": "true", "kmsKeyId": UNKNOWN}], UNKNOWN),
        ([], Encryption.NONE),
    ],
)
def test_the_weakest_disk_counts(disks: list[dict[str, Any]], encryption: Any) -> None:
    mappings = [{"deviceName": f"/dev/{index}", "ebs": disk} for index, disk in enumerate(disks)]

    assert nodes({"blockDeviceMappings": mappings}).disk.value == encryption


def test_who_reaches_a_machine() -> None:
    assert nodes(subnet={"mapPublicIpOnLaunch": True}).public_address.value is True
    assert nodes({"networkInterfaces": [{"associatePublicIpAddress": "true"}]}).public_address.value is True
    assert nodes(remoteAccess={"ec2SshKey": "operators"}).remote_login.value is True
    assert nodes({"keyName": "operators"}).remote_login.value is True
    assert nodes({}).remote_login.value is False


@pytest.mark.parametrize(
    ("inputs", "accelerated"),
    [
        ({"instanceTypes": ["g6.xlarge"]}, True),
        ({"instanceTypes": ["p6-b200.48xlarge"]}, True),
        ({"instanceTypes": ["inf2.xlarge"]}, True),
        ({"instanceTypes": ["m7i.large"]}, False),
        ({"instanceTypes": ["t3.large"]}, False),
        ({"amiType": "AL2023_x86_64_NVIDIA"}, True),
    ],
)
def test_which_machines_have_accelerators(inputs: dict[str, Any], accelerated: bool) -> None:
    assert nodes(**inputs).accelerated is accelerated


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        (
            {
                "subnetId": "subnet",
                "metadataOptions": GUARDED,
                "rootBlockDevice": {"encrypted": True, "kmsKeyId": "arn:aws:kms:us-east-1:1:key/1"},
            },
            (Encryption.CUSTOMER, True, False, False),
        ),
        ({"associatePublicIpAddress": True, "keyName": "operators"}, (Encryption.NONE, False, True, True)),
        ({}, (Encryption.NONE, False, UNKNOWN, False)),
    ],
)
def test_a_machine_of_its_own(inputs: dict[str, Any], expected: tuple[Any, ...]) -> None:
    subnet = made("aws:ec2/subnet:Subnet", "subnet")
    (found,) = read(subnet, made("aws:ec2/instance:Instance", instanceType="m7i.large", **inputs)).nodes

    assert (
        found.disk.value,
        found.metadata_guarded.value,
        found.public_address.value,
        found.remote_login.value,
    ) == expected
