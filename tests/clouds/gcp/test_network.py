from __future__ import annotations

import pytest

from lepton_infra.testing.graph import Graph
from tests.clouds.gcp.stacks import ZONES, stack
from tests.kit.regions import declare


def test_there_is_one_subnetwork_with_ranges_for_nodes_pods_and_services(region: Graph) -> None:
    assert region["test-network-vpc"]["autoCreateSubnetworks"] is False
    subnetwork = region["test-network-subnetwork"]
    assert subnetwork["network"] == region["test-network-vpc"].id
    assert subnetwork["region"] == "asia-south1"
    assert subnetwork["ipCidrRange"] == "10.18.128.0/18"
    assert subnetwork["secondaryIpRanges"] == [
        {"rangeName": "pods", "ipCidrRange": "10.18.0.0/17"},
        {"rangeName": "services", "ipCidrRange": "10.18.192.0/19"},
    ]


def test_googles_services_are_reached_inside_googles_network(region: Graph) -> None:
    assert region["test-network-subnetwork"]["privateIpGoogleAccess"] is True


def test_nothing_leaves_for_the_internet(region: Graph) -> None:
    assert region.of("gcp:compute/routerNat:RouterNat") == ()
    assert region.of("gcp:compute/router:Router") == ()


@pytest.mark.parametrize(
    ("domain", "target"),
    [("googleapis.com", "private.googleapis.com."), ("gcr.io", "gcr.io."), ("pkg.dev", "pkg.dev.")],
)
def test_the_network_knows_googles_services_by_their_private_addresses(region: Graph, domain: str, target: str) -> None:
    name = f"test-network-{domain.replace('.', '-')}"
    zone, addresses, others = region[name], region[f"{name}-addresses"], region[f"{name}-others"]
    assert (zone["dnsName"], zone["visibility"], zone["forceDestroy"]) == (f"{domain}.", "private", False)
    assert zone["privateVisibilityConfig.networks"] == [{"networkUrl": region["test-network-vpc"].id}]
    assert (addresses["name"], addresses["type"]) == (target, "A")
    assert addresses["rrdatas"] == ["199.36.153.8", "199.36.153.9", "199.36.153.10", "199.36.153.11"]
    assert (others["name"], others["type"], others["rrdatas"]) == (f"*.{domain}.", "CNAME", [target])
    assert {addresses["managedZone"], others["managedZone"]} == {zone["name"]}
    assert region["test-network-api-dns"] in region.dependencies(zone)


@pytest.mark.parametrize(("direction", "ranges"), [("in", "sourceRanges"), ("out", "destinationRanges")])
def test_what_no_rule_allows_is_denied_and_logged(region: Graph, direction: str, ranges: str) -> None:
    rule = region[f"test-network-deny-{direction}"]
    assert rule["denies"] == [{"protocol": "all"}]
    assert rule[ranges] == ["0.0.0.0/0"]
    assert rule["logConfig"] == {"metadata": "INCLUDE_ALL_METADATA"}
    assert "allows" not in rule.inputs


def test_only_https_to_googles_private_addresses_leaves_the_network(region: Graph) -> None:
    allowed = [rule for rule in region.of("gcp:compute/firewall:Firewall") if "allows" in rule.inputs]
    assert {(rule["direction"], rule["destinationRanges"][0], rule["allows"][0]["protocol"]) for rule in allowed} == {
        ("EGRESS", "10.18.0.0/16", "all"),
        ("EGRESS", "199.36.153.8/30", "tcp"),
    }
    assert region["test-network-https-out"]["allows"] == [{"protocol": "tcp", "ports": ["443"]}]
    lowest = max(rule["priority"] for rule in allowed)
    assert region["test-network-deny-out"]["priority"] > lowest


def test_every_flow_is_logged_once_there_is_a_place_for_it(region: Graph) -> None:
    subnetwork = region["test-network-subnetwork"]
    assert subnetwork["logConfig"] == {
        "aggregationInterval": "INTERVAL_1_MIN",
        "flowSampling": 1.0,
        "metadata": "INCLUDE_ALL_METADATA",
    }
    assert region["test-network-logs-exclusion"] in region.dependencies(subnetwork)


def test_a_zone_more_changes_no_address(region: Graph) -> None:
    fewer = declare(stack(network={"cidr": "10.18.0.0/16", "zones": ZONES[:2]}))
    assert fewer["test-network-subnetwork"].inputs == region["test-network-subnetwork"].inputs


def test_every_api_is_turned_on_and_left_on(region: Graph) -> None:
    services = region.of("gcp:projects/service:Service")
    assert {service["service"].removesuffix(".googleapis.com") for service in services} >= {
        "artifactregistry",
        "cloudkms",
        "compute",
        "container",
        "dns",
        "logging",
        "storage",
    }
    assert not any(service["disableOnDestroy"] for service in services)
    assert all(service.retain_on_delete for service in services)
