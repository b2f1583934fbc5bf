"""A search for better settings, by KerasTuner. Judged by held-out training images, never by the test images."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import keras_tuner

from lepton_infra.refusal import Refused
from models.cifar10.config import Config
from models.cifar10.data import Data
from models.cifar10.train import train_and_evaluate
from models.whole_files import write_table

HELD_OUT = 500
"""Of each class, where the experiment does not say; a tenth of the training images."""

TABLE = "search.csv"


def search(config: Config, workdir: Path, data: Data, trials: int, *, bar: bool = True) -> list[dict[str, Any]]:
    """Try ``trials`` variants of ``config`` and return them, the best first; ``workdir`` gets them as ``search.csv``.

    The first variants are drawn at random, the later ones where the ones before make good results likely. A search that
    was interrupted goes on where it was, in the middle of a variant too.

    Raises:
        DataInvalid: if more images are to be held out than there are.
    """
    base = config if config.held_out else replace(config, held_out=HELD_OUT)
    space = keras_tuner.HyperParameters()
    variant(base, space)
    tuner = _Tuner(
        oracle=keras_tuner.oracles.BayesianOptimizationOracle(
            objective=keras_tuner.Objective("accuracy", "max"),
            max_trials=trials,
            num_initial_points=max(2, trials // 3),
            seed=config.seed,
            hyperparameters=space,
        ),
        directory=str(workdir),
        project_name="trials",
    )
    try:
        tuner.search(base=base, data=data, workdir=workdir, bar=bar)
    except keras_tuner.errors.FatalError as error:
        raise error.__cause__ or error from None
    tried = [
        {"accuracy": trial.score, **trial.hyperparameters.values, "trial": trial.trial_id}
        for trial in tuner.oracle.get_best_trials(trials)
    ]
    write_table(workdir / TABLE, tried)
    return tried


def variant(base: Config, values: keras_tuner.HyperParameters) -> Config:
    """``base`` with what a trial is to try."""
    return replace(
        base,
        peak_rate=values.Float("peak_rate", 0.05, 2.0, sampling="log"),
        weight_decay=values.Float("weight_decay", 1e-4, 2e-2, sampling="log"),
        warmup=values.Float("warmup", 0.05, 0.5),
        label_smoothing=values.Choice("label_smoothing", [0.0, 0.1, 0.2]),
        averaging=values.Choice("averaging", [0.9, 0.98, 0.995]),
        shift=values.Int("shift", 1, 4),
        cutout=values.Choice("cutout", [0, 8, 12, 16]),
    )


class _Tuner(keras_tuner.Tuner):  # type: ignore[misc]
    """Runs a trial as any other run, with its checkpoint and history, instead of by a loop of its own."""

    def run_trial(self, trial: Any, *, base: Config, data: Data, workdir: Path, bar: bool) -> dict[str, float]:
        try:
            config = variant(base, trial.hyperparameters)
            return {"accuracy": train_and_evaluate(config, workdir / f"trial-{trial.trial_id}", data, bar=bar).accuracy}
        except Refused as refused:
            # Any other error would count as a bad result and the search would go on.
            raise keras_tuner.errors.FatalError(str(refused)) from refused
