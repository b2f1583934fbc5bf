from __future__ import annotations

import pytest

from lepton_infra.platform.helm import image_values
from tests.kit.serving import DIGEST, image, of, record


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
        ("registry.example.com/all:x-v1", "registry.example.com/all", "x-v1"),
        ("localhost:5000/all:x-v1", "localhost:5000/all", "x-v1"),
        ("registry.example.com/x", "registry.example.com/x", "v1"),
        ("localhost:5000/x", "localhost:5000/x", "v1"),
        (f"localhost:5000/x@{DIGEST}", "localhost:5000/x", f"v1@{DIGEST}"),
    ],
)
def test_a_reference_is_split_as_charts_join_it(reference: str, repository: str, tag: str) -> None:
    assert image_values(reference, "v1") == {"repository": repository, "tag": tag}
