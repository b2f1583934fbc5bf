from typing import Any

import pytest

from lepton_infra.engine.signatures import ASSET, SIGNATURE
from lepton_infra.simulator import schema, sdk
from lepton_infra.simulator.behaviour import UNKNOWN, Failure

CLUSTER = "aws:eks/cluster:Cluster"
DEPLOYMENT = "kubernetes:apps/v1:Deployment"
GOOD_CLUSTER = {"roleArn": "arn:aws:iam::1:role/r", "vpcConfig": {"subnetIds": ["subnet-1"]}}


def _reasons(type: str, inputs: dict[str, Any]) -> dict[str, str]:
    return {failure.path: failure.reason for failure in schema.check(type, inputs)}


@pytest.mark.parametrize(
    ("type", "inputs"),
    [
        (CLUSTER, GOOD_CLUSTER),
        (CLUSTER, {"roleArn": UNKNOWN, "vpcConfig": UNKNOWN, "tags": {"a": UNKNOWN}, "version": None}),
        (CLUSTER, {"roleArn": "r", "vpcConfig": {"subnetIds": [UNKNOWN]}, "__internal": True}),
        ("aws:ec2/instance:Instance", {"instanceType": "p99.huge"}),
        ("aws:iam/role:Role", {"assumeRolePolicy": "{}"}),
        ("aws:lambda/function:Function", {"role": "r", "code": {SIGNATURE: ASSET, "text": ""}}),
        ("azure-native:resources:ResourceGroup", {}),
        ("gcp:storage/bucket:Bucket", {"location": "asia-south1"}),
        ("kubernetes:core/v1:ConfigMap", {"apiVersion": "v1", "kind": "ConfigMap", "data": {"a.b": "c"}}),
        ("kubernetes:helm.sh/v3:Release", {"chart": "x", "values": {"anything": [1, {"b": None}]}}),
        ("kubernetes:keda.sh/v1alpha1:ScaledObject", {"apiVersion": "a", "kind": "k", "spec": {"any": 1}}),
        ("pulumi:providers:aws", {"region": "us-east-1", "allowedAccountIds": ["1"]}),
    ],
)
def test_good_inputs_pass(type: str, inputs: dict[str, Any]) -> None:
    assert schema.check(type, inputs) == []


@pytest.mark.parametrize(
    ("changes", "path", "reason"),
    [
        ({"rolArn": "r"}, "rolArn", "unknown property 'rolArn'; did you mean 'roleArn'?"),
        (
            {"vpcConfig": {"subnet_idz": ["a"]}},
            "vpcConfig.subnet_idz",
            "unknown property 'subnet_idz'; did you mean 'subnetIds'?",
        ),
        (
            {"vpcConfig": {"subnetIds": ["a"], "endpointPublicAccess": "maybe"}},
            "vpcConfig.endpointPublicAccess",
            "expected true or false, got the string 'maybe'",
        ),
        (
            {"vpcConfig": {"subnetIds": ["a"], "endpointPublicAccess": "true"}},
            "vpcConfig.endpointPublicAccess",
            "expected true or false, got the string 'true'; write it without quotes",
        ),
        ({"roleArn": ["r"]}, "roleArn", "expected a string, got a list"),
        ({"version": 1.3}, "version", "expected a string, got the number 1.3; write it in quotes"),
        (
            {"vpcConfig": {"subnetIds": "a"}},
            "vpcConfig.subnetIds",
            "expected a list, got the string 'a'; put it in a list",
        ),
        (
            {"vpcConfig": {"subnetIds": ["a", 5]}},
            "vpcConfig.subnetIds[1]",
            "expected a string, got the number 5; write it in quotes",
        ),
        ({"deletionProtection": "no"}, "deletionProtection", "expected true or false, got the string 'no'"),
        ({"tags": {"lepton:stack": True}}, 'tags["lepton:stack"]', "expected a string, got true; write it in quotes"),
        ({"roleArn": None}, "roleArn", "missing required property 'roleArn'"),
    ],
)
def test_each_mistake_is_told_with_its_path(changes: dict[str, Any], path: str, reason: str) -> None:
    assert _reasons(CLUSTER, {**GOOD_CLUSTER, **changes})[path] == reason


