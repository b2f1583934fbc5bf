import re
from typing import Any

import pytest

from lepton_infra.simulator.behaviour import CloudError
from tests.simulator.kubernetes.cluster import RELEASE, Cluster

CHART = {"chart": "nvidia-device-plugin", "version": "0.18.0"}


@pytest.mark.parametrize("version", ["1.2.3", "v1.2.3", "1.2.3-rc.1", "1.2.3+build"])
def test_one_exact_version_passes(cluster: Cluster, version: str) -> None:
    assert cluster.failures(RELEASE, {**CHART, "version": version}) == {}


@pytest.mark.parametrize(
    ("changes", "path", "words"),
    [
        ({"version": None}, "version", "pin the chart to one version"),
        ({"version": "~1.2"}, "version", "not a range"),
        ({"version": "latest"}, "version", "one exact semantic version"),
        ({"name": "A"}, "name", "RFC 1123"),
        ({"name": "a" * 54}, "name", "no more than 53"),
        ({"namespace": "a.b"}, "namespace", "RFC 1123 label"),
    ],
)
def test_a_bad_release_is_refused(cluster: Cluster, changes: dict[str, Any], path: str, words: str) -> None:
    assert words in cluster.failures(RELEASE, {**CHART, **changes})[path]


def test_a_chart_of_this_repository_needs_no_version(cluster: Cluster) -> None:
    assert cluster.failures(RELEASE, {"chart": "./charts/web"}) == {}


def test_a_release_gets_a_name_a_place_and_a_status(cluster: Cluster) -> None:
    made = cluster.create(RELEASE, CHART, "plugin")

    assert re.fullmatch(r"default/plugin-[0-9a-f]{8}", made.id)
    assert made.state["status"] | {"name": ""} == {
        "name": "",
        "namespace": "default",
        "revision": 1,
        "status": "deployed",
        "chart": "nvidia-device-plugin",
        "version": "0.18.0",
    }


def test_an_upgrade_is_the_next_revision(cluster: Cluster) -> None:
    release = {**CHART, "name": "plugin"}
    made = cluster.create(RELEASE, release)

    upgraded = cluster.update(RELEASE, made.id, {**release, "version": "0.18.1"})

    assert (upgraded.state["status"]["revision"], upgraded.state["status"]["version"]) == (2, "0.18.1")


def test_its_namespace_exists_or_is_made(cluster: Cluster) -> None:
    release = {**CHART, "name": "plugin", "namespace": "gpu"}
    with pytest.raises(CloudError, match='namespaces "gpu" not found'):
        cluster.create(RELEASE, release)

    cluster.create(RELEASE, {**release, "createNamespace": True}, "first")

    cluster.create(RELEASE, {**release, "name": "other"}, "second")


def test_a_name_is_used_once_in_a_namespace(cluster: Cluster) -> None:
    cluster.create(RELEASE, {**CHART, "name": "plugin"}, "first")

    with pytest.raises(CloudError, match="cannot re-use a name that is still in use"):
        cluster.create(RELEASE, {**CHART, "name": "plugin"}, "second")
