"""The control plane goes and comes back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from lepton_infra.simulator.control_plane import process
from lepton_infra.simulator.control_plane.api import Api
from tests.cluster.chaos.deploy import DEPLOYMENT, deploy
from tests.cluster.chaos.machines import gpu_nodes, settle, system_nodes
from tests.cluster.chaos.model_objects import namespace, serve, service, version
from tests.cluster.chaos.outcome import Outcome
from tests.cluster.chaos.prerequisites import furnish
from tests.cluster.chaos.watcher import Watcher

NAME = "kept"
REPLICAS = 3


def generations(api: Api) -> list[int]:
    """How often each Deployment has been changed."""
    return [each["metadata"]["generation"] for each in api.list(DEPLOYMENT, namespace(NAME))]


def test_nothing_is_lost_with_the_control_plane(
    built: Path, tmp_path: Path, report: Callable[[Outcome], Outcome]
) -> None:
    ready = {service(NAME, number): REPLICAS for number in (1, 2)}
    graph = serve(NAME, version(1, weight=90), version(2, weight=10), replicas=REPLICAS)
    with process.start(tmp_path / "data") as plane:
        api = plane.client()
        furnish(api)
        settle(api, [*system_nodes(NAME), *gpu_nodes(NAME, 2)])
        with Watcher(api, namespace(NAME)) as watch:
            deploy(api, graph)
            watch.begin(ready)
            pods = {pod.uid: pod.node for pod in watch.pods}
    with process.start(tmp_path / "data") as plane:
        api = plane.client()
        with Watcher(api, namespace(NAME)) as watch:
            watch.begin(ready)
            before = generations(api)
            deploy(api, graph)
            assert generations(api) == before
            assert {pod.uid: pod.node for pod in watch.pods} == pods
    outcome = report(watch.outcome("restart of the control plane, and the same program again"))
    assert (outcome.fewest, outcome.least_share) == (REPLICAS, 1)
    assert (outcome.pods_lost, outcome.pods_started) == (0, 0)
