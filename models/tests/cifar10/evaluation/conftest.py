"""An evaluation of figures that are made up, for what is written of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models.cifar10.evaluation import measures
from models.cifar10.evaluation.page import document
from models.cifar10.evaluation.record import Evaluation, Latency
from models.cifar10.hardware import Machine
from models.cifar10.train import Result
from models.tests.cifar10 import made
from models.tests.cifar10.made import HISTORY, TINY


@pytest.fixture
def result() -> Result:
    return Result(
        experiment="tiny",
        identity="1" * 64,
        data="2" * 64,
        accuracy=0.7,
        accuracy_plain=0.6,
        images=40,
        held_out=False,
        epochs=3,
        seconds=12.3,
        code=[{"version": "1"}],
        parameters=4321,
    )


@pytest.fixture
def evaluation(result: Result) -> Evaluation:
    labels = made.data().test.labels
    said = np.where(np.arange(40) % 10 < 7, labels, (labels + 1) % 10)
    chances = np.full((40, 10), 0.2 / 9)
    chances[np.arange(40), said] = 0.8
    return Evaluation(
        experiment=result.experiment,
        identity=result.identity,
        data=result.data,
        images=40,
        accuracy=measures.share(28, 40),
        accuracy_plain=measures.share(24, 40),
        top_2=measures.share(30, 40),
        top_5=measures.share(36, 40),
        classes=measures.by_class(labels, said),
        confusion=measures.confusion(labels, said),
        calibration=measures.calibration(labels, chances),
        mistakes=measures.mistakes(labels, chances, 24),
        latencies=tuple(
            Latency(batch=batch, calls=20, median_ms=batch, p95_ms=2 * batch, images_per_second=900.0)
            for batch in (1, 8, 32)
        ),
        machine=Machine(processor="A <b>fast</b> one", cores=4, gpus=(), system="Linux", software={"Keras": "3"}),
    )


@pytest.fixture
def page(evaluation: Evaluation, result: Result) -> str:
    config = replace(TINY, name="<script>alert(1)</script>")
    return document(evaluation, config, result, HISTORY, made.data().test)
