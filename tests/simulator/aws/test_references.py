"""References must lead to something in the same account and region."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from lepton_infra.simulator.aws import (
    autoscaling,
    ec2_flow_logs,
    ec2_network,
    ec2_routes,
    ec2_security_groups,
    ecr,
    eks,
    eks_access,
    eks_addons,
    eks_node_groups,
    iam,
    kms,
    logs,
    s3,
)
from lepton_infra.simulator.behaviour import UNKNOWN, CloudError
from tests.kit.aws_account import ACCOUNT, NOWHERE, REGION, Account, trust

KEY = "01234567-89ab-4def-8123-456789abcdef"
SCALING = {"minSize": 0, "desiredSize": 0, "maxSize": 1}


def role_arn(name: str, account: str = ACCOUNT) -> str:
    return f"arn:aws:iam::{account}:role/{name}"


@dataclass(frozen=True, kw_only=True)
class Late:
    """A name that the program gives, known before the thing is made: only the creation can refuse it."""

    type: str
    inputs: Mapping[str, Any]
    code: str

    @property
    def id(self) -> str:
        return f"{self.type.rpartition(':')[2]}-{self.code}"


@dataclass(frozen=True, kw_only=True)
class Early(Late):
    """An id that is given only to what is there, or a name of another place: refused before anything is made."""

    path: str

    @property
    def id(self) -> str:
        return f"{self.type.rpartition(':')[2]}.{self.path}"


EARLY: list[Early] = [
    Early(
        type=ec2_network.SUBNET.token,
        inputs={"vpcId": f"vpc-{NOWHERE}", "cidrBlock": "10.0.0.0/24"},
        path="vpcId",
        code="InvalidVpcID.NotFound",
    ),
    Early(
        type=eks.CLUSTER.token,
        inputs={"roleArn": UNKNOWN, "vpcConfig": {"subnetIds": [UNKNOWN, f"subnet-{NOWHERE}"]}},
        path="vpcConfig.subnetIds[1]",
        code="InvalidSubnetID.NotFound",
    ),
    Early(
        type=ec2_network.NAT_GATEWAY.token,
        inputs={"subnetId": UNKNOWN, "allocationId": f"eipalloc-{NOWHERE}"},
        path="allocationId",
        code="InvalidAllocationID.NotFound",
    ),
    Early(
        type=ec2_routes.ROUTE.token,
        inputs={"routeTableId": f"rtb-{NOWHERE}", "destinationCidrBlock": "0.0.0.0/0", "gatewayId": UNKNOWN},
        path="routeTableId",
        code="InvalidRouteTableID.NotFound",
    ),
    Early(
        type=ec2_routes.ROUTE.token,
        inputs={"routeTableId": UNKNOWN, "destinationCidrBlock": "0.0.0.0/0", "gatewayId": f"igw-{NOWHERE}"},
        path="gatewayId",
        code="InvalidInternetGatewayID.NotFound",
    ),
    Early(
        type=ec2_routes.ROUTE.token,
        inputs={"routeTableId": UNKNOWN, "destinationCidrBlock": "0.0.0.0/0", "natGatewayId": f"nat-{NOWHERE}"},
        path="natGatewayId",
        code="NatGatewayNotFound",
    ),
    Early(
        type=ec2_security_groups.INGRESS_RULE.token,
        inputs={"securityGroupId": f"sg-{NOWHERE}", "ipProtocol": "tcp", "cidrIpv4": "10.0.0.0/8"},
        path="securityGroupId",
        code="InvalidGroup.NotFound",
    ),
    Early(
        type=eks_node_groups.NODE_GROUP.token,
        inputs={
            "clusterName": "main",
            "nodeRoleArn": UNKNOWN,
            "subnetIds": [UNKNOWN],
            "scalingConfig": SCALING,
            "launchTemplate": {"id": f"lt-{NOWHERE}", "version": "1"},
        },
        path="launchTemplate.id",
        code="InvalidLaunchTemplateId.NotFound",
    ),
    Early(
        type=logs.LOG_GROUP.token,
        inputs={"name": "g", "kmsKeyId": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{KEY}"},
        path="kmsKeyId",
        code="NotFoundException",
    ),
    Early(
        type=kms.ALIAS.token,
        inputs={"name": "alias/a", "targetKeyId": KEY},
        path="targetKeyId",
        code="NotFoundException",
    ),
    Early(
        type=eks.CLUSTER.token,
        inputs={"roleArn": role_arn("r", "999999999999"), "vpcConfig": {"subnetIds": [UNKNOWN]}},
        path="roleArn",
        code="NoSuchEntity",
    ),
    Early(
        type=ec2_flow_logs.FLOW_LOG.token,
        inputs={
            "vpcId": UNKNOWN,
            "iamRoleArn": UNKNOWN,
            "logDestination": f"arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:g",
        },
        path="logDestination",
        code="ResourceNotFoundException",
    ),
]

LATE: list[Late] = [
    Late(
        type=s3.BUCKET_VERSIONING.token,
        inputs={"bucket": "gone", "versioningConfiguration": {"status": "Enabled"}},
        code="NoSuchBucket",
    ),
    Late(
        type=iam.ROLE_POLICY_ATTACHMENT.token,
        inputs={"role": "gone", "policyArn": "arn:aws:iam::aws:policy/A"},
        code="NoSuchEntity",
    ),
    Late(type=iam.INSTANCE_PROFILE.token, inputs={"role": "gone"}, code="NoSuchEntity"),
    Late(
        type=eks_addons.ADDON.token,
        inputs={"clusterName": "gone", "addonName": "coredns"},
        code="ResourceNotFoundException",
    ),
    Late(
        type=eks_access.ACCESS_ENTRY.token,
        inputs={"clusterName": "gone", "principalArn": role_arn("r")},
        code="ResourceNotFoundException",
    ),
    Late(
        type=ecr.REPOSITORY_POLICY.token,
        inputs={
            "repository": "gone",
            "policy": '{"Version":"2012-10-17","Statement":{"Effect":"Deny","Principal":"*","Action":"*"}}',
        },
        code="RepositoryNotFoundException",
    ),
    Late(
        type=autoscaling.AUTOSCALING_TAG.token,
        inputs={"autoscalingGroupName": "gone", "tag": {"key": "k", "value": "v", "propagateAtLaunch": False}},
        code="ValidationError",
    ),
    Late(
        type=eks.CLUSTER.token,
        inputs={"roleArn": role_arn("gone"), "vpcConfig": {"subnetIds": []}},
        code="NoSuchEntity",
    ),
]


@pytest.mark.parametrize("case", EARLY, ids=lambda case: case.id)
def test_what_leads_nowhere_is_refused_at_preview(account: Account, case: Early) -> None:
    [failure] = account.check(case.type, dict(case.inputs))

    assert failure.path == case.path
    assert failure.reason.startswith(f"{case.code}: ")
    assert f"(this is account {ACCOUNT}, region {REGION})" in failure.reason


@pytest.mark.parametrize("case", LATE, ids=lambda case: case.id)
def test_a_name_that_leads_nowhere_is_refused_at_creation(account: Account, case: Late) -> None:
    with pytest.raises(CloudError) as refused:
        account.make(case.type, **case.inputs)

    assert refused.value.code == case.code


def test_what_is_there_can_be_referred_to(account: Account) -> None:
    vpc, key = account.vpc(), account.make(kms.KEY.token)

    assert account.check(ec2_network.SUBNET.token, {"vpcId": vpc.id, "cidrBlock": "10.0.0.0/24"}) == []
    assert account.check(logs.LOG_GROUP.token, {"name": "g", "kmsKeyId": key.state["arn"]}) == []
    assert account.check(kms.ALIAS.token, {"name": "alias/a", "targetKeyId": key.id}) == []
    group = vpc.state["defaultSecurityGroupId"]
    rule = {"securityGroupId": group, "ipProtocol": "tcp", "cidrIpv4": "10.0.0.0/8"}
    assert account.check(ec2_security_groups.INGRESS_RULE.token, rule) == []


def test_what_a_cluster_brings_can_be_referred_to(account: Account) -> None:
    cluster = account.cluster()
    group = account.make(eks_node_groups.NODE_GROUP.token, **account.node_group_inputs(cluster))
    security_group = cluster.state["vpcConfig"]["clusterSecurityGroupId"]
    rule = {"securityGroupId": security_group, "ipProtocol": "tcp", "cidrIpv4": "10.0.0.0/8"}

    assert account.check(ec2_security_groups.INGRESS_RULE.token, rule) == []
    scaling_group = group.state["resources"][0]["autoscalingGroups"][0]["name"]
    tag = {"key": "k", "value": "v", "propagateAtLaunch": False}
    account.make(autoscaling.AUTOSCALING_TAG.token, autoscalingGroupName=scaling_group, tag=tag)


@pytest.mark.parametrize(("account_id", "region"), [("444455556666", REGION), (ACCOUNT, "eu-west-1")])
def test_what_is_elsewhere_is_said_to_be_there(
    account: Account, other: Callable[..., Account], account_id: str, region: str
) -> None:
    vpc = other(account_id, region).vpc()

    [failure] = account.check(ec2_network.SUBNET.token, {"vpcId": vpc.id, "cidrBlock": "10.0.0.0/24"})

    assert f"it is in account {account_id}, region {region}" in failure.reason


def test_roles_reach_over_regions(account: Account, other: Callable[..., Account]) -> None:
    other(region="eu-west-1").role("ec2.amazonaws.com", "shared")

    account.make(iam.INSTANCE_PROFILE.token, role="shared")


def test_roles_do_not_reach_over_accounts(account: Account, other: Callable[..., Account]) -> None:
    other("444455556666").role("ec2.amazonaws.com", "theirs")

    with pytest.raises(CloudError, match="NoSuchEntity"):
        account.make(iam.INSTANCE_PROFILE.token, role="theirs")


@pytest.mark.parametrize(
    "arn",
    ["arn:aws:iam::aws:policy/AmazonEKSClusterPolicy", "arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy"],
)
def test_policies_of_aws_are_there(account: Account, arn: str) -> None:
    account.role("ec2.amazonaws.com")

    account.make(iam.ROLE_POLICY_ATTACHMENT.token, role="role", policyArn=arn)


def test_other_policies_are_not(account: Account) -> None:
    account.role("ec2.amazonaws.com")
    arn = f"arn:aws:iam::{ACCOUNT}:policy/none"

    with pytest.raises(CloudError, match="not attachable"):
        account.make(iam.ROLE_POLICY_ATTACHMENT.token, role="role", policyArn=arn)


def test_no_policy_of_aws_has_such_a_name(account: Account) -> None:
    [failure] = account.check(
        iam.ROLE_POLICY_ATTACHMENT.token, {"role": "role", "policyArn": "arn:aws:iam::aws:policy/a b"}
    )

    assert "not attachable" in failure.reason


def test_policies_and_tags_may_name_what_is_yet_to_come(account: Account) -> None:
    inputs = {"assumeRolePolicy": trust("ec2.amazonaws.com"), "tags": {"vpc": f"vpc-{NOWHERE}"}}

    assert account.check(iam.ROLE.token, inputs) == []


def test_administrators_bring_their_roles(account: Account) -> None:
    account.cluster()

    account.make(eks_access.ACCESS_ENTRY.token, clusterName="main", principalArn=role_arn("not-made-here"))
