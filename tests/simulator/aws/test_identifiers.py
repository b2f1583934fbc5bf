"""Identifiers, ARNs, names and computed outputs."""

import base64
import re
from collections.abc import Callable
from typing import Any

import pytest

from lepton_infra.simulator.aws import (
    autoscaling,
    ec2_endpoints,
    ec2_launch_templates,
    ec2_network,
    ec2_security_groups,
    ecr,
    eks,
    eks_access,
    eks_node_groups,
    iam,
    kms,
    logs,
    s3,
    sqs,
)
from lepton_infra.simulator.store import Store
from tests.kit.aws_account import ACCOUNT, REGION, Account, trust

HEX17 = "0[0-9a-f]{16}"
UUID = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"


@pytest.mark.parametrize(
    ("type", "inputs", "id", "arn"),
    [
        (
            ec2_network.VPC.token,
            {"cidrBlock": "10.0.0.0/16"},
            f"vpc-{HEX17}",
            f"arn:aws:ec2:{REGION}:{ACCOUNT}:vpc/{{id}}",
        ),
        (ec2_network.EIP.token, {}, f"eipalloc-{HEX17}", f"arn:aws:ec2:{REGION}:{ACCOUNT}:elastic-ip/{{id}}"),
        (
            ec2_launch_templates.LAUNCH_TEMPLATE.token,
            {},
            f"lt-{HEX17}",
            f"arn:aws:ec2:{REGION}:{ACCOUNT}:launch-template/{{id}}",
        ),
        (s3.BUCKET.token, {"bucket": "models"}, "models", "arn:aws:s3:::models"),
        (kms.KEY.token, {}, UUID, f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{{id}}"),
        (
            iam.ROLE.token,
            {"name": "r", "path": "/team/", "assumeRolePolicy": trust("ec2.amazonaws.com")},
            "r",
            f"arn:aws:iam::{ACCOUNT}:role/team/r",
        ),
        (logs.LOG_GROUP.token, {"name": "/a/b"}, "/a/b", f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/a/b"),
        (ecr.REPOSITORY.token, {"name": "a/b"}, "a/b", f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/a/b"),
        (
            sqs.QUEUE.token,
            {"name": "q"},
            f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/q",
            f"arn:aws:sqs:{REGION}:{ACCOUNT}:q",
        ),
        (
            iam.SERVICE_LINKED_ROLE.token,
            {"awsServiceName": "autoscaling.amazonaws.com"},
            f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling",
            "{id}",
        ),
    ],
)
def test_identifiers_have_the_form_of_aws(
    account: Account, type: str, inputs: dict[str, Any], id: str, arn: str
) -> None:
    made = account.make(type, **inputs)

    assert re.fullmatch(id, made.id)
    assert made.state["arn"] == arn.format(id=made.id)


def test_ids_of_parts_are_composed(account: Account) -> None:
    cluster = account.cluster()
    group = account.make(eks_node_groups.NODE_GROUP.token, **account.node_group_inputs(cluster))
    role = account.role("pods.eks.amazonaws.com", "pod")
    principal = f"arn:aws:iam::{ACCOUNT}:role/admins"
    entry = account.make(eks_access.ACCESS_ENTRY.token, clusterName="main", principalArn=principal)
    pod = account.make(
        eks_access.POD_IDENTITY_ASSOCIATION.token,
        clusterName="main",
        namespace="ns",
        serviceAccount="sa",
        roleArn=role.state["arn"],
    )
    attachment = account.make(
        iam.ROLE_POLICY_ATTACHMENT.token, role=role.id, policyArn="arn:aws:iam::aws:policy/AmazonEKSClusterPolicy"
    )
    scaling_group = group.state["resources"][0]["autoscalingGroups"][0]["name"]
    tag = account.make(
        autoscaling.AUTOSCALING_TAG.token,
        autoscalingGroupName=scaling_group,
        tag={"key": "k", "value": "v", "propagateAtLaunch": False},
    )

    assert group.id == "main:workers"
    assert re.fullmatch(f"eks-workers-{UUID}", scaling_group)
    assert entry.id == f"main:{principal}"
    assert "access-entry/main/role/111122223333/admins/" in entry.state["accessEntryArn"]
    assert re.fullmatch("a-[a-z0-9]{17}", pod.id)
    assert pod.state["associationId"] == pod.id
    assert attachment.id == "pod/arn:aws:iam::aws:policy/AmazonEKSClusterPolicy"
    assert tag.id == f"{scaling_group},k"


def test_a_region_of_china_has_its_own_partition(other: Callable[..., Account]) -> None:
    made = other(region="cn-north-1").make(ecr.REPOSITORY.token, name="app")

    assert made.state["arn"].startswith("arn:aws-cn:ecr:cn-north-1:")
    assert made.state["repositoryUrl"] == f"{ACCOUNT}.dkr.ecr.cn-north-1.amazonaws.com.cn/app"


def test_a_run_can_be_repeated() -> None:
    first, second = (Account(Store()).vpc().id for _ in range(2))

    assert first == second


@pytest.mark.parametrize(
    ("type", "inputs", "property", "form"),
    [
        (iam.ROLE.token, {"assumeRolePolicy": trust("ec2.amazonaws.com")}, "name", "My-Thing-[0-9a-f]{7}"),
        (s3.BUCKET.token, {}, "bucket", "my-thing-[0-9a-f]{7}"),
        (ecr.REPOSITORY.token, {}, "name", "my-thing-[0-9a-f]{7}"),
        (iam.ROLE.token, {"assumeRolePolicy": trust("ec2.amazonaws.com"), "namePrefix": "p-"}, "name", r"p-\d{26}"),
        (s3.BUCKET.token, {"bucketPrefix": "p-"}, "bucket", r"p-\d{26}"),
        (logs.LOG_GROUP.token, {"name": "given"}, "name", "given"),
    ],
)
def test_names_are_made_where_none_is_given(
    account: Account, type: str, inputs: dict[str, Any], property: str, form: str
) -> None:
    assert re.fullmatch(form, account.make(type, "My-Thing", **inputs).state[property])


def test_a_long_logical_name_is_cut_to_what_the_service_takes(account: Account) -> None:
    made = account.make(iam.ROLE.token, "x" * 80, assumeRolePolicy=trust("ec2.amazonaws.com"))

    assert len(made.state["name"]) == 64


def test_an_update_keeps_the_name_that_was_made(account: Account) -> None:
    made = account.make(iam.ROLE.token, namePrefix="p-", assumeRolePolicy=trust("ec2.amazonaws.com"))

    changed = account.update(iam.ROLE.token, made, description="new")

    assert changed.state["name"] == made.state["name"]
    assert changed.state["uniqueId"] == made.state["uniqueId"]


def test_a_cluster_has_what_a_kubeconfig_needs(account: Account) -> None:
    state = account.cluster().state

    assert re.fullmatch(r"https://[0-9A-F]{32}\.gr7\.us-east-1\.eks\.amazonaws\.com", state["endpoint"])
    certificate = base64.b64decode(state["certificateAuthority"]["data"], validate=True).decode()
    assert certificate.startswith("-----BEGIN CERTIFICATE-----\n")
    issuer = state["identities"][0]["oidcs"][0]["issuer"]
    assert issuer.startswith("https://oidc.eks.us-east-1.amazonaws.com/id/")
    assert state["vpcConfig"]["vpcId"].startswith("vpc-")
    assert re.fullmatch(f"sg-{HEX17}", state["vpcConfig"]["clusterSecurityGroupId"])


@pytest.mark.parametrize(("vpc", "services"), [("10.0.0.0/16", "10.100.0.0/16"), ("10.100.0.0/16", "172.20.0.0/16")])
def test_services_get_addresses_outside_the_vpc(account: Account, vpc: str, services: str) -> None:
    network = account.vpc(vpc)
    subnets = [account.subnet(network, index, zone).id for index, zone in enumerate("ab")]
    role = account.role("eks.amazonaws.com").state["arn"]

    made = account.make(eks.CLUSTER.token, roleArn=role, vpcConfig={"subnetIds": subnets})

    assert made.state["kubernetesNetworkConfig"]["serviceIpv4Cidr"] == services


def test_the_default_security_group_is_the_one_of_the_vpc(account: Account) -> None:
    vpc = account.vpc()

    assert (
        account.make(ec2_security_groups.DEFAULT_SECURITY_GROUP.token, vpcId=vpc.id).id
        == vpc.state["defaultSecurityGroupId"]
    )


def test_a_nat_has_its_addresses_from_its_subnet_and_its_eip(account: Account) -> None:
    vpc = account.vpc()
    account.make(ec2_network.INTERNET_GATEWAY.token, vpcId=vpc.id)
    address = account.make(ec2_network.EIP.token)

    nat = account.make(ec2_network.NAT_GATEWAY.token, subnetId=account.subnet(vpc).id, allocationId=address.id)

    assert nat.state["publicIp"] == address.state["publicIp"]
    assert nat.state["privateIp"].startswith("10.0.0.")


def test_an_interface_endpoint_has_names_and_interfaces(account: Account) -> None:
    vpc = account.vpc()
    subnets = [account.subnet(vpc, index, zone).id for index, zone in enumerate("ab")]

    made = account.make(
        ec2_endpoints.VPC_ENDPOINT.token,
        vpcId=vpc.id,
        serviceName="com.amazonaws.us-east-1.ecr.api",
        vpcEndpointType="Interface",
        subnetIds=subnets,
    )

    assert made.state["dnsEntries"][0]["dnsName"].endswith(".ecr.api.us-east-1.vpce.amazonaws.com")
    assert len(made.state["networkInterfaceIds"]) == len(subnets)


@pytest.mark.parametrize(
    ("change", "latest", "default"),
    [
        ({"imageId": "ami-1"}, 2, 2),
        ({"tags": {"a": "b"}}, 1, 1),
        ({"imageId": "ami-1", "updateDefaultVersion": False}, 2, 1),
    ],
)
def test_a_launch_template_counts_its_versions(
    account: Account, change: dict[str, Any], latest: int, default: int
) -> None:
    made = account.make(ec2_launch_templates.LAUNCH_TEMPLATE.token, updateDefaultVersion=True)

    changed = account.update(ec2_launch_templates.LAUNCH_TEMPLATE.token, made, **change)

    assert (made.state["latestVersion"], made.state["defaultVersion"]) == (1, 1)
    assert (changed.state["latestVersion"], changed.state["defaultVersion"]) == (latest, default)


def test_service_defaults_stand_behind_what_is_given(account: Account) -> None:
    made = account.make(ec2_network.VPC.token, cidrBlock="10.0.0.0/16", enableDnsHostnames=True)

    assert made.state["enableDnsHostnames"] is True
    assert made.state["enableDnsSupport"] is True
    assert made.state["region"] == REGION


def test_a_type_without_a_form_gets_an_id(account: Account) -> None:
    made = account.make("aws:sfn/activity:Activity")

    assert re.fullmatch("[0-9a-f]{20}", made.id)
    assert made.state["region"] == REGION
