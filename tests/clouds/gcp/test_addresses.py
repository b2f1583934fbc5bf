from __future__ import annotations

from ipaddress import IPv4Network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lepton_infra.clouds.gcp.network.addresses import NODE_PREFIX, PODS_PER_NODE, most_nodes, ranges


@st.composite
def networks(draw: st.DrawFn) -> str:
    prefix = draw(st.integers(16, 20))
    block = draw(st.integers(0, 2 ** (prefix - 8) - 1))
    return str(IPv4Network(((10 << 24) + (block << (32 - prefix)), prefix)))


@given(networks())
def test_ranges_are_disjoint_parts_of_the_network(cidr: str) -> None:
    plan = ranges(cidr)
    parts = [IPv4Network(part) for part in (plan.nodes, plan.pods, plan.services)]
    assert all(part.subnet_of(IPv4Network(cidr)) for part in parts)
    assert not any(one.overlaps(other) for one in parts for other in parts if one is not other)


@given(networks())
def test_every_node_that_fits_has_an_address_and_twice_its_pods(cidr: str) -> None:
    plan = ranges(cidr)
    reserved = 4
    assert most_nodes(cidr) <= IPv4Network(plan.nodes).num_addresses - reserved
    assert most_nodes(cidr) << 32 - NODE_PREFIX == IPv4Network(plan.pods).num_addresses
    assert 2 * PODS_PER_NODE == 1 << 32 - NODE_PREFIX


@pytest.mark.parametrize(("cidr", "nodes"), [("10.18.0.0/16", 512), ("10.18.0.0/20", 32)])
def test_most_nodes_of_a_network(cidr: str, nodes: int) -> None:
    assert most_nodes(cidr) == nodes


def test_the_plan_of_the_largest_network() -> None:
    plan = ranges("10.18.0.0/16")
    assert (plan.pods, plan.nodes, plan.services) == ("10.18.0.0/17", "10.18.128.0/18", "10.18.192.0/19")


def test_a_network_that_is_too_small_is_refused() -> None:
    with pytest.raises(ValueError, match=r"10\.18\.0\.0/21 is too small; allowed: /20 or larger"):
        ranges("10.18.0.0/21")
