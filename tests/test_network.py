"""The address plan: disjoint, inside the network, and stable when zones are added."""

from __future__ import annotations

import ipaddress
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lepton_infra.layers.network import MAX_ZONES, zone_subnets

networks = st.builds(
    lambda address, prefix: str(ipaddress.ip_network((address, prefix), strict=False)),
    st.ip_addresses(v=4).map(int),
    st.integers(8, 20),
)


@given(networks, st.integers(1, MAX_ZONES))
def test_subnets_are_disjoint_and_inside(cidr: str, zones: int) -> None:
    plan = zone_subnets(cidr, zones)
    subnets = [ipaddress.ip_network(text) for zone in plan for text in (zone.private, zone.public)]
    assert len(plan) == zones
    assert all(subnet.subnet_of(ipaddress.ip_network(cidr)) for subnet in subnets)  # type: ignore[arg-type]
    assert not any(one.overlaps(other) for one, other in combinations(subnets, 2))


@given(networks, st.integers(1, MAX_ZONES - 1))
def test_adding_a_zone_moves_nothing(cidr: str, zones: int) -> None:
    assert zone_subnets(cidr, zones + 1)[:zones] == zone_subnets(cidr, zones)


@given(networks)
def test_nodes_get_most_of_the_space(cidr: str) -> None:
    zone = zone_subnets(cidr, 1)[0]
    private, public = ipaddress.ip_network(zone.private), ipaddress.ip_network(zone.public)
    assert private.num_addresses == 8 * public.num_addresses
    assert public.prefixlen <= 26


@pytest.mark.parametrize(
    ("cidr", "zones", "message"),
    [
        ("10.0.0.0/16", 0, "1 to 6 zones, not 0"),
        ("10.0.0.0/16", 7, "1 to 6 zones, not 7"),
        ("10.0.0.0/21", 3, "allowed: /20 or larger"),
        ("10.0.0.1/16", 3, "has host bits set"),
    ],
)
def test_impossible_plans_are_refused(cidr: str, zones: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        zone_subnets(cidr, zones)
