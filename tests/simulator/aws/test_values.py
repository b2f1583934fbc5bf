"""Values of inputs, held against AWS's own API models."""

from typing import Any

import pytest

from lepton_infra.simulator.aws import (
    api_models,
    ec2_flow_logs,
    ec2_launch_templates,
    ec2_network,
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
    sqs,
)
from lepton_infra.simulator.aws.patterns import compiled
from lepton_infra.simulator.aws.values import unexplained
from lepton_infra.simulator.behaviour import UNKNOWN
from tests.kit.aws_account import Account, trust
from tests.kit.values import Refused, Values, right_values, wrong_values

NODE_GROUP: dict[str, Any] = {
    "clusterName": "main",
    "nodeRoleArn": "role",
    "subnetIds": ["one"],
    "scalingConfig": {"minSize": 0, "desiredSize": 0, "maxSize": 1},
}
CLUSTER: dict[str, Any] = {"name": "main", "roleArn": "role", "vpcConfig": {"subnetIds": ["one"]}}
ACCESS_POLICY = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"
RULES = [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms"}}]

VALUES: list[Values] = [
    Values(
        type=eks_node_groups.NODE_GROUP.token,
        base=NODE_GROUP,
        property="amiType",
        right=["AL2023_x86_64_NVIDIA", UNKNOWN],
        wrong=[Refused(value="AL2023", path="amiType", words="allowed: AL2_x86_64")],
    ),
    Values(
        type=eks_node_groups.NODE_GROUP.token,
        base=NODE_GROUP,
        property="capacityType",
        right=["SPOT", "ON_DEMAND"],
        wrong=[Refused(value="spot", path="capacityType", words="ON_DEMAND, SPOT, CAPACITY_BLOCK")],
    ),
    Values(
        type=eks_node_groups.NODE_GROUP.token,
        base=NODE_GROUP,
        property="instanceTypes",
        right=[["g6.xlarge", "p5.48xlarge"], [UNKNOWN]],
        wrong=[Refused(value=["g6.xlarge", "g6.xlarg"], path="instanceTypes[1]", words="the nearest g6.xlarge")],
    ),
    Values(
        type=eks_node_groups.NODE_GROUP.token,
        base=NODE_GROUP,
        property="taints",
        right=[[{"key": "nvidia.com/gpu", "value": "present", "effect": "NO_SCHEDULE"}]],
        wrong=[
            Refused(
                value=[{"key": "k", "effect": "NoSchedule"}], path="taints[0].effect", words="NO_SCHEDULE, NO_EXECUTE"
            ),
            Refused(value=[{"key": "", "effect": "NO_EXECUTE"}], path="taints[0].key", words="allowed: 1 to 63"),
        ],
    ),
    Values(
        type=eks_node_groups.NODE_GROUP.token,
        base=NODE_GROUP,
        property="labels",
        right=[{"lepton.dev/pool": "l4"}, {}, {"a": UNKNOWN}],
        wrong=[Refused(value={"a": "x" * 64}, path="labels", words='value of "a": has 64 characters')],
    ),
    Values(
        type=eks_node_groups.NODE_GROUP.token,
        base=NODE_GROUP,
        property="version",
        right=["1.33"],
        wrong=[Refused(value="banana", path="version", words='such as "1.33"')],
    ),
    Values(
        type=eks_node_groups.NODE_GROUP.token,
        base=NODE_GROUP,
        property="updateConfig",
        right=[{"maxUnavailable": 1}],
        wrong=[Refused(value={"maxUnavailable": 0}, path="updateConfig.maxUnavailable", words="at least 1")],
    ),
    Values(
        type=eks.CLUSTER.token,
        base=CLUSTER,
        property="name",
        right=["us-east_1", "x" * 100],
        wrong=[Refused(value="-x", path="name", words="does not match")],
    ),
    Values(
        type=eks.CLUSTER.token,
        base=CLUSTER,
        property="version",
        right=["1.33", "1.30"],
        wrong=[
            Refused(value="banana", path="version", words="1.33"),
            Refused(value="1.3", path="version", words="1.33"),
        ],
    ),
    Values(
        type=eks.CLUSTER.token,
        base=CLUSTER,
        property="enabledClusterLogTypes",
        right=[["api", "audit"]],
        wrong=[Refused(value=["api", "adit"], path="enabledClusterLogTypes[1]", words="api, audit, authenticator")],
    ),
    Values(
        type=eks.CLUSTER.token,
        base=CLUSTER,
        property="encryptionConfig",
        right=[{"resources": ["secrets"], "provider": {"keyArn": UNKNOWN}}],
        wrong=[
            Refused(
                value={"resources": ["pods"], "provider": {"keyArn": UNKNOWN}},
                path="encryptionConfig.resources[0]",
                words="secrets",
            )
        ],
    ),
    Values(
        type=eks.CLUSTER.token,
        base=CLUSTER,
        property="kubernetesNetworkConfig",
        right=[{"serviceIpv4Cidr": "172.20.0.0/16"}],
        wrong=[
            Refused(
                value={"serviceIpv4Cidr": "8.8.0.0/16"},
                path="kubernetesNetworkConfig.serviceIpv4Cidr",
                words="not private",
            ),
            Refused(
                value={"serviceIpv4Cidr": "10.0.0.0/8"},
                path="kubernetesNetworkConfig.serviceIpv4Cidr",
                words="/12 to /24",
            ),
        ],
    ),
    Values(
        type=kms.KEY.token,
        base={"enableKeyRotation": True},
        property="rotationPeriodInDays",
        right=[90, 2560],
        wrong=[Refused(value=89, path="rotationPeriodInDays", words="90 to")],
    ),
    Values(
        type=kms.KEY.token,
        base={},
        property="deletionWindowInDays",
        right=[7, 30],
        wrong=[Refused(value=6, path="deletionWindowInDays", words="7 to 30")],
    ),
    Values(
        type=logs.LOG_GROUP.token,
        base={},
        property="retentionInDays",
        right=[0, 365],
        wrong=[Refused(value=366, path="retentionInDays", words="365, 400")],
    ),
    Values(
        type=logs.LOG_GROUP.token,
        base={},
        property="name",
        right=["/a/b-c_d"],
        wrong=[Refused(value="a b", path="name", words="does not match")],
    ),
    Values(
        type=ec2_launch_templates.LAUNCH_TEMPLATE.token,
        base={},
        property="metadataOptions",
        right=[{"httpTokens": "required"}],
        wrong=[Refused(value={"httpTokens": "on"}, path="metadataOptions.httpTokens", words="optional, required")],
    ),
    Values(
        type=ec2_launch_templates.LAUNCH_TEMPLATE.token,
        base={},
        property="blockDeviceMappings",
        right=[[{"deviceName": "/dev/xvda", "ebs": {"volumeType": "gp3", "encrypted": "true"}}]],
        wrong=[
            Refused(value=[{"ebs": {"volumeType": "gp9"}}], path="blockDeviceMappings[0].ebs.volumeType", words="gp2"),
            Refused(
                value=[{"ebs": {"encrypted": "yes"}}],
                path="blockDeviceMappings[0].ebs.encrypted",
                words='"true", "false"',
            ),
        ],
    ),
    Values(
        type=ec2_launch_templates.LAUNCH_TEMPLATE.token,
        base={},
        property="tagSpecifications",
        right=[[{"resourceType": "volume", "tags": {"a": "b"}}]],
        wrong=[Refused(value=[{"resourceType": "disk"}], path="tagSpecifications[0].resourceType", words="allowed")],
    ),
    Values(
        type=ec2_launch_templates.LAUNCH_TEMPLATE.token,
        base={},
        property="userData",
        right=["aGk="],
        wrong=[Refused(value="#!", path="userData", words="base64")],
    ),
    Values(
        type=ecr.REPOSITORY.token,
        base={},
        property="name",
        right=["team/app"],
        wrong=[
            Refused(value="Team", path="name", words="does not match"),
            Refused(value="a", path="name", words="2 to 256"),
        ],
    ),
    Values(
        type=ecr.REPOSITORY.token,
        base={},
        property="encryptionConfigurations",
        right=[[{"encryptionType": "KMS"}]],
        wrong=[
            Refused(value=[{"encryptionType": "kms"}], path="encryptionConfigurations[0].encryptionType", words="KMS")
        ],
    ),
    Values(
        type=iam.ROLE.token,
        base={"assumeRolePolicy": trust("ec2.amazonaws.com")},
        property="path",
        right=["/", "/team/"],
        wrong=[Refused(value="team", path="path", words="does not match")],
    ),
    Values(
        type=s3.BUCKET_ENCRYPTION.token,
        base={"bucket": "models"},
        property="rules",
        right=[RULES],
        wrong=[
            Refused(
                value=[{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "aes"}}],
                path="rules[0].applyServerSideEncryptionByDefault.sseAlgorithm",
                words="AES256",
            )
        ],
    ),
    Values(
        type=s3.BUCKET_VERSIONING.token,
        base={"bucket": "models"},
        property="versioningConfiguration",
        right=[{"status": "Enabled"}],
        wrong=[Refused(value={"status": "On"}, path="versioningConfiguration.status", words="Enabled, Suspended")],
    ),
    Values(
        type=ec2_flow_logs.FLOW_LOG.token,
        base={"vpcId": UNKNOWN, "iamRoleArn": UNKNOWN},
        property="maxAggregationInterval",
        right=[60, 600],
        wrong=[Refused(value=61, path="maxAggregationInterval", words="60, 600")],
    ),
    Values(
        type=ec2_network.VPC.token,
        base={},
        property="cidrBlock",
        right=["10.0.0.0/16"],
        wrong=[Refused(value="10.0.0.0/8", path="cidrBlock", words="/16 to /28")],
    ),
    Values(
        type=ec2_network.VPC.token,
        base={"cidrBlock": "10.0.0.0/16"},
        property="tags",
        right=[{"lepton:stack": "a b", "é": "ü"}],
        wrong=[
            Refused(value={"aws:x": "y"}, path="tags", words="kept for AWS"),
            Refused(value={"a": "x" * 257}, path="tags", words="256"),
            Refused(value={"": "x"}, path="tags", words="1 to 128"),
        ],
    ),
    Values(
        type=ec2_security_groups.SECURITY_GROUP.token,
        base={"name": "g"},
        property="ingress",
        right=[[{"protocol": "tcp", "fromPort": 443, "toPort": 443, "cidrBlocks": ["10.0.0.0/8"]}]],
        wrong=[
            Refused(
                value=[{"protocol": "tcp", "fromPort": 0, "toPort": 70000, "cidrBlocks": ["10.0.0.1/8"]}],
                path="ingress[0].toPort",
                words="65535",
            )
        ],
    ),
    Values(
        type=eks_addons.ADDON.token,
        base={"clusterName": "main"},
        property="addonName",
        right=["vpc-cni", "vendor_tool"],
        wrong=[Refused(value="vpc-cnni", path="addonName", words="vpc-cni?")],
    ),
    Values(
        type=eks_addons.ADDON.token,
        base={"clusterName": "main", "addonName": "coredns"},
        property="addonVersion",
        right=["v1.11.3-eksbuild.1"],
        wrong=[Refused(value="1.11", path="addonVersion", words="eksbuild")],
    ),
    Values(
        type=eks_addons.ADDON.token,
        base={"clusterName": "main", "addonName": "coredns"},
        property="configurationValues",
        right=['{"a": 1}', "a: 1"],
        wrong=[
            Refused(value="[1]", path="configurationValues", words="object"),
            Refused(value="{", path="configurationValues", words="object"),
        ],
    ),
    Values(
        type=eks_access.ACCESS_POLICY_ASSOCIATION.token,
        base={"clusterName": "main", "principalArn": UNKNOWN, "accessScope": {"type": "cluster"}},
        property="policyArn",
        right=[ACCESS_POLICY, UNKNOWN],
        wrong=[
            Refused(
                value=ACCESS_POLICY.replace("Cluster", "Clutser"),
                path="policyArn",
                words=f"did you mean {ACCESS_POLICY}?",
            )
        ],
    ),
    Values(
        type=sqs.QUEUE.token,
        base={},
        property="visibilityTimeoutSeconds",
        right=[0, 43200],
        wrong=[Refused(value=43201, path="visibilityTimeoutSeconds", words="43200")],
    ),
    Values(
        type=kms.ALIAS.token,
        base={"targetKeyId": UNKNOWN},
        property="name",
        right=["alias/x"],
        wrong=[
            Refused(value="x", path="name", words="begin with alias/"),
            Refused(value="alias/aws/x", path="name", words="AWS managed"),
        ],
    ),
]


