"""Evaluation of a trained network: figures, and pages for people.

Measured on the test images of the data set that the run was trained on, which no run is trained on. Nothing here is
chosen by these figures; whoever chooses by them needs other images for what they report.
"""

from __future__ import annotations

import csv
import json
from dataclasses import asdict
from pathlib import Path

import keras

from models.cifar10 import hardware, inference
from models.cifar10.config import Config
from models.cifar10.data import Data, Split
from models.cifar10.evaluation import latency, measures, page
from models.cifar10.evaluation.record import Evaluation, EvaluationInvalid
from models.cifar10.history import TABLE, History
from models.cifar10.train import Result, trained
from models.whole_files import write_whole

__all__ = ["FIGURES", "PAGE", "Evaluation", "EvaluationInvalid", "evaluate"]

FIGURES = "evaluation.json"
PAGE = "evaluation.html"

MISTAKES = 24
"""So many of the most confident mistakes are kept and shown: what people look through, and a page of 0.1 MB."""


def evaluate(config: Config, workdir: Path, data: Data) -> Evaluation:
    """Evaluate the finished run of ``config`` in ``workdir``, and write ``evaluation.html`` and ``evaluation.json``.

    Both are written when all is measured, the figures last.

    Raises:
        CheckpointInvalid: if ``workdir`` holds no finished run.
        EvaluationInvalid: if the run is of another experiment or data set, has no history, says no finite numbers, or
            if ``workdir`` cannot be written.
    """
    network, result = trained(workdir)
    _same("experiment", "name that one", workdir, result.identity, config.identity)
    _same("data set", "name that one with --data", workdir, result.data, data.digest)
    history = _history(workdir / TABLE)
    found = measured(network, result, data.test)
    text = page.document(found, config, result, history, data.test)
    figures = json.dumps(asdict(found), indent=2, allow_nan=False) + "\n"
    try:
        write_whole(workdir / PAGE, lambda stream: stream.write(text.encode()))
        write_whole(workdir / FIGURES, lambda stream: stream.write(figures.encode()))
    except OSError as error:
        raise EvaluationInvalid(
            f"{workdir} cannot be written ({error.strerror or error}); make room and start the same command again"
        ) from None
    return found


def measured(network: keras.Model, result: Result, test: Split) -> Evaluation:
    """All figures of ``network``, which is that of ``result``."""
    measures.refuse_none(len(test))
    logits = inference.logits(network, test.images)
    chances = measures.probabilities(logits.mean)
    said = chances.argmax(axis=1)
    return Evaluation(
        experiment=result.experiment,
        identity=result.identity,
        data=result.data,
        images=len(test),
        accuracy=measures.accuracy(test.labels, said),
        accuracy_plain=measures.accuracy(test.labels, logits.plain.argmax(axis=1)),
        top_2=measures.top(test.labels, chances, 2),
        top_5=measures.top(test.labels, chances, 5),
        classes=measures.by_class(test.labels, said),
        confusion=measures.confusion(test.labels, said),
        calibration=measures.calibration(test.labels, chances),
        mistakes=measures.mistakes(test.labels, chances, MISTAKES),
        latencies=latency.measured(network, test.images),
        machine=hardware.machine(),
    )


def _same(what: str, remedy: str, workdir: Path, trained_on: str, given: str) -> None:
    if trained_on != given:
        raise EvaluationInvalid(
            f"the run in {workdir} is of another {what} ({trained_on[:12]}, this one is {given[:12]}); {remedy}, or "
            "another folder with --workdir"
        )


def _history(path: Path) -> History:
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            history = [{key: float(value) for key, value in row.items()} for row in csv.DictReader(stream)]
    except (OSError, ValueError, TypeError) as error:
        raise EvaluationInvalid(f"{path} cannot be read ({error}); {_AGAIN}") from None
    if not history or not {"epoch", "loss", "accuracy", "val_loss", "val_accuracy"} <= history[0].keys():
        raise EvaluationInvalid(f"{path} has no epoch, or not all columns; {_AGAIN}")
    return history


_AGAIN = "get it from where the run was made, or train anew in another folder"
