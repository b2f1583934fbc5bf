"""What waits for what: nothing slow before the control plane, and no pool on another."""

from __future__ import annotations

from functools import cache

import pytest

from lepton_infra.simulator.latencies import CREATION_SECONDS, SHORTEST_CHAINS
from lepton_infra.testing.graph import Graph
from tests.clouds.gcp.stacks import pool, stack
from tests.kit.regions import declare

CLUSTER = "gcp:container/cluster:Cluster"
NODE_POOL = "gcp:container/nodePool:NodePool"


def types_before(region: Graph, name: str) -> set[str]:
    return {found.type for found in region.dependencies(region[name]) if found.custom}


def test_the_control_plane_waits_for_no_way_out_no_bucket_and_no_registry(region: Graph) -> None:
    before = types_before(region, "test-cluster-control-plane")
    assert not before & {
        "gcp:dns/managedZone:ManagedZone",
        "gcp:dns/recordSet:RecordSet",
        "gcp:storage/bucket:Bucket",
        "gcp:artifactregistry/repository:Repository",
        "gcp:compute/firewall:Firewall",
    }


@pytest.mark.parametrize("name", ["test-cluster-system", "test-pool-l4-spot", "test-pool-l4-on-demand"])
def test_nodes_wait_for_their_way_out_and_their_rights(region: Graph, name: str) -> None:
    before = types_before(region, name)
    assert {"gcp:projects/iAMMember:IAMMember", CLUSTER} <= before
    names = {found.name for found in region.dependencies(region[name])}
    assert {"test-network-https-out", "test-network-pkg-dev-addresses", "test-network-pkg-dev-others"} <= names


def test_the_slowest_chain_is_hardly_longer_than_the_one_that_no_region_can_avoid(region: Graph) -> None:
    by_urn = {declared.urn: declared for declared in region}

    @cache
    def seconds(urn: str) -> float:
        declared = by_urn[urn]
        own = CREATION_SECONDS.get(declared.type, 0.0) if declared.custom else 0.0
        return own + max((seconds(each) for each in declared.needs if each in by_urn), default=0.0)

    unavoidable = sum(CREATION_SECONDS[type] for type in SHORTEST_CHAINS["gcp"])
    assert max(map(seconds, by_urn)) <= 1.1 * unavoidable


def test_pools_do_not_wait_for_one_another(region: Graph) -> None:
    for found in region.of(NODE_POOL):
        assert NODE_POOL not in types_before(region, found.name)


def test_another_pool_changes_nothing_else() -> None:
    before = {declared.urn: declared for declared in declare(stack())}
    after = {
        declared.urn: declared for declared in declare(stack(node_pools=[pool(), pool(name="t4", accelerator="t4")]))
    }
    added = after.keys() - before.keys()
    assert added
    assert all("test-pool-t4" in urn for urn in added)
    for urn, declared in before.items():
        assert after[urn].inputs == declared.inputs


def test_storage_and_registry_wait_for_nothing_of_the_cluster(region: Graph) -> None:
    for declared in region:
        if declared.type.startswith(("gcp:storage/bucket:", "gcp:artifactregistry/")):
            assert CLUSTER not in {found.type for found in region.dependencies(declared)}