@pytest.mark.parametrize(("type", "inputs"), right_values(VALUES))
def test_a_right_value_passes(account: Account, type: str, inputs: dict[str, Any]) -> None:
    assert account.check(type, inputs) == []


@pytest.mark.parametrize(("type", "inputs", "path", "words"), wrong_values(VALUES))
def test_a_wrong_value_is_refused(account: Account, type: str, inputs: dict[str, Any], path: str, words: str) -> None:
    failures = account.check(type, inputs)

    assert any(failure.path == path and words in failure.reason for failure in failures), failures


def test_all_failures_come_at_once(account: Account) -> None:
    failures = account.check(
        eks_node_groups.NODE_GROUP.token,
        {**NODE_GROUP, "amiType": "x", "capacityType": "y", "version": "z", "instanceTypes": ["a"]},
    )

    assert sorted(failure.path for failure in failures) == ["amiType", "capacityType", "instanceTypes[0]", "version"]


def test_what_nothing_checks_is_named() -> None:
    assert unexplained(s3.BUCKET.token, {"bucket": "b", "acl": "private", "website": {"indexDocument": "i"}}) == [
        "website.indexDocument"
    ]
    assert unexplained("aws:sfn/activity:Activity", {"name": "t"}) == ["name"]


def test_reasons_and_booleans_explain() -> None:
    assert (
        unexplained(
            eks_node_groups.NODE_GROUP.token, {"region": "r", "forceUpdateVersion": True, "nodeGroupNamePrefix": "n"}
        )
        == []
    )


@pytest.mark.parametrize("path", ["eks.CreateNothing", "eks.CreateCluster.nothing", "eks.CreateCluster.name.more"])
def test_a_wrong_place_in_the_models_is_an_error(path: str) -> None:
    with pytest.raises(LookupError, match="botocore"):
        api_models.shape_at(path)


@pytest.mark.parametrize(
    ("pattern", "right", "wrong"),
    [
        (r"[\p{L}\p{N}_]+", "é9_", "a b"),
        (r"[\w-_]*", "a-_", "a b"),
        (r"[\u0020-\uD7FF\uE000-\uFFFD\uD800\uDC00-\uDBFF\uDFFF]*", "a🚀", "\n"),
        (r"^[0-9A-Za-z][A-Za-z0-9\-_]*", "a-b", "a b"),
    ],
)
def test_patterns_of_java_are_read(pattern: str, right: str, wrong: str) -> None:
    assert compiled(pattern).fullmatch(right)
    assert not compiled(pattern).fullmatch(wrong)
