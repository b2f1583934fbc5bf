"""A search for better settings: KerasTuner proposes them. Judged by held-out training images, never by the test images.

The loop and the record are our own. KerasTuner's loop takes an error of a variant for a bad result and goes on, and a
kill can leave its files half written, or the variants that it proposes afterwards others.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import keras_tuner
import numpy as np
from keras_tuner.engine.trial import TrialStatus

from lepton_infra.errors import LeptonError
from models.cifar10.batches import Batches
from models.cifar10.config import Config
from models.cifar10.data import Data
from models.cifar10.train import train_and_evaluate
from models.whole_files import write_table, write_whole

HELD_OUT = 500
"""Of each class, where the experiment does not say; a tenth of the training images."""

RECORD, TABLE = "search.json", "search.csv"


class SearchInvalid(LeptonError):
    """A folder holds another search, or cannot be read or written. The message says what to do."""


@dataclass(frozen=True, kw_only=True)
class Tried:
    """The settings of a variant, and how well it did; ``accuracy`` is None until it is trained."""

    values: dict[str, Any]
    accuracy: float | None = None


def search(config: Config, workdir: Path, data: Data, trials: int, *, bar: bool = True) -> list[dict[str, Any]]:
    """Try ``trials`` variants of ``config`` and return them, the best first; ``workdir`` gets them as ``search.csv``.

    The first variants are drawn at random, the later ones where the ones before make good results likely. A search that
    was interrupted goes on where it was, in the middle of a variant too, and tries the same ones as if it had not been.
    With more ``trials`` than before it goes on beyond its end; with fewer, it returns all that there are.

    Raises:
        ConfigInvalid: if there are fewer images than a batch.
        DataInvalid: if more images are to be held out than there are.
        SearchInvalid: if ``workdir`` holds another search, or cannot be read or written.
    """
    base = config if config.held_out else replace(config, held_out=HELD_OUT)
    # Asked for what it refuses, before anything is written.
    Batches(data.held_out(base.held_out)[0], base)
    space = keras_tuner.HyperParameters()
    variant(base, space)
    try:
        tried = _tried(base, workdir, data, space, trials, bar=bar)
        rows = [{"accuracy": each.accuracy, **each.values, "trial": number} for number, each in enumerate(tried)]
        rows.sort(key=lambda row: row["accuracy"], reverse=True)
        write_table(workdir / TABLE, rows)
    except OSError as error:
        raise SearchInvalid(
            f"the search in {workdir} cannot go on ({error}); what it has written is whole. Mend that and start the "
            "same command again, which goes on from there, or name another folder with --workdir"
        ) from None
    return rows


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


def _tried(
    base: Config, workdir: Path, data: Data, space: keras_tuner.HyperParameters, trials: int, *, bar: bool
) -> list[Tried]:
    record = _Record(workdir / RECORD, base, data, space)
    oracle = _Oracle(
        [each.values for each in record.tried],
        objective=keras_tuner.Objective("accuracy", "max"),
        max_trials=max(trials, len(record.tried)),
        num_initial_points=max(2, trials // 3),
        # For 0, KerasTuner would draw a seed.
        seed=base.seed + 1,
        hyperparameters=space,
    )
    while True:
        # KerasTuner tells of the variants that are trained now.
        oracle.verbose = int(bar and len(oracle.trials) >= record.trained)
        trial = oracle.create_trial("search")
        if trial.status == TrialStatus.STOPPED:
            return record.tried
        number = int(trial.trial_id)
        if number == len(record.tried):
            record.put(number, Tried(values=trial.hyperparameters.values))
        accuracy = record.tried[number].accuracy
        if accuracy is None:
            folder = workdir / f"trial-{number}"
            accuracy = train_and_evaluate(variant(base, trial.hyperparameters), folder, data, bar=bar).accuracy
            record.put(number, replace(record.tried[number], accuracy=accuracy))
        oracle.update_trial(trial.trial_id, {"accuracy": accuracy})
        trial.status = TrialStatus.COMPLETED
        oracle.end_trial(trial)


class _Record:
    """``search.json``: what is searched, and what has been tried."""

    def __init__(self, path: Path, base: Config, data: Data, space: keras_tuner.HyperParameters) -> None:
        self._path = path
        self._about: dict[str, Any] = {"experiment": base.name, "identity": base.identity, "data": data.digest}
        self._about |= {f"the space of {each.name}": each.get_config() for each in space.space}
        self.tried = self._read(set(space.values)) if path.exists() else []
        self._write()

    @property
    def trained(self) -> int:
        return sum(each.accuracy is not None for each in self.tried)

    def put(self, number: int, tried: Tried) -> None:
        self.tried[number:] = [tried]
        self._write()

    def _read(self, settings: set[str]) -> list[Tried]:
        try:
            content = json.loads(self._path.read_bytes())
            self._compare(dict(content["about"]))
            tried = [Tried(**each) for each in content["tried"]]
            if any(set(each.values) != settings for each in tried):
                raise ValueError(f"not every variant has {', '.join(sorted(settings))}")
        except (ValueError, KeyError, TypeError) as error:
            raise SearchInvalid(
                f"{self._path} is no whole record of a search ({type(error).__name__}: {error}); remove it to begin "
                "anew, which takes up the trained variants that are proposed again, or name another folder with "
                "--workdir"
            ) from None
        return tried

    def _compare(self, about: dict[str, Any]) -> None:
        for key in self._about | about:
            found, wanted = about.get(key, "nothing"), self._about.get(key, "nothing")
            if found != wanted:
                raise SearchInvalid(
                    f"{self._path.parent} holds another search: {key} was {found}, now {wanted}; name another folder "
                    "with --workdir, or do again as that search was begun"
                )

    def _write(self) -> None:
        content = {"about": self._about, "tried": [asdict(each) for each in self.tried]}
        text = json.dumps(content, indent=2) + "\n"
        write_whole(self._path, lambda stream: stream.write(text.encode()))


class _Oracle(keras_tuner.oracles.BayesianOptimizationOracle):  # type: ignore[misc]
    """Proposes what was tried before, then what follows from seed and results, in whichever process it is asked."""

    def __init__(self, before: Sequence[Mapping[str, Any]], **settings: Any) -> None:
        super().__init__(**settings)
        self._before = before

    def populate_space(self, trial_id: str) -> dict[str, Any]:
        number = int(trial_id)
        if number < len(self._before):
            return {"status": TrialStatus.RUNNING, "values": dict(self._before[number])}
        # Otherwise both count what this process has drawn, not what the search has.
        self._seed_state = self.seed + number * len(self.hyperparameters.space)
        self._random_state = np.random.RandomState(self.seed + number)
        proposed: dict[str, Any] = super().populate_space(trial_id)
        return proposed

    def save(self) -> None:
        """Nothing: all that counts is in the record."""

    def _save_trial(self, trial: object) -> None:
        """Nothing, as before."""
