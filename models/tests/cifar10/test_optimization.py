"""The learning rate's way, and what the optimizer decays and averages."""

from __future__ import annotations

import math
from dataclasses import replace

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.cifar10.optimization import optimizer, schedule
from models.tests.cifar10.made import TINY


@given(
    steps=st.integers(2, 500),
    warmup=st.floats(0, 0.9),
    peak=st.floats(0.01, 10),
    kind=st.sampled_from(["one-cycle", "cosine"]),
)
def test_the_rate_rises_to_its_peak_and_falls_to_nothing(steps: int, warmup: float, peak: float, kind: str) -> None:
    rate = schedule(replace(TINY, schedule=kind, warmup=warmup, peak_rate=peak), steps)  # type: ignore[arg-type]
    rates = np.array([float(rate(step)) for step in range(steps + 1)])
    top = rates.argmax()
    assert abs(top - warmup * steps) <= 1
    assert rates[top] == pytest.approx(peak, rel=1e-3)
    assert (np.diff(rates[: top + 1]) >= -1e-6 * peak).all()
    assert (np.diff(rates[top:]) <= 1e-6 * peak).all()
    assert rates[-1] == pytest.approx(0, abs=1e-5 * peak)


def test_one_cycle_is_a_triangle() -> None:
    rate = schedule(replace(TINY, warmup=0.25, peak_rate=1.0), 8)
    assert [float(rate(step)) for step in range(9)] == pytest.approx(
        [1 / 3, 2 / 3, 1, 5 / 6, 4 / 6, 3 / 6, 2 / 6, 1 / 6, 0]
    )


def test_cosine_is_half_a_wave() -> None:
    rate = schedule(replace(TINY, schedule="cosine", warmup=0.0, peak_rate=2.0), 10)
    assert [float(rate(step)) for step in range(11)] == pytest.approx(
        [1 + math.cos(math.pi * step / 10) for step in range(11)], abs=1e-6
    )


def variable(name: str) -> keras.Variable:
    return keras.Variable(np.ones(1, dtype=np.float32), name=name)


def test_kernels_decay_and_nothing_else_does() -> None:
    config = replace(TINY, weight_decay=0.1, warmup=0.0, peak_rate=0.5, averaging=0.0)
    variables = [variable(name) for name in ("kernel", "bias", "beta", "gamma")]
    optimizer(config, 10).apply([np.zeros(1, dtype=np.float32)] * 4, variables)
    assert [float(each.value[0]) for each in variables] == pytest.approx([1 - 0.5 * 0.1, 1, 1, 1])


def test_the_average_follows_slowly() -> None:
    config = replace(TINY, averaging=0.75, momentum=0.0, weight_decay=0.0, schedule="cosine", warmup=0.0, peak_rate=1.0)
    one = variable("kernel")
    sgd = optimizer(config, 10_000_000)
    seen = []
    for _ in range(3):
        sgd.apply([np.ones(1, dtype=np.float32)], [one])
        seen.append(float(one.value[0]))
    first, second, third = seen
    expected = 0.75 * (0.75 * first + 0.25 * second) + 0.25 * third
    sgd.finalize_variable_values([one])
    assert float(one.value[0]) == pytest.approx(expected, rel=1e-5)
