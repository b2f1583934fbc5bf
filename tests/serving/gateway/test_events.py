"""Where the cloud does not collect what containers write, a collector in the cluster does."""

from __future__ import annotations

from typing import Any

import pytest

from lepton_infra.platform.gateway import names
from lepton_infra.testing import Graph
from tests.kit.gateway import NAME, needs, ours, record, spec


@pytest.fixture(scope="module")
def collected() -> Graph:
    return record(collected=True)


def sinks(graph: Graph) -> list[dict[str, Any]]:
    (setting,) = spec(graph, "proxies")["telemetry"]["accessLog"]["settings"]
    return list(setting["sinks"])


def test_the_proxies_send_it_what_they_write_as_well(collected: Graph) -> None:
    file, collector = sinks(collected)
    assert sinks(record()) == [file]
    assert collector == {
        "type": "OpenTelemetry",
        "openTelemetry": {"backendRefs": [{"group": "", "kind": "Service", "name": "collector", "port": 4317}]},
    }


def test_it_is_one_chart_and_one_opening_more(collected: Graph) -> None:
    more = {each.name for each in ours(collected)} - {each.name for each in ours(record())}
    assert more == {f"{NAME}-collector", f"{NAME}-events-traffic"}


def test_it_is_there_before_the_proxies_and_may_write_by_then(collected: Graph) -> None:
    assert "collector" in needs(collected, "proxies")
    annotations = collected[f"{NAME}-events-traffic"].inputs["metadata"]["annotations"]
    assert annotations == {"lepton.dev/identity": "association-2"}


def test_only_proxies_reach_it_and_it_reaches_only_names_its_credential_and_the_cloud(collected: Graph) -> None:
    policy = spec(collected, "events-traffic")
    assert policy["podSelector"] == {"matchLabels": {"app": "collector"}}
    (inward,) = policy["ingress"]
    assert inward["from"] == [{"podSelector": {"matchLabels": names.PROXIES}}]
    assert [each["port"] for each in inward["ports"]] == [4317]
    assert [sorted({port["port"] for port in rule["ports"]}) for rule in policy["egress"]] == [[53], [443], [80]]
    out = spec(collected, "proxies-traffic")["egress"][-1]
    assert out["to"] == [{"podSelector": {"matchLabels": {"app": "collector"}}}]
