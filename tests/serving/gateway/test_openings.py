from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from lepton_infra.platform.gateway import names
from lepton_infra.testing import Graph
from tests.kit.gateway import NAME, OFFICE, OWN, needs, record, spec

DNS = {
    "to": [
        {
            "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}},
            "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}},
        }
    ],
    "ports": [{"port": 53, "protocol": "UDP"}, {"port": 53, "protocol": "TCP"}],
}


@pytest.fixture(scope="module")
def recorded() -> Graph:
    return record()


def ports(rule: Mapping[str, Any]) -> list[int]:
    return [each["port"] for each in rule["ports"]]


@pytest.mark.parametrize("purpose", ["gateway", "certificates"])
def test_both_namespaces_are_closed_and_restricted(recorded: Graph, purpose: str) -> None:
    deny = spec(recorded, f"{purpose}-default-deny")
    assert deny["policyTypes"] == ["Ingress", "Egress"]
    assert deny["podSelector"] == {}
    assert set(deny) == {"policyTypes", "podSelector"}
    labels = recorded[f"{NAME}-{purpose}-namespace"].inputs["metadata"]["labels"]
    assert labels["pod-security.kubernetes.io/enforce"] == "restricted"


def test_models_let_in_the_gateways_namespace_and_not_the_other(recorded: Graph) -> None:
    labels = {
        purpose: recorded[f"{NAME}-{purpose}-namespace"].inputs["metadata"]["labels"]
        for purpose in ("gateway", "certificates")
    }
    assert labels["gateway"]["lepton.dev/gateway"] == "true"
    assert "lepton.dev/gateway" not in labels["certificates"]


def test_clients_reach_the_proxies_on_their_one_port(recorded: Graph) -> None:
    policy = spec(recorded, "proxies-traffic")
    assert policy["podSelector"] == {"matchLabels": names.PROXIES}
    rule, scraping = policy["ingress"]
    assert [each["ipBlock"]["cidr"] for each in rule["from"]] == [OWN, OFFICE]
    assert ports(rule) == [10443]
    assert scraping["from"] == [{"namespaceSelector": {"matchLabels": {"lepton.dev/monitoring": "true"}}}]
    assert ports(scraping) == [19001]


def test_proxies_reach_the_models_their_controller_and_names(recorded: Graph) -> None:
    dns, controller, models = spec(recorded, "proxies-traffic")["egress"]
    assert dns == DNS
    assert controller["to"] == [{"podSelector": {"matchLabels": names.CONTROLLER}}]
    assert ports(controller) == [18000]
    (peer,) = models["to"]
    (chosen,) = peer["namespaceSelector"]["matchExpressions"]
    assert chosen == {"key": "kubernetes.io/metadata.name", "operator": "In", "values": ["serving-cifar10"]}
    assert ports(models) == [8501, 8500]


@pytest.mark.parametrize(
    ("purpose", "inward"), [("controller", [[18000]]), ("certgen", []), ("cert-manager", [[10250], [9402]])]
)
def test_controllers_reach_the_clusters_api_and_names(recorded: Graph, purpose: str, inward: list[list[int]]) -> None:
    policy = spec(recorded, f"{purpose}-traffic")
    dns, api = policy["egress"]
    assert dns == DNS
    assert ports(api) == [443, 6443]
    assert api["to"] == [{"ipBlock": {"cidr": "0.0.0.0/0", "except": ["169.254.0.0/16"]}}]
    assert [ports(rule) for rule in policy.get("ingress", [])] == inward


def test_only_proxies_ask_the_controller(recorded: Graph) -> None:
    (rule,) = spec(recorded, "controller-traffic")["ingress"]
    assert rule["from"] == [{"podSelector": {"matchLabels": names.PROXIES}}]


def test_charts_come_after_their_namespaces_are_closed(recorded: Graph) -> None:
    assert needs(recorded, "cert-manager") >= {"cert-manager-traffic", "certificates-default-deny"}
    assert needs(recorded, "envoy-gateway") >= {"controller-traffic", "certgen-traffic", "proxies-traffic"}
