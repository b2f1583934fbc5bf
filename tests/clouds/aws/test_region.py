"""What holds for every resource of a region."""

from __future__ import annotations

import inspect
import json
from typing import Any

import pulumi_aws
import pytest

from lepton_infra.testing.graph import Declared, Graph
from tests.clouds.aws.stacks import on_aws, stack
from tests.kit.regions import declare

STATEFUL = {
    "aws:s3/bucket:Bucket",
    "aws:kms/key:Key",
    "aws:cloudwatch/logGroup:LogGroup",
    "aws:eks/cluster:Cluster",
    "aws:ecr/repository:Repository",
    "aws:cloudtrail/trail:Trail",
    "aws:backup/vault:Vault",
    "aws:backup/logicallyAirGappedVault:LogicallyAirGappedVault",
}
NAMED_BY = {
    "aws:s3/bucket:Bucket": "bucket",
    "aws:kms/alias:Alias": "name",
    "aws:cloudwatch/logGroup:LogGroup": "name",
    "aws:eks/cluster:Cluster": "name",
    "aws:eks/nodeGroup:NodeGroup": "nodeGroupName",
    "aws:ecr/repository:Repository": "name",
    "aws:ec2/launchTemplate:LaunchTemplate": "name",
    "aws:ec2/securityGroup:SecurityGroup": "name",
    "aws:iam/role:Role": "name",
    "aws:iam/rolePolicy:RolePolicy": "name",
    "aws:cloudtrail/trail:Trail": "name",
    "aws:sns/topic:Topic": "name",
    "aws:cloudwatch/eventRule:EventRule": "name",
    "aws:backup/vault:Vault": "name",
    "aws:backup/logicallyAirGappedVault:LogicallyAirGappedVault": "name",
    "aws:backup/plan:Plan": "name",
    "aws:backup/restoreTestingPlan:RestoreTestingPlan": "name",
    "aws:accessanalyzer/analyzer:Analyzer": "analyzerName",
}


def takes_tags(type: str) -> bool:
    module, _, name = type.removeprefix("aws:").replace("/", ":").split(":")
    resource = getattr(getattr(pulumi_aws, module), name)
    return "tags" in inspect.signature(resource._internal_init).parameters


def test_every_taggable_resource_has_the_tags_of_the_region(region: Graph) -> None:
    taggable = [declared for declared in on_aws(region) if takes_tags(declared.type)]
    assert len(taggable) > 60
    for declared in taggable:
        tags = declared.inputs["tags"]
        assert tags["lepton:stack"] == "test", declared.urn
        assert tags["lepton:residency"] == "us", declared.urn
        assert tags["owner"] == "ai-platform", declared.urn


def test_no_resource_leaves_the_regions_own_provider(region: Graph) -> None:
    (provider,) = region.of("pulumi:providers:aws")
    assert {declared.provider for declared in on_aws(region) if declared.custom} == {provider.urn}
    assert provider.inputs["region"] == "us-east-1"
    assert json.loads(provider.inputs["allowedAccountIds"]) == ["111122223333"]


def test_what_holds_state_is_protected_until_teardown(region: Graph, torn_down: Graph) -> None:
    assert all(declared.protect for declared in region if declared.type in STATEFUL)
    assert not any(declared.protect for declared in torn_down)


def test_teardown_keeps_data_logs_and_the_keys_to_them(torn_down: Graph) -> None:
    kept = {declared.name for declared in torn_down if declared.retain_on_delete and declared.type in STATEFUL}
    assert kept == {
        "test-storage-models",
        "test-storage-models-key",
        "test-storage-data",
        "test-storage-data-key",
        "test-storage-access-log",
        "test-network-logs-key",
        "test-network-flow-logs",
        "test-cluster-logs",
        "test-oversight-ai-events",
        "test-oversight-audit",
        "test-oversight-audit-key",
        "test-oversight-vault",
        "test-oversight-vault-key",
        "test-oversight-sealed",
        "test-oversight-sealed-key",
    }


@pytest.mark.parametrize(("type", "property"), NAMED_BY.items())
def test_names_in_the_cloud_are_fixed_by_the_stack(region: Graph, type: str, property: str) -> None:
    found = region.of(type)
    assert found
    names = [declared.inputs[property] for declared in found]
    assert len(names) == len(set(names))
    again = [declared.inputs[property] for declared in declare(stack()).of(type)]
    assert sorted(names) == sorted(again)


def test_buckets_carry_the_account_in_their_names(region: Graph) -> None:
    for bucket in region.of("aws:s3/bucket:Bucket"):
        assert bucket.inputs["bucket"] == f"{bucket.name}-111122223333"


def test_names_fit_where_region_pool_and_model_are_longest() -> None:
    long = "a" * 20
    raw = stack(name=long)
    raw["node_pools"][0] |= {"name": long, "capacity": [{"kind": "reservation", "id": "cr-0123456789abcdef0"}]}
    raw["node_pools"][0]["zones"] = ["us-east-1a"]
    raw["models"][0] |= {"name": long, "node_pool": long}
    region = declare(raw)
    limits = {
        "aws:s3/bucket:Bucket": 63,
        "aws:iam/role:Role": 64,
        "aws:eks/nodeGroup:NodeGroup": 63,
        "aws:eks/cluster:Cluster": 100,
        "aws:ec2/launchTemplate:LaunchTemplate": 128,
        "aws:cloudwatch/eventRule:EventRule": 64,
        "aws:backup/vault:Vault": 50,
        "aws:backup/logicallyAirGappedVault:LogicallyAirGappedVault": 50,
        "aws:backup/plan:Plan": 50,
        "aws:backup/restoreTestingPlan:RestoreTestingPlan": 50,
    }
    for type, limit in limits.items():
        assert max(len(declared.inputs[NAMED_BY[type]]) for declared in region.of(type)) <= limit


def test_the_whole_world_is_named_only_as_the_way_out(region: Graph) -> None:
    def mentions(declared: Declared) -> bool:
        return "0.0.0.0/0" in json.dumps(declared.inputs, default=str)

    assert {declared.type for declared in on_aws(region) if mentions(declared)} == {"aws:ec2/route:Route"}


def test_policies_allow_no_principal_and_no_action_without_bounds(region: Graph) -> None:
    for declared in on_aws(region):
        for property in ("policy", "assumeRolePolicy"):
            for statement in _statements(declared.inputs.get(property)):
                if statement["Effect"] == "Deny":
                    continue
                anyone = statement.get("Principal") in ("*", {"AWS": "*"})
                layers = statement.get("Sid") == "ImageLayers"
                assert not anyone or statement.get("Condition") or layers, declared.urn
                assert statement["Action"] != "*" or statement.get("Condition"), declared.urn


def _statements(policy: Any) -> list[dict[str, Any]]:
    return json.loads(policy).get("Statement", []) if policy else []


def test_no_two_resources_share_a_logical_name(region: Graph) -> None:
    """The map ``adopt`` of a stack file names resources so."""
    names = [declared.name for declared in region if declared.package in ("aws", "lepton")]
    assert sorted(names) == sorted(set(names))


def test_the_region_stays_small(region: Graph) -> None:
    assert len(region) < 220


def test_a_region_with_a_gateway_stays_within_the_budget() -> None:
    assert len(declare(stack(gateway={"domain": "inference.example.com"}))) < 250
