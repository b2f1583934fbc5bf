"""The figures of a scenario, from events that are given."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from lepton_infra.simulator.control_plane.api import Object
from tests.cluster.chaos.outcome import Outcome, assess
from tests.cluster.chaos.pod_history import MACHINES, POD, ROUTE, SLICE, Event, Ledger, moments

OLD, NEW = "model-v1", "model-v2"


def event(revision: int, kind: str, object: Object, change: str = "MODIFIED") -> Event:
    return Event(revision=revision, number=revision, at=revision, kind=kind, change=change, object=object)


def slice(service: str, **nodes: bool) -> Object:
    """An EndpointSlice with an endpoint on each node, ready or not."""
    metadata = {"name": f"{service}-1", "labels": {"kubernetes.io/service-name": service}}
    endpoints = [{"nodeName": node, "conditions": {"ready": ready}} for node, ready in nodes.items()]
    return {"metadata": metadata, "endpoints": endpoints}


def route(**weights: int) -> Object:
    backends = [{"name": name.replace("_", "-"), "weight": weight} for name, weight in weights.items()]
    return {"metadata": {"name": "model"}, "spec": {"rules": [{"backendRefs": backends}]}}


def pod(uid: str, *, ready: bool = True, **metadata: Any) -> Object:
    conditions = [{"type": "Ready", "status": str(ready)}]
    return {
        "metadata": {"uid": uid, "name": uid, **metadata},
        "spec": {"nodeName": "a"},
        "status": {"conditions": conditions},
    }


START = [event(1, SLICE, slice(OLD, a=True, b=True, c=True)), event(2, ROUTE, route(model_v1=100))]


def judged(events: Sequence[Event], budgets: Mapping[str, int] | None = None, begin: int = 2) -> Outcome:
    found = moments([*START, *events], (begin, begin))
    return assess("", found, budgets or {OLD: 2}, pods_lost=0, pods_started=0)


def test_nothing_happens() -> None:
    outcome = judged([])
    assert (outcome.fewest, outcome.least_share, outcome.seconds, outcome.within_budget) == (3, 1, 0, True)


@pytest.mark.parametrize(("left", "within"), [({"a": True, "b": True}, True), ({"a": True, "b": False}, False)])
def test_the_smallest_moment_counts_however_short(left: Mapping[str, bool], within: bool) -> None:
    outcome = judged([event(5, SLICE, slice(OLD, **left)), event(9, SLICE, slice(OLD, a=True, b=True, d=True))])
    assert outcome.within_budget is within
    assert outcome.fewest == sum(left.values())
    assert outcome.least_share == 1, "nobody is sent to an endpoint that is not ready"
    assert outcome.seconds == 9 - 2


def test_a_dead_machine_loses_requests_until_the_cluster_knows() -> None:
    outcome = judged([event(4, MACHINES, {"dead": ["c"]}), event(8, SLICE, slice(OLD, a=True, b=True, c=False))])
    assert outcome.fewest == 2
    assert outcome.least_share == pytest.approx(2 / 3)


def test_weights_say_who_is_asked() -> None:
    early = [event(4, ROUTE, route(model_v1=90, model_v2=10)), event(5, SLICE, slice(NEW, d=True))]
    late = [event(4, SLICE, slice(NEW, d=True)), event(5, ROUTE, route(model_v1=90, model_v2=10))]
    budgets = {OLD: 2, NEW: 1}
    assert judged(early, budgets).least_share == pytest.approx(0.9)
    assert not judged(early, budgets).within_budget
    assert judged(late, budgets).least_share == 1
    assert judged(late, budgets).within_budget
    assert judged(late[:1], budgets).versions[NEW].fewest is None, "it gets no requests"


def test_events_count_in_the_order_in_which_they_happened() -> None:
    happened = [event(4, SLICE, slice(NEW, d=True)), event(5, ROUTE, route(model_v1=90, model_v2=10))]
    assert judged(list(reversed(happened)), {NEW: 1}).least_share == 1


def test_what_was_before_the_scenario_does_not_count() -> None:
    assert judged([event(3, SLICE, slice(OLD)), event(4, SLICE, slice(OLD, a=True))], begin=4).fewest == 1


def test_a_pod_serves_while_it_is_ready_and_stays() -> None:
    ledger = Ledger()
    for revision, each in enumerate([pod("one"), pod("two", ready=False), pod("three", deletionTimestamp="now")]):
        ledger.take(event(revision, POD, each))
    assert ledger.serving == {"one"}
    ledger.take(event(9, MACHINES, {"dead": ["a"]}))
    assert ledger.serving == set()
    ledger.take(event(10, POD, pod("three"), "DELETED"))
    assert ledger.pods.keys() == {"one", "two"}
    assert ledger.seen == {"one", "two", "three"}


def test_an_outcome_is_a_line_of_json(tmp_path: Path) -> None:
    file = tmp_path / "outcomes"
    for _ in range(2):
        judged([event(4, SLICE, slice(OLD, a=True))]).add_to(file)
    first, second = map(json.loads, file.read_text().splitlines())
    assert first == second
    assert first["versions"] == {OLD: {"start": 3, "end": 1, "budget": 2, "fewest": 1}}