def test_all_failures_come_at_once() -> None:
    found = _reasons(CLUSTER, {"vpcConfig": {"subnetIdz": []}, "tags": [], "version": False})

    assert set(found) == {"vpcConfig.subnetIdz", "vpcConfig.subnetIds", "tags", "version", "roleArn"}


@pytest.mark.parametrize(
    ("type", "inputs", "path", "reason"),
    [
        (
            "azure-native:storage:StorageAccount",
            {
                "accountName": "a",
                "resourceGroupName": "g",
                "kind": "StorageV2",
                "sku": {"name": "x"},
                "accessTier": "hot",
            },
            "accessTier",
            "'hot' is not allowed; did you mean 'Hot'?; allowed: Hot, Cool, Premium, Cold",
        ),
        (
            "gcp:container/cluster:Cluster",
            {"initialNodeCount": 1.5},
            "initialNodeCount",
            "expected a whole number, got the number 1.5",
        ),
        (
            DEPLOYMENT,
            {"spec": {"selector": {}, "template": {"spec": {"containers": [{"image": "i"}]}}}},
            "spec.template.spec.containers[0].name",
            "missing required property 'name'",
        ),
        (
            "kubernetes:core/v1:Service",
            {"spec": {"ports": [{"port": 80, "targetPort": [1]}]}},
            "spec.ports[0].targetPort",
            "expected a whole number or a string, got a list",
        ),
        (
            "kubernetes:keda.sh/v1alpha1:ScaledObject",
            {"kind": "k"},
            "apiVersion",
            "missing required property 'apiVersion'",
        ),
        (
            "kubernetes:keda.sh/v1alpha1:ScaledObject",
            {"kind": "k", "apiVersion": "a", "metadata": {"nam": "x"}},
            "metadata.nam",
            "unknown property 'nam'; did you mean 'name'?",
        ),
        (
            "kubernetes:helm.sh/v3:Release",
            {"chart": "x", "valuez": {}},
            "valuez",
            "unknown property 'valuez'; did you mean 'values'?",
        ),
        ("pulumi:providers:aws", {"regoin": "x"}, "regoin", "unknown property 'regoin'; did you mean 'region'?"),
    ],
)
def test_other_clouds_are_checked_alike(type: str, inputs: dict[str, Any], path: str, reason: str) -> None:
    assert _reasons(type, inputs)[path] == reason


@pytest.mark.parametrize(
    ("type", "near"),
    [
        ("aws:eks/cluster:Clustr", "did you mean aws:eks/cluster:Cluster"),
        ("kubernetes:apps/v1:Deploymnt", "did you mean kubernetes:apps/v1:Deployment"),
        ("azure-native:storage:Zzzzzzzz", "has no resource type azure-native:storage:Zzzzzzzz"),
    ],
)
def test_a_type_that_does_not_exist_is_named_with_its_nearest(type: str, near: str) -> None:
    with pytest.raises(sdk.UnknownType, match=near):
        schema.check(type, {})


def test_a_package_without_sdk_says_what_to_install() -> None:
    with pytest.raises(sdk.SdkMissing, match="install pulumi-nimbus"):
        schema.check("nimbus:a:B", {})


def test_an_azure_type_of_a_given_api_version_is_checked_against_the_sdks_own() -> None:
    versioned = schema.inputs_of("azure-native:storage/v20230101:StorageAccount")

    assert versioned == schema.inputs_of("azure-native:storage:StorageAccount")


def test_what_failed_is_unknown_to_later_checks() -> None:
    failures = [Failure(path=path, reason="") for path in ("a.b", "a.missing", "c[1]", 'd["x.y"]', "gone")]

    blanked = schema.without({"a": {"b": 1, "z": 2}, "c": [1, 2], "d": {"x.y": 1}}, failures)

    assert blanked == {
        "a": {"b": UNKNOWN, "z": 2, "missing": UNKNOWN},
        "c": [1, UNKNOWN],
        "d": {"x.y": UNKNOWN},
        "gone": UNKNOWN,
    }
