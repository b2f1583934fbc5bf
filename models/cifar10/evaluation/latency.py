"""Latency of a network by batch size, on the machine and the backend that it runs on."""

from __future__ import annotations

import time
from collections.abc import Sequence

import keras
import numpy as np
from numpy.typing import NDArray

from models.cifar10.evaluation.record import Latency

BATCHES = (1, 8, 32)
WARMING = 5
"""Calls of each batch size that are not counted: the first compiles, and the next ones still warm caches."""
CALLS = 200
LEAST_CALLS = 20
SECONDS = 10.0
"""A slow network is called less often than ``CALLS``: no more once so long has passed, but at least 20 times."""


def measured(network: keras.Model, images: NDArray[np.uint8]) -> tuple[Latency, ...]:
    """Time ``network.predict_on_batch`` from pixels in memory to logits in memory, for each size of batch.

    One call at a time, in this process: no network, no decoding of pictures and no queue is in these figures, and
    throughput is that of a single caller. A model server has other costs, and other gains.
    """
    return tuple(_measured(network, np.resize(images, (batch, *images.shape[1:]))) for batch in BATCHES)


def _measured(network: keras.Model, batch: NDArray[np.uint8]) -> Latency:
    for _ in range(WARMING):
        network.predict_on_batch(batch)
    seconds: list[float] = []
    while len(seconds) < CALLS and (len(seconds) < LEAST_CALLS or sum(seconds) < SECONDS):
        began = time.perf_counter()
        network.predict_on_batch(batch)
        seconds.append(time.perf_counter() - began)
    return summary(len(batch), seconds)


def summary(batch: int, seconds: Sequence[float]) -> Latency:
    """Median and 95th percentile of calls of one batch each (between two calls in a straight line), and throughput."""
    median, p95 = np.percentile(seconds, [50, 95])
    return Latency(
        batch=batch,
        calls=len(seconds),
        median_ms=round(float(median) * 1000, 3),
        p95_ms=round(float(p95) * 1000, 3),
        images_per_second=round(batch * len(seconds) / sum(seconds), 1),
    )
