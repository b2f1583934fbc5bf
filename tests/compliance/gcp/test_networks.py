from __future__ import annotations

from typing import Any

import pytest

from lepton_infra.compliance.facts import PRIVATE_SERVICES
from lepton_infra.compliance.graph.graph import UNKNOWN, Resource
from tests.compliance.gcp.graphs import made, read, waiting

NET = made(
    "compute/network:Network", "net", name="net", id="projects/p/global/networks/net", autoCreateSubnetworks=False
)
LOGGED: dict[str, Any] = {"logConfig": {"flowSampling": 1.0}}
PRIVATE: dict[str, Any] = {"privateIpGoogleAccess": True}


def subnetwork(name: str = "sub", **inputs: Any) -> Resource:
    return made("compute/subnetwork:Subnetwork", name, network=NET.id, **inputs)


def firewall(name: str = "fire", **inputs: Any) -> Resource:
    return made("compute/firewall:Firewall", name, network=NET.id, **inputs)


CLOSED = firewall("closed", direction="EGRESS", denies=[{"protocol": "all"}], destinationRanges=["0.0.0.0/0"])


@pytest.mark.parametrize(
    ("others", "fact", "expected"),
    [
        ([], "flow_logs", False),
        ([subnetwork()], "flow_logs", False),
        ([subnetwork(**LOGGED)], "flow_logs", True),
        ([subnetwork(**LOGGED), subnetwork("second")], "flow_logs", False),
        ([], "private_services", frozenset()),
        ([subnetwork()], "private_services", frozenset()),
        ([subnetwork(**PRIVATE)], "private_services", PRIVATE_SERVICES),
        ([subnetwork(**PRIVATE), subnetwork("second")], "private_services", frozenset()),
        ([], "default_open", True),
        ([CLOSED], "default_open", False),
        ([firewall("in", denies=[{"protocol": "all"}], sourceRanges=["0.0.0.0/0"])], "default_open", True),
    ],
)
def test_a_network(others: list[Resource], fact: str, expected: object) -> None:
    (found,) = read(NET, *others).networks
    assert getattr(found, fact).value == expected


def test_a_network_that_makes_its_own_subnetworks_writes_no_flows_down() -> None:
    automatic = made("compute/network:Network", "net", name="net", id=NET.id)
    (found,) = read(automatic, subnetwork(**LOGGED)).networks
    assert found.flow_logs.value is False


def test_in_a_preview_a_subnetwork_is_of_the_network_that_it_is_made_of() -> None:
    part = waiting(made("compute/subnetwork:Subnetwork", "sub", network=UNKNOWN, **LOGGED), network=NET)
    (found,) = read(NET, part).networks
    assert found.flow_logs.value is True


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        (
            {"allows": [{"protocol": "tcp", "ports": ["443"]}], "sourceRanges": ["10.0.0.0/8"]},
            [(True, {"10.0.0.0/8"}, 443, 443)],
        ),
        ({"allows": [{"protocol": "tcp", "ports": ["443"]}]}, [(True, {"0.0.0.0/0"}, 443, 443)]),
        ({"allows": [{"protocol": "tcp", "ports": ["80-90"]}], "sourceTags": ["web"]}, [(True, {"web"}, 80, 90)]),
        ({"allows": [{"protocol": "all"}], "sourceRanges": ["10.0.0.0/8"]}, [(True, {"10.0.0.0/8"}, None, None)]),
        (
            {"direction": "EGRESS", "allows": [{"protocol": "tcp", "ports": ["443"]}]},
            [(False, {"0.0.0.0/0"}, 443, 443)],
        ),
        ({"denies": [{"protocol": "all"}]}, []),
        ({"allows": [{"protocol": "all"}], "disabled": True}, []),
    ],
)
def test_a_firewall_opens(inputs: dict[str, Any], expected: list[tuple[object, ...]]) -> None:
    found = read(firewall(**inputs)).openings
    assert [(each.inbound, each.peers.value, each.from_port, each.to_port) for each in found] == expected


def test_peers_that_are_not_known_are_not_known() -> None:
    (found,) = read(firewall(allows=[{"protocol": "all"}], sourceRanges=UNKNOWN)).openings
    assert found.peers.value is UNKNOWN


def test_a_rule_of_a_policy_opens_too() -> None:
    match = {"srcIpRanges": ["0.0.0.0/0"], "layer4Configs": [{"ipProtocol": "tcp", "ports": ["22"]}]}
    rule = made("compute/networkFirewallPolicyRule:NetworkFirewallPolicyRule", action="allow", match=match)
    (found,) = read(rule).openings
    assert (found.inbound, found.peers.value, found.from_port) == (True, frozenset({"0.0.0.0/0"}), 22)


BANS = made(
    "compute/securityPolicy:SecurityPolicy", "waf", name="waf", id="waf-id", rules=[{"action": "rate_based_ban"}]
)
LOOSE = made("compute/securityPolicy:SecurityPolicy", "waf", name="waf", id="waf-id", rules=[{"action": "allow"}])
BACKEND = made("compute/backendService:BackendService", "back", name="back", id="back-id", securityPolicy="waf-id")
MAP = made("compute/uRLMap:URLMap", "map", name="map", id="map-id", defaultService="back-id")
MODERN = made("compute/sSLPolicy:SSLPolicy", "ssl", name="ssl", id="ssl-id", minTlsVersion="TLS_1_2")
OLD = made("compute/sSLPolicy:SSLPolicy", "ssl", name="ssl", id="ssl-id")
HTTPS = made("compute/targetHttpsProxy:TargetHttpsProxy", "proxy", id="proxy-id", sslPolicy="ssl-id", urlMap="map-id")
BARE = made("compute/targetHttpsProxy:TargetHttpsProxy", "proxy", id="proxy-id", urlMap="map-id")
FRONT = made("compute/globalForwardingRule:GlobalForwardingRule", "front", target="proxy-id")


@pytest.mark.parametrize(
    ("others", "version", "firewall"),
    [
        ([HTTPS, MODERN, MAP, BACKEND, BANS], "1.2", True),
        ([HTTPS, OLD, MAP, BACKEND, LOOSE], "1.0", False),
        ([BARE, MAP], "1.0", False),
        ([], None, False),
    ],
)
def test_what_answers_from_outside(others: list[Resource], version: str | None, firewall: bool) -> None:
    (found,) = read(FRONT, *others).listeners
    assert (found.public.value, found.minimum_tls.value, found.firewall.value) == (True, version, firewall)
    assert found.redirects is False


@pytest.mark.parametrize(
    ("scheme", "public"), [("EXTERNAL_MANAGED", True), ("INTERNAL_MANAGED", False), (UNKNOWN, UNKNOWN)]
)
def test_a_load_balancer_inside_is_not_public(scheme: Any, public: object) -> None:
    (found,) = read(made("compute/forwardingRule:ForwardingRule", loadBalancingScheme=scheme)).listeners
    assert found.public.value is public


@pytest.mark.parametrize("redirects", [True, False])
def test_http_may_only_send_on(redirects: bool) -> None:
    sending = {"defaultUrlRedirect": {"httpsRedirect": True}} if redirects else {"defaultService": "back-id"}
    plain = made("compute/targetHttpProxy:TargetHttpProxy", "proxy", id="proxy-id", urlMap="map-id")
    (found,) = read(FRONT, plain, made("compute/uRLMap:URLMap", "map", id="map-id", **sending)).listeners
    assert (found.minimum_tls.value, found.redirects) == (None, redirects)
