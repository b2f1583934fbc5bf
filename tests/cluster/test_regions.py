"""The repository's own stacks on real API servers: up, up again, destroy.

Everything is found by kinds and labels, so that what serving is made of may change.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from lepton_infra.engine import recovery
from lepton_infra.engine.sources import find
from lepton_infra.errors import LeptonError
from lepton_infra.layers.node_pool import GPU_TAINT_KEY, POOL_LABEL
from lepton_infra.simulator.clusters.manager import Clusters, declared, key_of
from lepton_infra.simulator.control_plane.api import Api, Object
from lepton_infra.simulator.store import Store
from tests.cluster.waiting import until
from tests.kit.projects import edit, placed
from tests.kit.regions import Raw
from tests.kit.sim import Sim

pytestmark = pytest.mark.engine

ON_CLUSTERS = ("--real-clusters", "--wait-scale", "0.1")
STACKS = ("us-east", "eu-west", "ap-south")
_REFUSED = re.compile(r"^ *error: .*", re.MULTILINE)


@pytest.fixture(scope="session")
def engine() -> None:
    try:
        find()
    except LeptonError as refused:
        pytest.skip(str(refused))


@contextmanager
def looked_into(sim: Sim) -> Iterator[Api]:
    """The stack's cluster, running as it does in a command."""
    with closing(Store(sim.store)) as store:
        (cluster,) = declared(store)
        clusters = Clusters(sim.store.parent / "clusters", store)
        try:
            yield clusters.running(key_of(cluster)).api
        finally:
            clusters.close()


def served(api: Api) -> list[Object]:
    """The deployments of models: those whose pods choose a pool."""
    return [item for item in api.list("apps/v1/Deployment") if POOL_LABEL in _selector(item["spec"]["template"])]


def _selector(of: Object) -> dict[str, str]:
    found: dict[str, str] = of["spec"].get("nodeSelector", {})
    return found


def is_up(api: Api, deployment: Object) -> bool:
    """Whether a deployment has as many ready pods as its autoscaler wants at least."""
    metadata = deployment["metadata"]
    least = [
        hpa["spec"]["minReplicas"]
        for hpa in api.list("autoscaling/v2/HorizontalPodAutoscaler", metadata["namespace"])
        if hpa["spec"]["scaleTargetRef"]["name"] == metadata["name"]
    ]
    ready = int(deployment["status"].get("readyReplicas", 0))
    return bool(ready >= max([*least, int(deployment["spec"]["replicas"])]))


def misplaced(pods: list[Object], nodes: dict[str, Object]) -> list[str]:
    """Pods on a node of another pool than they choose, with GPUs where there are none, or on GPU nodes without need."""
    wrong = []
    for pod in pods:
        node = nodes[pod["spec"]["nodeName"]]
        labels = node["metadata"]["labels"]
        asked = any(GPU_TAINT_KEY in item.get("resources", {}).get("limits", {}) for item in pod["spec"]["containers"])
        has = GPU_TAINT_KEY in node["status"]["allocatable"]
        if _selector(pod).items() - labels.items() or asked != has:
            wrong.append(f"{pod['metadata']['name']} on {node['metadata']['name']}")
    return wrong


def control_planes(folder: Path) -> list[str]:
    """Processes of control planes over what is in a folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        found += [process.name for word in words if word.startswith(f"-data={folder}".encode())]
    return found


def destroyable(region: Raw) -> Raw:
    return {**region, "teardown": True}


def said(run: Any) -> str:
    """What went wrong in a run."""
    return "\n".join(_REFUSED.findall(run.stdout)) or f"{run.stdout[-3000:]}{run.stderr}"


@pytest.mark.parametrize("stack", STACKS)
def test_a_region_lives_on_a_real_control_plane(stack: str, tmp_path: Path, built: Path, engine: None) -> None:
    sim = placed(tmp_path, stack)
    edit(sim, destroyable)
    first = sim.up(options=ON_CLUSTERS)
    assert first.returncode == 0, said(first)

    with looked_into(sim) as api:
        until(lambda: served(api) and all(is_up(api, item) for item in served(api)), "the models to be served")
        pods = [pod for pod in api.list("v1/Pod") if _selector(pod).get(POOL_LABEL)]
        nodes = {node["metadata"]["name"]: node for node in api.list("v1/Node")}
    assert pods
    assert misplaced(pods, nodes) == []

    again = sim.up("--expect-no-changes", options=ON_CLUSTERS)
    assert again.returncode == 0, said(again)

    destroyed = sim.pulumi("destroy", "-s", stack, "--yes", "--skip-preview", options=ON_CLUSTERS)
    assert destroyed.returncode == 0, said(destroyed)
    assert [resource.id for resource in sim.cloud() if resource.package == "kubernetes"] == []
    assert list((sim.store.parent / "clusters").iterdir()) == []
    assert control_planes(tmp_path) == []


def test_what_is_not_ready_in_time_is_kept_and_taken_up_again(tmp_path: Path, built: Path, engine: None) -> None:
    """Nobody waits at all in the first run, and so no pod can be ready."""
    sim = placed(tmp_path, "ap-south")
    impatient = sim.up(options=("--real-clusters", "--wait-scale", "0"))
    assert impatient.returncode != 0
    assert "failed to fully initialize or become live" in impatient.stdout
    assert "timed out waiting to be Ready" in impatient.stdout
    resources = recovery.read_checkpoint(sim.checkpoint)["resources"]
    unready = [item for item in resources if item.get("initErrors")]
    assert {item["type"] for item in unready} == {"kubernetes:apps/v1:Deployment"}
    assert all(len(item["initErrors"]) > 1 for item in unready)
    again = sim.up(options=ON_CLUSTERS)
    assert again.returncode == 0, said(again)
    assert not any(item.get("initErrors") for item in recovery.read_checkpoint(sim.checkpoint)["resources"])
    assert sim.made_twice() == []
