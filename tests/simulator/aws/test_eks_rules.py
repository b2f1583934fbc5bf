"""What EKS demands of the things around a cluster."""

from typing import Any

import pytest

from lepton_infra.simulator.aws import ec2_launch_templates, eks, eks_access, eks_addons, eks_node_groups
from lepton_infra.simulator.behaviour import CloudError
from tests.kit.aws_account import ACCOUNT, Account

PRINCIPAL = f"arn:aws:iam::{ACCOUNT}:role/admins"
POLICY = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"


def test_a_cluster_spans_two_zones(account: Account) -> None:
    vpc = account.vpc()
    subnets = [account.subnet(vpc, index, "a").id for index in range(2)]

    with pytest.raises(CloudError, match="at least two different AZs"):
        account.cluster(vpcConfig={"subnetIds": subnets})


def test_a_cluster_lies_in_one_vpc(account: Account) -> None:
    one, two = account.vpc(name="one"), account.vpc("10.1.0.0/16", "two")
    subnets = [account.subnet(one, 0, "a").id, account.subnet(two, 0, "b").id]

    with pytest.raises(CloudError, match="must be in one VPC"):
        account.cluster(vpcConfig={"subnetIds": subnets})


@pytest.mark.parametrize(("services", "passes"), [("172.20.0.0/16", True), ("10.0.64.0/18", False)])
def test_services_have_addresses_of_their_own(account: Account, services: str, passes: bool) -> None:
    network = {"serviceIpv4Cidr": services}

    if passes:
        account.cluster(kubernetesNetworkConfig=network)
    else:
        with pytest.raises(CloudError, match="overlaps the VPC's own addresses"):
            account.cluster(kubernetesNetworkConfig=network)


@pytest.mark.parametrize(("version", "passes"), [("1.34", True), ("1.33", True), ("1.35", False), ("1.32", False)])
def test_a_cluster_goes_up_one_version_at_a_time(account: Account, version: str, passes: bool) -> None:
    made = account.cluster()

    if passes:
        assert account.update(eks.CLUSTER.token, made, "main", version=version).state["version"] == version
    else:
        with pytest.raises(CloudError, match=r"from 1\.33 to .* allowed: 1\.34"):
            account.update(eks.CLUSTER.token, made, "main", version=version)


def test_a_role_must_trust_who_takes_it(account: Account) -> None:
    with pytest.raises(CloudError, match=r"must be eks\.amazonaws\.com, but it is ec2\.amazonaws\.com"):
        account.cluster(roleArn=account.role("ec2.amazonaws.com").state["arn"])


@pytest.mark.parametrize(
    ("type", "inputs"),
    [
        (eks_access.POD_IDENTITY_ASSOCIATION.token, {"namespace": "n", "serviceAccount": "s"}),
        (eks_addons.ADDON.token, {"addonName": "vpc-cni"}),
    ],
)
@pytest.mark.parametrize(("service", "passes"), [("pods.eks.amazonaws.com", True), ("ec2.amazonaws.com", False)])
def test_a_role_of_pods_trusts_pod_identity(
    account: Account, type: str, inputs: dict[str, Any], service: str, passes: bool
) -> None:
    account.cluster()
    role = account.role(service).state["arn"]
    named: dict[str, Any] = (
        {"podIdentityAssociations": [{"roleArn": role, "serviceAccount": "s"}]}
        if type == eks_addons.ADDON.token
        else {"roleArn": role}
    )

    if passes:
        account.make(type, clusterName="main", **inputs, **named)
    else:
        with pytest.raises(CloudError, match="trusted entity is not correct"):
            account.make(type, clusterName="main", **inputs, **named)


def test_a_right_node_group_passes(account: Account) -> None:
    inputs = account.node_group_inputs(account.cluster())
    template = account.make(ec2_launch_templates.LAUNCH_TEMPLATE.token)

    made = account.make(
        eks_node_groups.NODE_GROUP.token,
        **inputs,
        version="1.33",
        instanceTypes=["g6.xlarge"],
        launchTemplate={"id": template.id, "version": "1"},
    )

    assert made.state["version"] == "1.33"
    assert made.state["diskSize"] == 0


def test_nodes_live_in_the_vpc_of_their_cluster(account: Account) -> None:
    inputs = account.node_group_inputs(account.cluster())
    elsewhere = account.subnet(account.vpc("10.1.0.0/16", "elsewhere"))

    with pytest.raises(CloudError, match="not in the VPC of cluster main"):
        account.make(eks_node_groups.NODE_GROUP.token, **{**inputs, "subnetIds": [elsewhere.id]})


def test_nodes_are_no_newer_than_their_cluster(account: Account) -> None:
    inputs = account.node_group_inputs(account.cluster())

    with pytest.raises(CloudError, match=r"1\.34 is newer than that of its cluster, 1\.33"):
        account.make(eks_node_groups.NODE_GROUP.token, **inputs, version="1.34")


@pytest.mark.parametrize(
    ("template", "group", "words"),
    [
        ({}, {"version": "2"}, "Could not find version 2"),
        ({"instanceType": "g6.xlarge"}, {"instanceTypes": ["g6.xlarge"]}, "cannot both be given"),
        ({"instanceType": "p5.48xlarge"}, {"capacityType": "CAPACITY_BLOCK"}, "marketType capacity-block"),
    ],
)
def test_a_launch_template_must_fit(
    account: Account, template: dict[str, Any], group: dict[str, Any], words: str
) -> None:
    inputs = account.node_group_inputs(account.cluster())
    made = account.make(ec2_launch_templates.LAUNCH_TEMPLATE.token, **template)
    version = group.pop("version", "1")

    with pytest.raises(CloudError, match=words):
        account.make(
            eks_node_groups.NODE_GROUP.token, **inputs, **group, launchTemplate={"id": made.id, "version": version}
        )


def test_a_capacity_block_passes_with_its_template(account: Account) -> None:
    inputs = account.node_group_inputs(account.cluster())
    made = account.make(
        ec2_launch_templates.LAUNCH_TEMPLATE.token,
        instanceType="p5.48xlarge",
        instanceMarketOptions={"marketType": "capacity-block"},
    )

    account.make(
        eks_node_groups.NODE_GROUP.token,
        **inputs,
        capacityType="CAPACITY_BLOCK",
        launchTemplate={"id": made.id, "version": "1"},
    )


def test_access_entries_need_the_api(account: Account) -> None:
    account.cluster(accessConfig={"authenticationMode": "CONFIG_MAP"})

    with pytest.raises(CloudError, match=r"must be set to one of \[API, API_AND_CONFIG_MAP\]"):
        account.make(eks_access.ACCESS_ENTRY.token, clusterName="main", principalArn=PRINCIPAL)


def test_an_access_policy_needs_its_entry(account: Account) -> None:
    account.cluster()
    inputs = {
        "clusterName": "main",
        "principalArn": PRINCIPAL,
        "policyArn": POLICY,
        "accessScope": {"type": "cluster"},
    }

    with pytest.raises(CloudError, match="has no access entry"):
        account.make(eks_access.ACCESS_POLICY_ASSOCIATION.token, **inputs)
    account.make(eks_access.ACCESS_ENTRY.token, clusterName="main", principalArn=PRINCIPAL)
    account.make(eks_access.ACCESS_POLICY_ASSOCIATION.token, **inputs)
