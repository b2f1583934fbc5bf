"""Who may be evicted when, of pods that are ready, load or fetch: what was decided, asked of the API itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial

import pytest

from lepton_infra.simulator.control_plane import stages
from lepton_infra.simulator.control_plane.api import Api
from tests.cluster.chaos.deploy import deploy
from tests.cluster.chaos.disruptions import evict
from tests.cluster.chaos.machines import gpu_nodes, settle, system_nodes
from tests.cluster.chaos.model_objects import namespace, serve, service, version
from tests.cluster.chaos.watcher import BUDGET, Watcher
from tests.cluster.waiting import MANAGER, until
from tests.kit.evictions import CASES, State

SIZES = sorted({len(case.pods) for case in CASES})
PHASES = {State.FETCHING: "Pending", State.LOADING: "Running", State.READY: "Running"}


def pods(watch: Watcher, own: str) -> list[str]:
    return sorted(pod.name for pod in watch.pods if pod.name.startswith(f"{own}-"))


def put(api: Api, name: str, pod: str, state: State) -> None:
    """Bring a pod into a state. A reason tells the simulated kubelet that it is meant."""
    ready = "True" if state is State.READY else "False"
    since = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    condition = {"type": "Ready", "status": ready, "reason": "Test", "lastTransitionTime": since}
    status = {"phase": PHASES[state], "conditions": [condition]}
    api.patch_status("v1/Pod", pod, status, namespace(name), field_manager=MANAGER)


def budget_knows(api: Api, name: str, own: str, ready: int) -> bool:
    return bool(api.get(BUDGET, own, namespace(name))["status"]["currentHealthy"] == ready)


@pytest.fixture
def served(api: Api, name: str) -> Iterator[Watcher]:
    """A version of each size, none of whose pods starts by itself any more. The version's number is its size."""
    settle(api, [*system_nodes(name), *gpu_nodes(name, 2)])
    weights = [100] + [0] * (len(SIZES) - 1)
    versions = [version(size, weight=weight, replicas=size) for size, weight in zip(SIZES, weights, strict=True)]
    with Watcher(api, namespace(name)) as watch:
        deploy(api, serve(name, *versions, replicas=max(SIZES), gpus=6))
        watch.begin({service(name, size): size for size in SIZES})
        stages.pods_start_after(api, 3600)
        yield watch


def test_the_budget_says_what_was_decided(api: Api, name: str, served: Watcher) -> None:
    for case in CASES:
        own = service(name, len(case.pods))
        states = dict(zip(pods(served, own), case.pods, strict=True))
        for pod, state in states.items():
            put(api, name, pod, state)
        ready = sum(state is State.READY for state in case.pods)
        until(partial(budget_knows, api, name, own, ready), "the disruption budget")
        found = {state: evict(api, namespace(name), pod, dry_run=True) for pod, state in states.items()}
        assert found == dict(case.evicted), case.name
