"""What the region installs on GPU nodes, on which of them, and who reaches it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from lepton_infra.layers.cluster import ChartRelease
from lepton_infra.layers.gpus import Sharing
from lepton_infra.layers.node_pool import NO_GPU, NodePoolOutputs, Owner
from lepton_infra.platform.gpu import exporter, gpu_charts
from lepton_infra.testing import Graph, declared
from tests.kit.serving import SOFTWARE, arguments, of, pool, record

PREFIX = "us-east-serving-device-plugin"
OTHERS = replace(SOFTWARE, device_plugin=Owner.IMAGE, exporter=Owner.CLOUD)
PLUGIN_ONLY = replace(SOFTWARE, exporter=Owner.CLOUD)
EXPORTER_ONLY = replace(SOFTWARE, device_plugin=Owner.IMAGE)


def charts_for(pools: Callable[[], Sequence[NodePoolOutputs]]) -> dict[str, ChartRelease]:
    """The charts of pools, which hold outputs and so need an engine."""
    found: list[list[ChartRelease]] = []
    declared(lambda: found.append(gpu_charts(pools())))
    return {chart.name: chart for chart in found[0]}


def on(**changes: Any) -> Graph:
    """Serving on one pool with these facts."""
    return record(lambda: arguments(pools={"l4": pool("l4", **changes)}))


@pytest.mark.parametrize("software", [OTHERS, NO_GPU])
def test_nothing_is_installed_where_others_own_it(software: Any) -> None:
    graph = on(software=software)
    assert list(of(graph, "helm.sh/v3:Release")) == ["us-east-serving-cluster-autoscaler"]
    assert list(of(graph, "core/v1:Namespace")) == ["us-east-serving-cifar10-namespace"]


@pytest.mark.parametrize(
    ("software", "charts"),
    [
        (SOFTWARE, {"nvidia-device-plugin", "dcgm-exporter"}),
        (PLUGIN_ONLY, {"nvidia-device-plugin"}),
        (EXPORTER_ONLY, {"dcgm-exporter"}),
    ],
)
def test_each_part_is_installed_for_those_who_leave_it_to_the_region(software: Any, charts: set[str]) -> None:
    assert set(charts_for(lambda: [pool("l4", software=software)])) == charts


def test_each_part_runs_on_the_pools_that_leave_it_to_the_region_alone() -> None:
    charts = charts_for(
        lambda: [
            pool("h100"),
            pool("l4", software=PLUGIN_ONLY),
            pool("bottle", software=EXPORTER_ONLY),
            pool("gke", software=OTHERS),
            pool("cpu", software=NO_GPU),
        ]
    )
    assert pools_of(charts["nvidia-device-plugin"]) == ["h100", "l4"]
    assert pools_of(charts["dcgm-exporter"]) == ["bottle", "h100"]


def pools_of(chart: ChartRelease) -> list[str]:
    required = chart.values["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
    ((expression,),) = (term["matchExpressions"] for term in required["nodeSelectorTerms"])
    assert (expression["key"], expression["operator"]) == ("lepton.dev/pool", "In")
    names: list[str] = expression["values"]
    return names


@pytest.mark.parametrize("name", ["nvidia-device-plugin", "dcgm-exporter"])
def test_each_part_tolerates_the_taints_of_all_its_pools(name: str) -> None:
    chart = charts_for(lambda: [pool("l4"), pool("spot", taints=["example.com/spot"])])[name]
    assert chart.values["tolerations"] == [
        {"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"},
        {"key": "example.com/spot", "operator": "Exists", "effect": "NoSchedule"},
    ]


def test_whole_gpus_need_no_configuration() -> None:
    values = charts_for(lambda: [pool("l4")])["nvidia-device-plugin"].values
    assert values.keys() == {"affinity", "tolerations"}


def test_gpus_that_are_taken_in_turns_have_a_configuration_by_name() -> None:
    values = charts_for(
        lambda: [
            pool("l4"),
            pool("shared", sharing=Sharing(time_slices=4)),
            pool("more", sharing=Sharing(time_slices=8)),
            pool("theirs", software=OTHERS, sharing=Sharing(time_slices=16)),
        ]
    )["nvidia-device-plugin"].values
    configs = {name: yaml.safe_load(text) for name, text in values["config"]["map"].items()}

    assert configs["whole"] == {"version": "v1"}
    assert values["config"]["default"] == "whole"
    assert configs.keys() == {"whole", "time-slices-4", "time-slices-8"}
    assert configs["time-slices-4"]["sharing"]["timeSlicing"] == {
        "failRequestsGreaterThanOne": True,
        "resources": [{"name": "nvidia.com/gpu", "replicas": 4}],
    }
    assert "migStrategy" not in values


def test_instances_are_asked_for_as_whole_gpus_are() -> None:
    values = charts_for(lambda: [pool("a100", sharing=Sharing(mig="1g.5gb"))])["nvidia-device-plugin"].values
    assert values["migStrategy"] == "single"
    assert "config" not in values


@pytest.mark.parametrize(("measured", "memory"), [(1, 576), (2, 640), (4, 768), (8, 1024), (56, 4096)])
def test_the_exporters_memory_is_of_the_size_of_its_node(measured: int, memory: int) -> None:
    assert exporter.memory_mib(measured) == memory


@given(st.integers(1, 112), st.integers(1, 112))
def test_a_larger_node_never_gives_the_exporter_less(one: int, other: int) -> None:
    few, many = sorted((one, other))
    assert exporter.memory_mib(few) <= exporter.memory_mib(many)
    assert exporter.heap_mib(many) < exporter.memory_mib(many)
    assert exporter.memory_mib(8) >= 1024


def test_one_limit_does_for_nodes_of_all_sizes_and_takes_no_more_of_small_ones() -> None:
    values = charts_for(lambda: [pool("l4", measured_per_node=1), pool("h100", measured_per_node=8)])[
        "dcgm-exporter"
    ].values
    assert values["resources"]["limits"]["memory"] == "1024Mi"
    assert values["resources"]["requests"]["memory"] == "576Mi"
    assert values["extraEnv"] == [{"name": "GOMEMLIMIT", "value": "512MiB"}]
    assert values["serviceMonitor"] == {"enabled": False}


def test_only_monitoring_reaches_the_exporter() -> None:
    spec = of(on(), "networking.k8s.io/v1:NetworkPolicy")[f"{PREFIX}-exporter-is-scraped"]["spec"]
    assert spec["podSelector"] == {"matchLabels": {"app.kubernetes.io/name": "dcgm-exporter"}}
    assert spec["ingress"] == [
        {
            "from": [{"namespaceSelector": {"matchLabels": {"lepton.dev/monitoring": "true"}}}],
            "ports": [{"port": 9400, "protocol": "TCP"}],
        }
    ]


@pytest.mark.parametrize(
    ("sharing", "policies"),
    [
        (None, {"default-deny", "exporter-is-scraped"}),
        (Sharing(mig="1g.5gb"), {"default-deny", "exporter-is-scraped"}),
        (Sharing(time_slices=2), {"default-deny", "exporter-is-scraped", "plugin-reads-its-node"}),
    ],
)
def test_the_plugin_reaches_the_api_where_it_has_a_choice_of_configurations(
    sharing: Sharing | None, policies: set[str]
) -> None:
    found = of(on(sharing=sharing), "networking.k8s.io/v1:NetworkPolicy")
    assert {name.removeprefix(f"{PREFIX}-") for name in found if name.startswith(PREFIX)} == policies


def test_nothing_starts_before_its_ways_are_closed() -> None:
    graph = on()
    policies = {each.urn for each in graph.of("kubernetes:networking.k8s.io/v1:NetworkPolicy") if PREFIX in each.name}
    for name in ("chart", "exporter"):
        assert policies <= set(graph[f"{PREFIX}-{name}"].dependencies)


def test_it_takes_over_what_was_there_under_its_former_type() -> None:
    (component,) = on().of("lepton:kubernetes:GpuSoftware")
    assert component.name == PREFIX
