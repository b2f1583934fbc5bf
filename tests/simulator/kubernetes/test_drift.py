"""What of a program's inputs somebody has changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from lepton_infra.simulator.clusters.live.drift import drifted


@dataclass(frozen=True, kw_only=True)
class Case:
    """``live``: the object now. ``wanted``: the object as the server kept it when the program's inputs were applied."""

    id: str
    inputs: Any
    live: Any
    wanted: Any
    expected: Any


CASES = [
    Case(id="nothing", inputs={"a": 1}, live={"a": 1, "b": 2}, wanted={"a": 1, "b": 2}, expected={"a": 1}),
    Case(
        id="written otherwise", inputs={"m": "1024Mi"}, live={"m": "1Gi"}, wanted={"m": "1Gi"}, expected={"m": "1024Mi"}
    ),
    Case(id="changed", inputs={"m": "1024Mi"}, live={"m": "2Gi"}, wanted={"m": "1Gi"}, expected={"m": "2Gi"}),
    Case(id="not ours", inputs={"a": 1}, live={"a": 1, "b": 3}, wanted={"a": 1, "b": 2}, expected={"a": 1}),
    Case(id="taken away", inputs={"a": 1, "b": 2}, live={"a": 1}, wanted={"a": 1, "b": 2}, expected={"a": 1}),
    Case(
        id="never kept",
        inputs={"stringData": "x"},
        live={"data": "eA=="},
        wanted={"data": "eA=="},
        expected={"stringData": "x"},
    ),
    Case(
        id="in a list",
        inputs={"c": [{"m": "1024Mi", "n": "x"}]},
        live={"c": [{"m": "1Gi", "n": "y", "o": 1}]},
        wanted={"c": [{"m": "1Gi", "n": "x", "o": 1}]},
        expected={"c": [{"m": "1024Mi", "n": "y"}]},
    ),
    Case(id="longer", inputs={"c": [1]}, live={"c": [1, 2]}, wanted={"c": [1]}, expected={"c": [1, 2]}),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_inputs_as_they_are_now(case: Case) -> None:
    assert drifted(case.inputs, case.live, case.wanted) == case.expected
