"""Machines and a zone that are gone without warning."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from math import ceil

import pytest

from lepton_infra.simulator.control_plane.api import Api
from tests.cluster.chaos.deploy import deploy
from tests.cluster.chaos.disruptions import Disaster, come_back, silence, vanish
from tests.cluster.chaos.machines import ZONES, gpu_nodes, settle, system_nodes, zone_of
from tests.cluster.chaos.model_objects import namespace, serve, service
from tests.cluster.chaos.outcome import Outcome
from tests.cluster.chaos.watcher import Watcher

HOW = pytest.mark.parametrize("strike", [silence, vanish])


def zones(watch: Watcher) -> Counter[str]:
    """How many pods of a model are in which zone."""
    return Counter(zone_of(pod.node) for pod in watch.pods if pod.node)


@HOW
def test_a_node_is_lost(api: Api, name: str, report: Callable[[Outcome], Outcome], strike: Disaster) -> None:
    replicas, own = 3, service(name, 1)
    machines = settle(api, [*system_nodes(name), *gpu_nodes(name, 2)])
    with Watcher(api, namespace(name)) as watch:
        deploy(api, serve(name, replicas=replicas, gpus=6))
        watch.begin({own: replicas})
        victim = watch.pods[0].node
        assert victim is not None
        strike(api, watch, machines, [victim])
        watch.until_ready({own: replicas})
        assert victim not in {pod.node for pod in watch.pods}
    outcome = report(watch.outcome(f"a node with one of {replicas} pods: {strike.__name__}"))
    assert (outcome.pods_lost, outcome.pods_started) == (1, 1)
    assert outcome.fewest == replicas - 1
    assert outcome.least_share >= (replicas - 1) / replicas


@HOW
def test_a_zone_is_lost(api: Api, name: str, report: Callable[[Outcome], Outcome], strike: Disaster) -> None:
    replicas, own = 6, service(name, 1)
    machines = settle(api, [*system_nodes(name), *gpu_nodes(name, 3)])
    with Watcher(api, namespace(name)) as watch:
        deploy(api, serve(name, replicas=replicas, gpus=9))
        watch.begin({own: replicas})
        assert set(zones(watch).values()) == {replicas // len(ZONES)}
        strike(api, watch, machines, [each.name for each in machines if each.zone == ZONES[0]])
        watch.until_ready({own: replicas})
        assert zones(watch) == {zone: replicas // 2 for zone in ZONES[1:]}
    outcome = report(watch.outcome(f"a zone with a third of {replicas} pods: {strike.__name__}"))
    most = ceil(replicas / len(ZONES))
    assert (outcome.pods_lost, outcome.pods_started) == (most, most)
    assert outcome.fewest == replicas - most
    assert outcome.least_share >= (replicas - most) / replicas


def test_a_zone_is_lost_that_nothing_can_stand_in_for(
    api: Api, name: str, report: Callable[[Outcome], Outcome]
) -> None:
    replicas, own = 6, service(name, 1)
    machines = settle(api, [*system_nodes(name), *gpu_nodes(name, 2)])
    with Watcher(api, namespace(name)) as watch:
        deploy(api, serve(name, replicas=replicas, gpus=6))
        watch.begin({own: replicas})
        silence(api, watch, machines, [each.name for each in machines if each.zone == ZONES[0]])
        watch.until_ready({own: 4})
        watch.until(lambda _: sum(pod.node is None for pod in watch.pods) == 2, "two pods that wait for a GPU")
        assert watch.now.share == 1, "what is left answers everything"
        come_back(api, watch, machines)
        watch.until_ready({own: replicas})
    outcome = report(watch.outcome(f"a zone with a third of {replicas} pods and no GPU to spare: gone and back"))
    assert outcome.fewest == 4
    assert outcome.least_share >= 4 / 6
