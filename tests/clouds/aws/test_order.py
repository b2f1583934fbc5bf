"""What waits for what: nothing slow before the control plane, and no pool on another."""

from __future__ import annotations

from functools import cache

import pytest

from lepton_infra.simulator.latencies import CREATION_SECONDS, SHORTEST_CHAINS
from lepton_infra.testing.graph import Graph
from tests.clouds.aws.stacks import pool, stack
from tests.kit.regions import declare

CLUSTER = "aws:eks/cluster:Cluster"
NODE_GROUP = "aws:eks/nodeGroup:NodeGroup"


def types_before(region: Graph, name: str) -> set[str]:
    return {found.type for found in region.dependencies(region[name]) if found.custom}


def test_the_control_plane_waits_only_for_what_it_cannot_do_without(region: Graph) -> None:
    assert types_before(region, "test-cluster-control-plane") == {
        "aws:ec2/vpc:Vpc",
        "aws:ec2/subnet:Subnet",
        "aws:iam/role:Role",
        "aws:iam/rolePolicy:RolePolicy",
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        "aws:kms/key:Key",
        "aws:cloudwatch/logGroup:LogGroup",
    }


def test_the_control_plane_waits_for_private_subnets_only(region: Graph) -> None:
    cluster = region["test-cluster-control-plane"]
    subnets = [found.name for found in region.dependencies(cluster) if found.type == "aws:ec2/subnet:Subnet"]
    assert sorted(subnets) == [f"test-network-private-us-east-1{zone}" for zone in "abd"]


@pytest.mark.parametrize("name", ["test-cluster-system", "test-pool-l4-spot", "test-pool-l4-on-demand"])
def test_nodes_wait_for_their_way_out_and_for_the_network_addon(region: Graph, name: str) -> None:
    before = region.dependencies(region[name])
    assert {found.name for found in before if found.type == "aws:ec2/natGateway:NatGateway"} == {
        f"test-network-nat-us-east-1{zone}" for zone in "abd"
    }
    addons = {found.inputs["addonName"] for found in before if found.type == "aws:eks/addon:Addon"}
    assert addons == {"vpc-cni", "kube-proxy", "eks-pod-identity-agent"}


def test_nodes_of_one_zone_wait_for_that_zones_way_out() -> None:
    region = declare(stack(node_pools=[pool(zones=["us-east-1b"])]))
    before = region.dependencies(region["test-pool-l4-spot"])
    nats = [found.name for found in before if found.type == "aws:ec2/natGateway:NatGateway"]
    assert nats == ["test-network-nat-us-east-1b"]


def test_addons_are_made_beside_the_nodes(region: Graph) -> None:
    for addon in region.of("aws:eks/addon:Addon"):
        assert NODE_GROUP not in types_before(region, addon.name)


def test_the_slowest_chain_is_hardly_longer_than_the_one_that_no_region_can_avoid(region: Graph) -> None:
    by_urn = {declared.urn: declared for declared in region}

    @cache
    def seconds(urn: str) -> float:
        declared = by_urn[urn]
        own = CREATION_SECONDS.get(declared.type, 0.0) if declared.custom else 0.0
        return own + max((seconds(each) for each in declared.needs if each in by_urn), default=0.0)

    unavoidable = sum(CREATION_SECONDS[type] for type in SHORTEST_CHAINS["aws"])
    assert max(map(seconds, by_urn)) <= 1.1 * unavoidable


def test_pools_do_not_wait_for_one_another(region: Graph) -> None:
    for group in region.of(NODE_GROUP):
        assert NODE_GROUP not in types_before(region, group.name)


def test_another_pool_changes_nothing_else() -> None:
    before = {declared.urn: declared for declared in declare(stack())}
    changed = stack(node_pools=[pool(), pool(name="t4", accelerator="t4")])
    after = {declared.urn: declared for declared in declare(changed)}
    added = after.keys() - before.keys()
    assert added
    assert all("test-pool-t4" in urn for urn in added)
    assert not before.keys() - after.keys()
    for urn, declared in before.items():
        if declared.type.startswith("aws:"):
            assert after[urn].inputs == declared.inputs


def test_storage_and_registry_wait_for_nothing_of_the_cluster(region: Graph) -> None:
    for declared in region:
        if declared.type.startswith(("aws:s3/", "aws:ecr/")):
            assert CLUSTER not in {found.type for found in region.dependencies(declared)}
