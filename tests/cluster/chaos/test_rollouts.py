"""New pods in the place of old ones, of the same version."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from lepton_infra.simulator.control_plane.api import Api
from tests.cluster.chaos.deploy import deploy, differing
from tests.cluster.chaos.machines import gpu_nodes, settle, system_nodes
from tests.cluster.chaos.model_objects import namespace, serve, service
from tests.cluster.chaos.outcome import Outcome
from tests.cluster.chaos.watcher import Watcher

REPLICAS = 3


@pytest.mark.parametrize(
    ("each", "fewest"),
    [pytest.param(2, REPLICAS, id="with a GPU to spare"), pytest.param(1, REPLICAS - 1, id="with no GPU to spare")],
)
@pytest.mark.parametrize(
    ("what", "change"), [("image", {"server_image": "tensorflow-serving-next"}), ("settings", {"cpus": 3})]
)
def test_rollout(
    api: Api,
    name: str,
    report: Callable[[Outcome], Outcome],
    what: str,
    change: Mapping[str, Any],
    each: int,
    fewest: int,
) -> None:
    machines = gpu_nodes(name, each)
    settle(api, [*system_nodes(name), *machines])
    own = service(name, 1)
    old = serve(name, replicas=REPLICAS, gpus=len(machines))
    new = serve(name, replicas=REPLICAS, gpus=len(machines), **change)
    assert f"Deployment/{own}" in differing(old, new)
    with Watcher(api, namespace(name)) as watch:
        deploy(api, old)
        watch.begin({own: REPLICAS})
        deploy(api, new, instead_of=old)
        watch.until_ready({own: REPLICAS})
    outcome = report(watch.outcome(f"rollout of a new {what}, {len(machines) - REPLICAS} GPUs to spare"))
    assert outcome.within_budget
    assert (outcome.fewest, outcome.least_share) == (fewest, 1)
    assert (outcome.pods_lost, outcome.pods_started) == (REPLICAS, REPLICAS)
    settings = {each["metadata"]["name"] for each in api.list("v1/ConfigMap", namespace(name))} - {"kube-root-ca.crt"}
    assert len(settings) == 1, "the old settings are gone"
