"""No GPU left: who waits, who has to go, and who is left alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lepton_infra.layers.node_pool import POOL_LABEL
from lepton_infra.simulator.control_plane.api import Api
from tests.cluster.chaos.deploy import condition, deploy
from tests.cluster.chaos.machines import GPU, gpu_nodes, settle, system_nodes
from tests.cluster.chaos.model_objects import POOL, namespace, serve, service
from tests.cluster.chaos.outcome import Outcome
from tests.cluster.chaos.watcher import Watcher
from tests.cluster.objects import deployment, pod_spec
from tests.cluster.waiting import MANAGER, until

OTHER = "other"


def batch(pool: str, count: int) -> dict[str, Any]:
    """Work of no priority that takes ``count`` GPUs of a pool."""
    spec = pod_spec(gpus=1, nodeSelector={POOL_LABEL: pool}, terminationGracePeriodSeconds=0)
    return deployment("default", f"batch-{pool}", count, spec)


def running(api: Api, deployment: str) -> dict[str, str]:
    """The running pods of a batch, by name the node of each."""
    pods = api.list("v1/Pod", "default", f"app={deployment}")
    return {
        pod["metadata"]["name"]: pod["spec"]["nodeName"]
        for pod in pods
        if pod["status"].get("phase") == "Running" and "deletionTimestamp" not in pod["metadata"]
    }


def lacking(api: Api, name: str, resource: str) -> set[str]:
    """The pods that no node was found for, for lack of a resource.

    Read in their conditions. The scheduler's events of one pod are counted as one and keep the words of the first,
    which may be that the pod's volume claim is not there yet.
    """
    pods = {pod["metadata"]["name"]: condition(pod, "PodScheduled") for pod in api.list("v1/Pod", namespace(name))}
    events = api.list("v1/Event", namespace(name))
    told = {each["involvedObject"]["name"] for each in events if each["reason"] == "FailedScheduling"}
    return {
        pod
        for pod, why in pods.items()
        if pod in told and why.get("reason") == "Unschedulable" and f"Insufficient {resource}" in why["message"]
    }


def test_more_replicas_than_gpus(api: Api, name: str, report: Callable[[Outcome], Outcome]) -> None:
    """The two that find none wait. No other pool is used, however free it is, and the ones that serve go on."""
    own, few = service(name, 1), gpu_nodes(name, 1)
    settle(api, [*system_nodes(name), *few, *gpu_nodes(name, 1, pool=OTHER)])
    with Watcher(api, namespace(name)) as watch:
        deploy(api, serve(name, replicas=3, most=5, gpus=3))
        watch.begin({own: 3})
        api.patch("apps/v1/Deployment", own, {"spec": {"replicas": 5}}, namespace(name), field_manager=MANAGER)
        watch.until(lambda _: len(watch.pods) == 5, "five pods")
        waiting = {pod.name for pod in watch.pods if pod.node is None}
        assert len(waiting) == 2
        until(lambda: waiting <= lacking(api, name, GPU), "the scheduler to say so")
        assert {pod.node for pod in watch.pods} - {None} == {machine.name for machine in few}

        settle(api, [*system_nodes(name), *gpu_nodes(name, 2), *gpu_nodes(name, 1, pool=OTHER)])
        watch.until_ready({own: 5})
        assert all(pod.node is not None and pod.node.startswith(f"{name}-{POOL}-") for pod in watch.pods)
    outcome = report(watch.outcome("two replicas more than GPUs, then GPUs for them"))
    assert (outcome.fewest, outcome.least_share, outcome.pods_lost) == (3, 1, 0)


def test_batch_work_makes_room(api: Api, name: str, report: Callable[[Outcome], Outcome]) -> None:
    """A pool full of work without priority: models get their GPUs, no more than they need, and of their pool only."""
    own = service(name, 1)
    settle(api, [*system_nodes(name), *gpu_nodes(name, 1), *gpu_nodes(name, 1, pool=OTHER)])
    for pool in (POOL, OTHER):
        api.apply(batch(pool, 3), MANAGER)
    until(lambda: len(running(api, f"batch-{POOL}") | running(api, f"batch-{OTHER}")) == 6, "the batch work")
    untouched = running(api, f"batch-{OTHER}")
    with Watcher(api, namespace(name)) as watch:
        deploy(api, serve(name, replicas=2, gpus=3))
        watch.begin({own: 2})
        until(lambda: len(running(api, f"batch-{POOL}")) == 1, "two of three to be preempted")
    outcome = report(watch.outcome("two models in the place of batch work"))
    assert running(api, f"batch-{OTHER}") == untouched
    assert (outcome.fewest, outcome.least_share) == (2, 1)
    for pool in (POOL, OTHER):
        api.delete("apps/v1/Deployment", f"batch-{pool}")
