"""Everybody wants the nodes empty at once; the disruption budget says how fast."""

from __future__ import annotations

from collections.abc import Callable

from lepton_infra.simulator.control_plane import stages
from lepton_infra.simulator.control_plane.api import Api
from tests.cluster.chaos.deploy import deploy
from tests.cluster.chaos.disruptions import drain, evict, evict_all, put_back
from tests.cluster.chaos.machines import gpu_nodes, settle, system_nodes
from tests.cluster.chaos.model_objects import namespace, serve, service
from tests.cluster.chaos.outcome import Outcome
from tests.cluster.chaos.watcher import BUDGET, Watcher
from tests.cluster.waiting import until

REPLICAS = 3
START_SECONDS = 1.0


def test_an_eviction_storm(api: Api, name: str, report: Callable[[Outcome], Outcome]) -> None:
    own = service(name, 1)
    settle(api, [*system_nodes(name), *gpu_nodes(name, 2)])
    stages.pods_start_after(api, START_SECONDS)
    with Watcher(api, namespace(name)) as watch:
        deploy(api, serve(name, replicas=REPLICAS, gpus=6))
        watch.begin({own: REPLICAS})
        forbidden = evict_all(api, namespace(name), [pod.name for pod in watch.pods])
        watch.until_ready({own: REPLICAS})
    outcome = report(watch.outcome(f"eviction of all {REPLICAS} pods at once"))
    assert forbidden > 0
    assert outcome.within_budget
    assert (outcome.fewest, outcome.least_share) == (REPLICAS - 1, 1)
    assert (outcome.pods_lost, outcome.pods_started) == (REPLICAS, REPLICAS)


def test_every_node_is_drained_in_turn(api: Api, name: str, report: Callable[[Outcome], Outcome]) -> None:
    own, machines = service(name, 1), gpu_nodes(name, 2)
    settle(api, [*system_nodes(name), *machines])
    stages.pods_start_after(api, START_SECONDS)
    with Watcher(api, namespace(name)) as watch:
        deploy(api, serve(name, replicas=REPLICAS, gpus=6))
        watch.begin({own: REPLICAS})
        for machine in machines:
            drain(api, namespace(name), machine.name)
            put_back(api, machine.name)
        watch.until_ready({own: REPLICAS})
    outcome = report(watch.outcome(f"drain of all {len(machines)} nodes in turn"))
    assert outcome.within_budget
    assert outcome.least_share == 1
    assert outcome.pods_lost == REPLICAS


def test_a_pod_that_loads_holds_up_no_drain_but_protects_those_that_serve(
    api: Api, name: str, report: Callable[[Outcome], Outcome]
) -> None:
    own = service(name, 1)
    settle(api, [*system_nodes(name), *gpu_nodes(name, 2)])
    with Watcher(api, namespace(name)) as watch:
        deploy(api, serve(name, replicas=REPLICAS, gpus=6))
        watch.begin({own: REPLICAS})
        stages.pods_start_after(api, 3600)
        first, second, _ = (pod.name for pod in watch.pods)
        assert evict(api, namespace(name), first)
        watch.until(lambda _: any(pod.node and not pod.ready for pod in watch.pods), "the next pod to load")
        until(lambda: api.get(BUDGET, own, namespace(name))["status"]["currentHealthy"] == REPLICAS - 1, "the budget")
        assert not evict(api, namespace(name), second)
        stages.pods_start_after(api, 0)
        [loading] = [pod.name for pod in watch.pods if not pod.ready]
        assert evict(api, namespace(name), loading)
        watch.until_ready({own: REPLICAS})
    outcome = report(watch.outcome("eviction while a pod loads"))
    assert outcome.within_budget
    assert (outcome.pods_lost, outcome.pods_started) == (1, 2)
