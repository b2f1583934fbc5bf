"""A finished run is evaluated: on its own data, whole or not at all."""

from __future__ import annotations

import errno
import itertools
import json
import os
import shutil
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import keras
import numpy as np
import pytest

from models.cifar10 import evaluation, hardware
from models.cifar10.checkpoint import CheckpointInvalid
from models.cifar10.data import CLASSES, Split
from models.cifar10.evaluation import Evaluation, EvaluationInvalid, latency
from models.cifar10.train import Result, train_and_evaluate, trained
from models.tests.cifar10 import made
from models.tests.cifar10.made import TINY


@pytest.fixture(autouse=True)
def a_second_passes_with_each_look_at_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = itertools.count()
    monkeypatch.setattr(latency, "time", SimpleNamespace(perf_counter=lambda: float(next(clock))))


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    folder = tmp_path_factory.mktemp("finished")
    return folder, train_and_evaluate(TINY, folder, made.data(), bar=False)


@pytest.fixture
def run(finished: tuple[Path, Result], tmp_path: Path) -> Path:
    """A copy of it, to be spoilt."""
    shutil.copytree(finished[0], tmp_path / "run")
    return tmp_path / "run"


def written(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir() if "evaluation" in file.name)


def test_it_finds_what_training_found(run: Path, finished: tuple[Path, Result]) -> None:
    found = evaluation.evaluate(TINY, run, made.data())
    result = finished[1]
    assert (found.accuracy.value, found.accuracy_plain.value) == (result.accuracy, result.accuracy_plain)
    assert (found.experiment, found.identity, found.data, found.images) == ("tiny", TINY.identity, "made-10-4", 40)
    assert [each.images for each in found.classes] == [4] * 10
    assert found.accuracy.value <= found.top_2.value <= found.top_5.value
    assert sum(each.right for each in found.classes) == round(result.accuracy * 40)


def test_it_writes_figures_and_a_page(run: Path) -> None:
    found = evaluation.evaluate(TINY, run, made.data())
    figures = json.loads((run / "evaluation.json").read_text())
    assert written(run) == ["evaluation.html", "evaluation.json"]
    assert list(figures) == list(Evaluation.__dataclass_fields__)
    assert figures["accuracy"]["value"] == found.accuracy.value
    assert figures["confusion"] == [list(row) for row in found.confusion]
    assert len(figures["calibration"]["bins"]) == 15
    assert f"tiny is right about {found.accuracy.value:.2%}" in (run / "evaluation.html").read_text()


def test_mistakes_are_where_they_are_said_to_be(run: Path) -> None:
    found = evaluation.evaluate(TINY, run, made.data())
    test = made.data().test
    assert found.mistakes
    assert all(CLASSES[test.labels[each.index]] == each.true for each in found.mistakes)
    sure = [each.probability for each in found.mistakes]
    assert sure == sorted(sure, reverse=True)


def test_a_run_on_other_data_is_refused(run: Path) -> None:
    with pytest.raises(EvaluationInvalid, match=r"of another data set \(made-10-4, this one is made-10-5\); .*--data"):
        evaluation.evaluate(TINY, run, made.data(10, 5))
    assert written(run) == []


def test_a_run_of_another_experiment_is_refused(run: Path) -> None:
    with pytest.raises(EvaluationInvalid, match=r"of another experiment .*--workdir"):
        evaluation.evaluate(replace(TINY, seed=1), run, made.data())
    assert written(run) == []


def test_without_a_finished_run_there_is_nothing_to_evaluate(tmp_path: Path) -> None:
    with pytest.raises(CheckpointInvalid, match="holds no finished run"):
        evaluation.evaluate(TINY, tmp_path, made.data())


@pytest.mark.parametrize("place", [500, -500])
def test_a_spoilt_network_is_refused(run: Path, place: int) -> None:
    content = bytearray((run / "model.keras").read_bytes())
    content[place] ^= 0xFF
    (run / "model.keras").write_bytes(content)
    with pytest.raises(CheckpointInvalid, match="holds no finished run"):
        evaluation.evaluate(TINY, run, made.data())
    assert written(run) == []


@pytest.mark.parametrize(
    "text", ["", "epoch,loss\n", "epoch,loss\n1,2\n", "epoch,loss\n1,much\n", "epoch\n1,2\n", "\xff"], ids=repr
)
def test_a_spoilt_history_is_refused(run: Path, text: str) -> None:
    (run / "history.csv").write_text(text, encoding="latin-1")
    with pytest.raises(EvaluationInvalid, match=r"history\.csv .*; get it from where the run was made"):
        evaluation.evaluate(TINY, run, made.data())
    assert written(run) == []


def test_a_missing_history_is_refused(run: Path) -> None:
    (run / "history.csv").unlink()
    with pytest.raises(EvaluationInvalid, match=r"history\.csv cannot be read"):
        evaluation.evaluate(TINY, run, made.data())


def test_a_full_disk_leaves_what_was_there(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (run / "evaluation.json").write_text("old")

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(EvaluationInvalid, match=r"cannot be written \(No space left on device\); make room"):
        evaluation.evaluate(TINY, run, made.data())
    assert written(run) == ["evaluation.json"]
    assert (run / "evaluation.json").read_text() == "old"


def test_a_network_that_diverged_is_refused(run: Path) -> None:
    network, _ = trained(run)
    network.set_weights([np.full_like(weight, np.nan) for weight in network.get_weights()])
    network.save(run / "model.keras")
    with pytest.raises(EvaluationInvalid, match="no finite number of 40 of 40 images"):
        evaluation.evaluate(TINY, run, made.data())
    assert written(run) == []


def test_no_images_are_refused(finished: tuple[Path, Result]) -> None:
    none = Split(images=np.empty((0, 32, 32, 3), dtype=np.uint8), labels=np.empty(0, dtype=np.int64))
    with pytest.raises(EvaluationInvalid, match="there are no images"):
        evaluation.measured(*trained(finished[0]), none)


class Counting:
    """A network that only counts its calls by the size of their batch."""

    def __init__(self) -> None:
        self.sizes: list[int] = []

    def predict_on_batch(self, images: Any) -> None:
        self.sizes.append(len(images))


def test_each_batch_is_called_often_enough() -> None:
    """A call takes a second here: 5 to warm up, then no more than the 20 that are the least."""
    network = Counting()
    found = latency.measured(network, made.data(1, 1).test.images)
    assert network.sizes == [1] * 25 + [8] * 25 + [32] * 25
    assert [(each.batch, each.calls, each.median_ms, each.p95_ms) for each in found] == [
        (1, 20, 1000, 1000),
        (8, 20, 1000, 1000),
        (32, 20, 1000, 1000),
    ]
    assert [each.images_per_second for each in found] == [1, 8, 32]


def test_latency_by_hand() -> None:
    """Of 1 to 20 ms: the median lies between 10 and 11, the 95th percentile a twentieth of the way from 19 to 20."""
    found = latency.summary(8, [each / 1000 for each in range(20, 0, -1)])
    assert (found.median_ms, found.p95_ms) == (10.5, 19.05)
    # 160 images in 210 ms.
    assert found.images_per_second == 761.9


def test_the_machine_is_described() -> None:
    found = hardware.machine()
    assert found.processor
    assert found.cores >= 1
    assert found.software["Keras"] == keras.__version__
    assert keras.backend.backend() in found.software
