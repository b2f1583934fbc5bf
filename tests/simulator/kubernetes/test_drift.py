"""What of a program's inputs somebody has changed."""

from __future__ import annotations

from typing import Any

import pytest

from lepton_infra.simulator.clusters.live.drift import drifted

CASES: dict[str, tuple[Any, Any, Any, Any]] = {
    "nothing": ({"a": 1}, {"a": 1, "b": 2}, {"a": 1, "b": 2}, {"a": 1}),
    "written otherwise": ({"m": "1024Mi"}, {"m": "1Gi"}, {"m": "1Gi"}, {"m": "1024Mi"}),
    "changed": ({"m": "1024Mi"}, {"m": "2Gi"}, {"m": "1Gi"}, {"m": "2Gi"}),
    "not ours": ({"a": 1}, {"a": 1, "b": 3}, {"a": 1, "b": 2}, {"a": 1}),
    "taken away": ({"a": 1, "b": 2}, {"a": 1}, {"a": 1, "b": 2}, {"a": 1}),
    "never kept": ({"stringData": "x"}, {"data": "eA=="}, {"data": "eA=="}, {"stringData": "x"}),
    "in a list": (
        {"c": [{"m": "1024Mi", "n": "x"}]},
        {"c": [{"m": "1Gi", "n": "y", "o": 1}]},
        {"c": [{"m": "1Gi", "n": "x", "o": 1}]},
        {"c": [{"m": "1024Mi", "n": "y"}]},
    ),
    "longer": ({"c": [1]}, {"c": [1, 2]}, {"c": [1]}, {"c": [1, 2]}),
}


@pytest.mark.parametrize("case", CASES)
def test_inputs_as_they_are_now(case: str) -> None:
    inputs, live, wanted, expected = CASES[case]
    assert drifted(inputs, live, wanted) == expected
