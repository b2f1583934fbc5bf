from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from lepton_infra.cluster import ChartRelease
from lepton_infra.node_pool import NodePoolOutputs
from lepton_infra.serving.accelerators import device_plugin
from lepton_infra.serving.charts import image_values
from lepton_infra.testing import declared
from tests.serving.recording import DIGEST, arguments, image, of, pool, record


def test_a_clouds_charts_are_installed_at_their_pins() -> None:
    graph = record()
    release = of(graph, "helm.sh/v3:Release")["us-east-serving-cluster-autoscaler"]
    assert release["version"] == "1.2.3"
    assert release["chart"] == "cluster-autoscaler-chart"
    assert release["repositoryOpts"] == {"repo": "https://charts.example.com"}
    assert release["values"]["autoDiscovery"] == {"clusterName": "us-east"}
    assert release["values"]["image"] == {
        "repository": image("cluster-autoscaler").partition("@")[0],
        "tag": f"1-cluster-autoscaler@{DIGEST}",
    }


@pytest.mark.parametrize(
    ("reference", "repository", "tag"),
    [
        (f"registry.example.com/team/x@{DIGEST}", "registry.example.com/team/x", f"v1@{DIGEST}"),
        (f"registry.example.com/team/x:v1@{DIGEST}", "registry.example.com/team/x", f"v1@{DIGEST}"),
        ("registry.example.com/team/x:v1", "registry.example.com/team/x", "v1"),
        ("localhost:5000/x:v1", "localhost:5000/x", "v1"),
        (f"localhost:5000/x@{DIGEST}", "localhost:5000/x", f"v1@{DIGEST}"),
    ],
)
def test_a_reference_is_split_as_charts_join_it(reference: str, repository: str, tag: str) -> None:
    assert image_values(reference, "v1") == {"repository": repository, "tag": tag}


class TestDevicePlugin:
    @pytest.mark.parametrize("owner", ["image", "none"])
    def test_it_is_left_out_where_another_owns_it(self, owner: str) -> None:
        graph = record(lambda: arguments(pools={"l4": pool("l4", device_plugin=owner)}))
        assert list(of(graph, "helm.sh/v3:Release")) == ["us-east-serving-cluster-autoscaler"]
        assert list(of(graph, "core/v1:Namespace")) == ["us-east-serving-cifar10-namespace"]

    def test_it_runs_on_the_pools_that_leave_it_to_the_region_alone(self) -> None:
        chart = plugin_for(
            lambda: [pool("h100"), pool("l4"), pool("bottle", device_plugin="image"), pool("cpu", device_plugin="none")]
        )
        required = chart.values["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
        assert required["nodeSelectorTerms"] == [
            {"matchExpressions": [{"key": "lepton.dev/pool", "operator": "In", "values": ["h100", "l4"]}]}
        ]

    def test_it_tolerates_the_taint_of_every_pool(self) -> None:
        chart = plugin_for(lambda: [pool("l4")])
        assert chart.values["tolerations"] == [{"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"}]


def plugin_for(pools: Callable[[], Sequence[NodePoolOutputs]]) -> ChartRelease:
    """The device plugin's chart for pools, which have outputs and so need a program around them."""
    found: list[ChartRelease | None] = []
    declared(lambda: found.append(device_plugin(pools())))
    (chart,) = found
    assert chart is not None
    return chart
