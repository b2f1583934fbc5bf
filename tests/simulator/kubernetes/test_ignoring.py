"""Fields that a program leaves to others, as they are applied."""

from __future__ import annotations

from typing import Any

import pytest

from lepton_infra.simulator.clusters.live.ignoring import left_alone

REPLICAS = frozenset({"spec.replicas"})
WANTED = {"kind": "Deployment", "spec": {"replicas": 2, "minReadySeconds": 10}}


def live(replicas: int | None, *managers: str) -> dict[str, Any]:
    owned: dict[str, Any] = {"f:spec": {"f:replicas": {}}}
    spec = {} if replicas is None else {"replicas": replicas}
    fields = [{"manager": manager, "fieldsV1": owned} for manager in managers]
    return {"metadata": {"managedFields": [*fields, {"manager": "other", "fieldsV1": {"f:status": {}}}]}, "spec": spec}


@pytest.mark.parametrize(
    ("there", "replicas"),
    [
        (live(5, "autoscaler"), None),
        (live(5, "ours"), 5),
        (live(5, "ours", "autoscaler"), 5),
        (live(5), 5),
        (live(None), 2),
    ],
)
def test_what_somebody_else_owns_is_left_out_and_what_is_ours_stays_as_it_is(
    there: dict[str, Any], replicas: int | None
) -> None:
    applied = left_alone(WANTED, there, REPLICAS, "ours")
    assert applied["spec"].get("replicas") == replicas
    assert applied["spec"]["minReadySeconds"] == 10
    assert WANTED["spec"] == {"replicas": 2, "minReadySeconds": 10}


def test_what_is_not_ignored_is_applied() -> None:
    assert left_alone(WANTED, live(5, "autoscaler"), frozenset(), "ours") == WANTED
