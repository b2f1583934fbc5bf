"""``make bench-model``: what the training loop costs beside the compiled step that it runs.

Both are measured in turns in one process, on random images, so that what else the machine does falls on both alike.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np
from rich.console import Console
from rich.table import Table

from models.cifar10.batches import Batches
from models.cifar10.checkpoint import Progress
from models.cifar10.config import Config, load
from models.cifar10.data import Split
from models.cifar10.recording import Recorder
from models.cifar10.strategy import Course, OneDevice
from models.cifar10.train import prepared

STEPS = 10
ROUNDS = 5
EXPERIMENTS = ("demo", "fast")


def main() -> None:
    """Print the table."""
    table = Table("experiment", "batch", "compiled step, images/s", "training loop, images/s", "loop / step")
    for name in EXPERIMENTS:
        config = replace(load(name), epochs=1)
        step, loop = measured(config)
        table.add_row(name, str(config.batch_size), f"{step:,.0f}", f"{loop:,.0f}", f"{loop / step:.2f}")
    Console().print(table)


def measured(config: Config) -> tuple[float, float]:
    """Images per second of the bare compiled step and of the training loop, each the median of several rounds."""
    batches = Batches(_random(STEPS * config.batch_size), config)
    network = prepared(config, batches)
    images, labels = batches.batch(0)

    def step() -> None:
        for _ in range(STEPS):
            network.train_on_batch(images, labels)

    with tempfile.TemporaryDirectory() as folder:

        def loop() -> None:
            _epoch(network, batches, Path(folder))

        rates: list[tuple[float, float]] = []
        for _ in range(ROUNDS + 1):
            rates.append((_rate(step, config), _rate(loop, config)))
    # The first round compiles.
    steps, loops = zip(*rates[1:], strict=True)
    return statistics.median(steps), statistics.median(loops)


def _epoch(network: keras.Model, batches: Batches, workdir: Path) -> None:
    """As a run does it: new batches, augmentation, checkpoint. Evaluation is of one image only, without a bar."""
    course = Course(batches=batches, measured=_random(1), first_epoch=0, epochs=1)
    recorder = Recorder(workdir, Progress(experiment="", data="", epochs=0, history=[], code=[]), writes=True)
    OneDevice().fit(network, course, [recorder], bar=False)


def _rate(run: Callable[[], None], config: Config) -> float:
    began = time.perf_counter()
    run()
    return STEPS * config.batch_size / (time.perf_counter() - began)


def _random(count: int) -> Split:
    generator = np.random.default_rng(0)
    return Split(
        images=generator.integers(0, 256, (count, 32, 32, 3), dtype=np.uint8), labels=generator.integers(0, 10, count)
    )


if __name__ == "__main__":
    main()
