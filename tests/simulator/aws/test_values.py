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

NODE_GROUP: dict[str, Any] = {
    "clusterName": "main",
    "nodeRoleArn": "role",
    "subnetIds": ["one"],
    "scalingConfig": {"minSize": 0, "desiredSize": 0, "maxSize": 1},
}
CLUSTER: dict[str, Any] = {"name": "main", "roleArn": "role", "vpcConfig": {"subnetIds": ["one"]}}
ACCESS_POLICY = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"
RULES = [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms"}}]

# type, a right base, property, right values, wrong values, where the failure is and words of it
VALUES: list[tuple[str, dict[str, Any], str, list[Any], list[tuple[Any, str, str]]]] = [
    (
        eks_node_groups.NODE_GROUP.token,
        NODE_GROUP,
        "amiType",
        ["AL2023_x86_64_NVIDIA", UNKNOWN],
        [("AL2023", "amiType", "allowed: AL2_x86_64")],
    ),
    (
        eks_node_groups.NODE_GROUP.token,
        NODE_GROUP,
        "capacityType",
        ["SPOT", "ON_DEMAND"],
        [("spot", "capacityType", "ON_DEMAND, SPOT, CAPACITY_BLOCK")],
    ),
    (
        eks_node_groups.NODE_GROUP.token,
        NODE_GROUP,
        "instanceTypes",
        [["g6.xlarge", "p5.48xlarge"], [UNKNOWN]],
        [(["g6.xlarge", "g6.xlarg"], "instanceTypes[1]", "the nearest g6.xlarge")],
    ),
    (
        eks_node_groups.NODE_GROUP.token,
        NODE_GROUP,
        "taints",
        [[{"key": "nvidia.com/gpu", "value": "present", "effect": "NO_SCHEDULE"}]],
        [
            ([{"key": "k", "effect": "NoSchedule"}], "taints[0].effect", "NO_SCHEDULE, NO_EXECUTE"),
            ([{"key": "", "effect": "NO_EXECUTE"}], "taints[0].key", "allowed: 1 to 63"),
        ],
    ),
    (
        eks_node_groups.NODE_GROUP.token,
        NODE_GROUP,
        "labels",
        [{"lepton.dev/pool": "l4"}, {}, {"a": UNKNOWN}],
        [({"a": "x" * 64}, "labels", 'value of "a": has 64 characters')],
    ),
    (eks_node_groups.NODE_GROUP.token, NODE_GROUP, "version", ["1.33"], [("banana", "version", 'such as "1.33"')]),
    (
        eks_node_groups.NODE_GROUP.token,
        NODE_GROUP,
        "updateConfig",
        [{"maxUnavailable": 1}],
        [({"maxUnavailable": 0}, "updateConfig.maxUnavailable", "at least 1")],
    ),
    (eks.CLUSTER.token, CLUSTER, "name", ["us-east_1", "x" * 100], [("-x", "name", "does not match")]),
    (
        eks.CLUSTER.token,
        CLUSTER,
        "version",
        ["1.33", "1.30"],
        [("banana", "version", "1.33"), ("1.3", "version", "1.33")],
    ),
    (
        eks.CLUSTER.token,
        CLUSTER,
        "enabledClusterLogTypes",
        [["api", "audit"]],
        [(["api", "adit"], "enabledClusterLogTypes[1]", "api, audit, authenticator")],
    ),
    (
        eks.CLUSTER.token,
        CLUSTER,
        "encryptionConfig",
        [{"resources": ["secrets"], "provider": {"keyArn": UNKNOWN}}],
        [({"resources": ["pods"], "provider": {"keyArn": UNKNOWN}}, "encryptionConfig.resources[0]", "secrets")],
    ),
    (
        eks.CLUSTER.token,
        CLUSTER,
        "kubernetesNetworkConfig",
        [{"serviceIpv4Cidr": "172.20.0.0/16"}],
        [
            ({"serviceIpv4Cidr": "8.8.0.0/16"}, "kubernetesNetworkConfig.serviceIpv4Cidr", "not private"),
            ({"serviceIpv4Cidr": "10.0.0.0/8"}, "kubernetesNetworkConfig.serviceIpv4Cidr", "/12 to /24"),
        ],
    ),
    (
        kms.KEY.token,
        {"enableKeyRotation": True},
        "rotationPeriodInDays",
        [90, 2560],
        [(89, "rotationPeriodInDays", "90 to")],
    ),
    (kms.KEY.token, {}, "deletionWindowInDays", [7, 30], [(6, "deletionWindowInDays", "7 to 30")]),
    (logs.LOG_GROUP.token, {}, "retentionInDays", [0, 365], [(366, "retentionInDays", "365, 400")]),
    (logs.LOG_GROUP.token, {}, "name", ["/a/b-c_d"], [("a b", "name", "does not match")]),
    (
        ec2_launch_templates.LAUNCH_TEMPLATE.token,
        {},
        "metadataOptions",
        [{"httpTokens": "required"}],
        [({"httpTokens": "on"}, "metadataOptions.httpTokens", "optional, required")],
    ),
    (
        ec2_launch_templates.LAUNCH_TEMPLATE.token,
        {},
        "blockDeviceMappings",
        [[{"deviceName": "/dev/xvda", "ebs": {"volumeType": "gp3", "encrypted": "true"}}]],
        [
            ([{"ebs": {"volumeType": "gp9"}}], "blockDeviceMappings[0].ebs.volumeType", "gp2"),
            ([{"ebs": {"encrypted": "yes"}}], "blockDeviceMappings[0].ebs.encrypted", '"true", "false"'),
        ],
    ),
    (
        ec2_launch_templates.LAUNCH_TEMPLATE.token,
        {},
        "tagSpecifications",
        [[{"resourceType": "volume", "tags": {"a": "b"}}]],
        [([{"resourceType": "disk"}], "tagSpecifications[0].resourceType", "allowed")],
    ),
    (ec2_launch_templates.LAUNCH_TEMPLATE.token, {}, "userData", ["aGk="], [("#!", "userData", "base64")]),
    (ecr.REPOSITORY.token, {}, "name", ["team/app"], [("Team", "name", "does not match"), ("a", "name", "2 to 256")]),
    (
        ecr.REPOSITORY.token,
        {},
        "encryptionConfigurations",
        [[{"encryptionType": "KMS"}]],
        [([{"encryptionType": "kms"}], "encryptionConfigurations[0].encryptionType", "KMS")],
    ),
    (
        iam.ROLE.token,
        {"assumeRolePolicy": trust("ec2.amazonaws.com")},
        "path",
        ["/", "/team/"],
        [("team", "path", "does not match")],
    ),
    (
        s3.BUCKET_ENCRYPTION.token,
        {"bucket": "models"},
        "rules",
        [RULES],
        [
            (
                [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "aes"}}],
                "rules[0].applyServerSideEncryptionByDefault.sseAlgorithm",
                "AES256",
            )
        ],
    ),
    (
        s3.BUCKET_VERSIONING.token,
        {"bucket": "models"},
        "versioningConfiguration",
        [{"status": "Enabled"}],
        [({"status": "On"}, "versioningConfiguration.status", "Enabled, Suspended")],
    ),
    (
        ec2_flow_logs.FLOW_LOG.token,
        {"vpcId": UNKNOWN, "iamRoleArn": UNKNOWN},
        "maxAggregationInterval",
        [60, 600],
        [(61, "maxAggregationInterval", "60, 600")],
    ),
    (ec2_network.VPC.token, {}, "cidrBlock", ["10.0.0.0/16"], [("10.0.0.0/8", "cidrBlock", "/16 to /28")]),
    (
        ec2_network.VPC.token,
        {"cidrBlock": "10.0.0.0/16"},
        "tags",
        [{"lepton:stack": "a b", "é": "ü"}],
        [({"aws:x": "y"}, "tags", "kept for AWS"), ({"a": "x" * 257}, "tags", "256"), ({"": "x"}, "tags", "1 to 128")],
    ),
    (
        ec2_security_groups.SECURITY_GROUP.token,
        {"name": "g"},
        "ingress",
        [[{"protocol": "tcp", "fromPort": 443, "toPort": 443, "cidrBlocks": ["10.0.0.0/8"]}]],
        [
            (
                [{"protocol": "tcp", "fromPort": 0, "toPort": 70000, "cidrBlocks": ["10.0.0.1/8"]}],
                "ingress[0].toPort",
                "65535",
            )
        ],
    ),
    (
        eks_addons.ADDON.token,
        {"clusterName": "main"},
        "addonName",
        ["vpc-cni", "vendor_tool"],
        [("vpc-cnni", "addonName", "vpc-cni?")],
    ),
    (
        eks_addons.ADDON.token,
        {"clusterName": "main", "addonName": "coredns"},
        "addonVersion",
        ["v1.11.3-eksbuild.1"],
        [("1.11", "addonVersion", "eksbuild")],
    ),
    (
        eks_addons.ADDON.token,
        {"clusterName": "main", "addonName": "coredns"},
        "configurationValues",
        ['{"a": 1}', "a: 1"],
        [("[1]", "configurationValues", "object"), ("{", "configurationValues", "object")],
    ),
    (
        eks_access.ACCESS_POLICY_ASSOCIATION.token,
        {"clusterName": "main", "principalArn": UNKNOWN, "accessScope": {"type": "cluster"}},
        "policyArn",
        [ACCESS_POLICY, UNKNOWN],
        [(ACCESS_POLICY.replace("Cluster", "Clutser"), "policyArn", f"did you mean {ACCESS_POLICY}?")],
    ),
    (sqs.QUEUE.token, {}, "visibilityTimeoutSeconds", [0, 43200], [(43201, "visibilityTimeoutSeconds", "43200")]),
    (
        kms.ALIAS.token,
        {"targetKeyId": UNKNOWN},
        "name",
        ["alias/x"],
        [("x", "name", "begin with alias/"), ("alias/aws/x", "name", "AWS managed")],
    ),
]


@pytest.mark.parametrize(
    ("type", "inputs"),
    [
        pytest.param(type, {**base, property: value}, id=f"{type.rpartition(':')[2]}.{property}={value!r:.40}")
        for type, base, property, right, _ in VALUES
        for value in right
    ],
)
def test_a_right_value_passes(account: Account, type: str, inputs: dict[str, Any]) -> None:
    assert account.check(type, inputs) == []


@pytest.mark.parametrize(
    ("type", "inputs", "path", "words"),
    [
        pytest.param(
            type, {**base, property: value}, path, words, id=f"{type.rpartition(':')[2]}.{property}={value!r:.40}"
        )
        for type, base, property, _, wrong in VALUES
        for value, path, words in wrong
    ],
)
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
