"""Who may disrupt a version, by the budget that it has and by those that it has not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kit.evictions import CASES, LOADING, READY, Case, State, may_go
from tests.kit.serving import only, record

BUDGET: dict[str, Any] = {"maxUnavailable": 1, "unhealthyPodEvictionPolicy": "IfHealthyBudget"}
PODS = st.lists(st.sampled_from(State), min_size=1, max_size=8).map(tuple)


def test_the_budget_is_the_one_that_is_reasoned_about() -> None:
    spec = only(record(), "policy/v1:PodDisruptionBudget")["spec"]
    assert {key: value for key, value in spec.items() if key != "selector"} == BUDGET


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_case(case: Case) -> None:
    assert {state: may_go(BUDGET, case.pods, state) for state in case.evicted} == case.evicted
    assert set(case.evicted) == set(case.pods)


@given(pods=PODS)
def test_a_ready_pod_goes_only_while_all_others_are_ready(pods: tuple[State, ...]) -> None:
    if READY in pods:
        assert may_go(BUDGET, pods, READY) == (pods.count(READY) == len(pods))


@given(pods=PODS)
def test_a_loading_pod_stays_while_the_budget_needs_it(pods: tuple[State, ...]) -> None:
    needed = pods.count(READY) < len(pods) - 1 or len(pods) == 1
    if LOADING in pods:
        assert may_go(BUDGET, pods, LOADING) == (not needed)


@given(count=st.integers(1, 8))
def test_once_all_are_ready_a_drain_goes_on(count: int) -> None:
    assert may_go(BUDGET, (READY,) * count, READY)


def test_what_the_other_forms_would_do() -> None:
    """Each fails a case that matters: a fleet that never comes up, or a drain that never ends."""
    always = {**BUDGET, "unhealthyPodEvictionPolicy": "AlwaysAllow"}
    assert may_go(always, (LOADING,), LOADING)
    assert may_go(always, (READY, LOADING, LOADING), LOADING)
    assert not may_go({"minAvailable": 1}, (READY,), READY)
