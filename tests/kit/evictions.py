"""What the eviction API answers for a version's pods, case by case.

The cases are plain data: a model of the API is held against them here, and a real control plane can be. The model is
that of Kubernetes 1.37: ``pkg/registry/core/pod/storage/eviction.go`` for who may go, ``pkg/controller/disruption`` for
what a budget allows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class State(StrEnum):
    """How far a pod is."""

    FETCHING = "fetching"
    """Its init container runs: phase Pending."""
    LOADING = "loading"
    """Its server runs and is not ready yet: phase Running."""
    READY = "ready"


@dataclass(frozen=True, kw_only=True)
class Case:
    """A Deployment that asks for as many pods as ``pods`` lists, and whether pods in each state may be evicted now."""

    name: str
    pods: tuple[State, ...]
    evicted: Mapping[State, bool]


FETCHING, LOADING, READY = State.FETCHING, State.LOADING, State.READY

CASES = (
    Case(name="all ready: one at a time may go", pods=(READY, READY, READY), evicted={READY: True}),
    Case(name="one ready replica never holds up a drain", pods=(READY,), evicted={READY: True}),
    Case(name="one replica is left alone while it loads", pods=(LOADING,), evicted={LOADING: False}),
    Case(
        name="one loads: the ready ones stay, and it may go, for the others are enough",
        pods=(READY, READY, LOADING),
        evicted={READY: False, LOADING: True},
    ),
    Case(
        name="two load, as after the loss of a node: nobody goes until one is ready",
        pods=(READY, LOADING, LOADING),
        evicted={READY: False, LOADING: False},
    ),
    Case(name="all load: nobody goes", pods=(LOADING, LOADING), evicted={LOADING: False}),
    Case(
        name="what still fetches is no concern of a budget",
        pods=(READY, FETCHING, FETCHING),
        evicted={READY: False, FETCHING: True},
    ),
    Case(name="one replica that fetches may go", pods=(FETCHING,), evicted={FETCHING: True}),
    Case(
        name="a second is fetched for while the first serves",
        pods=(READY, FETCHING),
        evicted={READY: False, FETCHING: True},
    ),
)


def may_go(budget: Mapping[str, Any], pods: tuple[State, ...], state: State) -> bool:
    """Whether the API evicts a pod in ``state`` of a Deployment with these pods, by the spec of its budget."""
    if state is FETCHING:
        return True
    healthy = pods.count(READY)
    if "maxUnavailable" in budget:
        desired = max(0, len(pods) - int(budget["maxUnavailable"]))
    else:
        desired = int(budget["minAvailable"])
    if state is LOADING:
        if budget.get("unhealthyPodEvictionPolicy") == "AlwaysAllow":
            return True
        if healthy >= desired and desired > 0:
            return True
    return healthy - desired > 0
