"""A version whose files are not those of its digest."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from lepton_infra.simulator.control_plane import stages
from lepton_infra.simulator.control_plane.api import Api, Object
from tests.cluster.chaos.deploy import DEPLOYMENT, Stalled, condition, deploy
from tests.cluster.chaos.machines import gpu_nodes, settle, system_nodes
from tests.cluster.chaos.model_objects import digest_of, namespace, serve, service, version
from tests.cluster.chaos.outcome import Outcome
from tests.cluster.chaos.watcher import Watcher

REPLICAS = 3
FETCH = "fetch-model"
REFUSAL = "the files are not those of the digest"
DEADLINE_SECONDS = 3


@pytest.fixture
def published(api: Api) -> Iterator[str]:
    """The digest of the only files that there are."""
    digest = digest_of(1)
    stages.init_container_fails(api, FETCH, variable="MODEL_DIGEST", unless=[digest], message=REFUSAL)
    yield digest
    stages.init_container_succeeds(api, FETCH)


def impatient(object: Object) -> None:
    """A Deployment that gives up in the time of a test instead of an hour."""
    if object["kind"] == "Deployment":
        object["spec"]["progressDeadlineSeconds"] = DEADLINE_SECONDS


@pytest.mark.parametrize(
    ("each", "fewest"),
    [pytest.param(2, REPLICAS, id="with a GPU to spare"), pytest.param(1, REPLICAS - 1, id="with no GPU to spare")],
)
def test_a_broken_model_stops_its_own_rollout(
    api: Api, name: str, report: Callable[[Outcome], Outcome], published: str, each: int, fewest: int
) -> None:
    machines = gpu_nodes(name, each)
    settle(api, [*system_nodes(name), *machines])
    own, spare = service(name, 1), len(machines) - REPLICAS
    good = serve(name, version(1, digest=published), replicas=REPLICAS, gpus=len(machines))
    bad = serve(name, version(1, digest=digest_of(999)), replicas=REPLICAS, gpus=len(machines))
    with Watcher(api, namespace(name)) as watch:
        deploy(api, good)
        watch.begin({own: REPLICAS})
        with pytest.raises(Stalled, match=rf"ProgressDeadlineExceeded.*\[CrashLoopBackOff\] {REFUSAL}"):
            deploy(api, bad, instead_of=good, change=impatient)
        live = api.get(DEPLOYMENT, own, namespace(name))
        assert condition(live, "Progressing")["reason"] == "ProgressDeadlineExceeded"
        assert live["status"]["updatedReplicas"] == 1, "one broken pod is enough to stop it"
        watch.until_ready({own: fewest})

        deploy(api, good, instead_of=bad)
        watch.until_ready({own: REPLICAS})
    outcome = report(watch.outcome(f"rollout of a broken model and back, {spare} GPUs to spare"))
    assert outcome.within_budget
    assert (outcome.fewest, outcome.least_share) == (fewest, 1)
    assert outcome.pods_lost == REPLICAS - fewest, "the sound pods that served before still do"
