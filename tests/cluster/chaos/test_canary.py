"""A new version beside the old one, by weights, and back."""

from __future__ import annotations

from collections.abc import Callable

from lepton_infra.simulator.control_plane.api import Api
from lepton_infra.testing import Graph
from tests.cluster.chaos.deploy import deploy, differing
from tests.cluster.chaos.machines import gpu_nodes, settle, system_nodes
from tests.cluster.chaos.model_objects import namespace, serve, service, version
from tests.cluster.chaos.outcome import Outcome
from tests.cluster.chaos.watcher import Watcher

REPLICAS = 3


def test_a_canary_and_its_rollback_lose_nothing(api: Api, name: str, report: Callable[[Outcome], Outcome]) -> None:
    """100/0, 90/10, 0/100, and back to 100/0."""
    settle(api, [*system_nodes(name), *gpu_nodes(name, 3)])
    old, new = service(name, 1), service(name, 2)

    def weighted(*weights: int) -> Graph:
        versions = [version(number, weight=weight) for number, weight in enumerate(weights, start=1)]
        return serve(name, *versions, replicas=REPLICAS)

    alone, canary, whole, back = weighted(100), weighted(90, 10), weighted(0, 100), weighted(100, 0)
    with Watcher(api, namespace(name)) as watch:
        deploy(api, alone)
        watch.begin({old: REPLICAS})
        deploy(api, canary, instead_of=alone)
        watch.until_weighted({old: 90, new: 10})
        watch.until_ready({old: REPLICAS, new: REPLICAS})
        deploy(api, whole, instead_of=canary)
        watch.until_weighted({old: 0, new: 100})
        known = set(watch.seen)
        deploy(api, back, instead_of=whole)
        watch.until_weighted({old: 100, new: 0})
    outcome = report(watch.outcome("canary 100/0, 90/10, 0/100, rolled back to 100/0"))
    assert watch.seen == known, "a rollback starts no pod"
    assert differing(whole, back) == {f"HTTPRoute/{name}", f"GRPCRoute/{name}", f"Service/{name}"}
    assert (outcome.least_share, outcome.pods_lost, outcome.pods_started) == (1, 0, REPLICAS)
    # Endpoints follow pods: the last of the new version may be ready before it is one of them.
    assert outcome.within_budget
    assert outcome.versions[old].fewest == REPLICAS
    assert {each: served.end for each, served in outcome.versions.items()} == {old: REPLICAS, new: REPLICAS}
