"""The autoscaler stays between the least and the most, whatever the load is and whoever interferes."""

from __future__ import annotations

from collections.abc import Callable

from lepton_infra.simulator.control_plane.api import Api, Object
from tests.cluster.chaos import metrics_api
from tests.cluster.chaos.deploy import DEPLOYMENT, condition, deploy
from tests.cluster.chaos.machines import gpu_nodes, settle, system_nodes
from tests.cluster.chaos.model_objects import namespace, serve, service, version
from tests.cluster.chaos.outcome import Outcome
from tests.cluster.chaos.watcher import Watcher
from tests.cluster.waiting import MANAGER, until

LEAST, MOST = 2, 4
CPUS = 2
AUTOSCALER = "autoscaling/v2/HorizontalPodAutoscaler"


def hasty(object: Object) -> None:
    """An autoscaler that takes pods away at once, instead of after five minutes of quiet."""
    if object["kind"] == "HorizontalPodAutoscaler":
        object["spec"]["behavior"]["scaleDown"]["stabilizationWindowSeconds"] = 0


def limit(api: Api, name: str, own: str) -> str:
    """Why an autoscaler does not go on; empty if it does."""
    limited = condition(api.get(AUTOSCALER, own, namespace(name)), "ScalingLimited")
    return str(limited["reason"]) if limited.get("status") == "True" else ""


def scale(api: Api, name: str, own: str, replicas: int) -> None:
    api.patch(DEPLOYMENT, own, {"spec": {"replicas": replicas}}, namespace(name), field_manager=MANAGER)


def test_autoscalers_keep_their_bounds(api: Api, name: str, report: Callable[[Outcome], Outcome]) -> None:
    busy, idle, robbed = (service(name, number) for number in (1, 2, 3))
    settle(api, [*system_nodes(name), *gpu_nodes(name, 4)])
    metrics_api.install(api)
    versions = [version(number, weight=weight) for number, weight in ((1, 50), (2, 30), (3, 20))]
    graph = serve(name, *versions, replicas=LEAST, most=MOST, gpus=12, cpus=CPUS)

    def load(own: str, cpus: float) -> None:
        metrics_api.tell(
            api, namespace(name), [pod.name for pod in watch.pods if pod.name.startswith(f"{own}-")], cpus=cpus
        )

    with Watcher(api, namespace(name)) as watch:
        deploy(api, graph, change=hasty)
        watch.begin({busy: LEAST, idle: LEAST, robbed: LEAST})
        scale(api, name, idle, MOST + 2)
        scale(api, name, robbed, LEAST - 1)
        watch.until_ready({idle: MOST + 2, robbed: LEAST - 1})
        load(busy, 2 * CPUS)
        load(idle, 0.1)
        load(robbed, 0.7 * CPUS)
        watch.until_ready({busy: MOST, idle: LEAST, robbed: LEAST})
        until(lambda: limit(api, name, busy) == "TooManyReplicas", "the autoscaler to be at its most")
        until(lambda: limit(api, name, idle) == "TooFewReplicas", "the autoscaler to be at its least")
        deploy(api, graph, change=hasty)
    outcome = report(watch.outcome("autoscaling: a busy version, an idle one and one that lost a pod"))
    ends = {own: served.end for own, served in outcome.versions.items()}
    assert ends == {busy: MOST, idle: LEAST, robbed: LEAST}, "the same program again sets no count back"
    fewest = {own: served.fewest for own, served in outcome.versions.items()}
    assert fewest == {busy: LEAST, idle: LEAST, robbed: LEAST - 1}
    assert outcome.least_share == 1
