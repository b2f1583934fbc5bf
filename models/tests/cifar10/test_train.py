"""Whole runs, of seconds: they learn, they leave what they should, and they go on where they were killed."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from models.cifar10 import checkpoint, inference
from models.cifar10.checkpoint import CheckpointInvalid
from models.cifar10.config import Residual, Wide
from models.cifar10.train import Result, train_and_evaluate, trained
from models.tests.cifar10 import made
from models.tests.cifar10.made import TINY

LEARNING = replace(
    TINY, network=Residual(widths=(16, 16, 16)), epochs=12, batch_size=25, peak_rate=0.4, averaging=0.9, cutout=0
)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    folder = tmp_path_factory.mktemp("run")
    return folder, train_and_evaluate(LEARNING, folder, made.data(20, 10), bar=False)


def history(folder: Path) -> list[dict[str, str]]:
    return list(csv.DictReader((folder / "history.csv").read_text().splitlines()))


def test_it_learns(run: tuple[Path, Result]) -> None:
    folder, result = run
    assert result.accuracy > 0.8
    rows = history(folder)
    assert [row["epoch"] for row in rows] == [str(epoch) for epoch in range(1, 13)]
    assert float(rows[-1]["loss"]) < float(rows[0]["loss"]) - 0.5
    assert float(rows[-1]["val_accuracy"]) > 0.8
    assert float(rows[-1]["rate"]) == 0


def test_it_leaves_its_result_and_its_picture(run: tuple[Path, Result]) -> None:
    folder, result = run
    assert json.loads((folder / "result.json").read_text())["accuracy"] == result.accuracy
    assert (result.images, result.held_out, result.epochs) == (100, False, 12)
    with Image.open(folder / "history.png") as picture:
        assert picture.width > 1000
    assert not list(folder.glob(".*"))


def test_what_is_saved_says_what_was_measured(run: tuple[Path, Result]) -> None:
    folder, result = run
    network, saved = trained(folder)
    assert saved == result
    test = made.data(20, 10).test
    assert inference.accuracy(inference.logits(network, test.images), test.labels) == result.accuracy
    assert inference.accuracy(inference.logits(network, test.images, mirrored=False), test.labels) == (
        result.accuracy_plain
    )
    chances = inference.probabilities(network, test.images[:5])
    np.testing.assert_allclose(chances.sum(axis=1), 1, rtol=1e-5)


def test_mirror_images_are_judged_alike(run: tuple[Path, Result]) -> None:
    network, _ = trained(run[0])
    images = made.data(1, 1).test.images
    np.testing.assert_allclose(
        inference.logits(network, images), inference.logits(network, images[:, :, ::-1]), rtol=1e-4, atol=1e-5
    )


def test_a_finished_run_is_only_evaluated_again(run: tuple[Path, Result]) -> None:
    folder, result = run
    before = (folder / checkpoint.NAME).read_bytes()
    assert train_and_evaluate(LEARNING, folder, made.data(20, 10), bar=False) == result
    assert (folder / checkpoint.NAME).read_bytes() == before


def test_progress_can_be_measured_on_held_out_images(tmp_path: Path) -> None:
    config = replace(TINY, epochs=1, held_out=3)
    result = train_and_evaluate(config, tmp_path, made.data(), bar=False)
    assert (result.images, result.held_out) == (30, True)


def test_where_nothing_was_trained_nothing_is_loaded(tmp_path: Path) -> None:
    with pytest.raises(CheckpointInvalid, match="holds no finished run"):
        trained(tmp_path)


def started(folder: Path, **environment: str) -> int:
    program = [sys.executable, "-m", "models.tests.cifar10.tiny_run", str(folder)]
    return subprocess.run(program, check=False, env={**os.environ, **environment}).returncode


def test_a_killed_run_goes_on_to_the_same_weights_bit_for_bit(tmp_path: Path) -> None:
    """Killed in the middle of the second epoch and again in the third, and never killed: the same in every byte."""
    assert started(tmp_path / "whole") == 0
    killed = tmp_path / "killed"
    assert started(killed, KILL_AT="8") == -9
    assert not (killed / "model.keras").exists()
    assert started(killed, KILL_AT="13") == -9
    assert started(killed) == 0
    with np.load(tmp_path / "whole" / checkpoint.NAME) as whole, np.load(killed / checkpoint.NAME) as resumed:
        assert set(whole.files) == set(resumed.files)
        different = [name for name in whole.files if name != "about" and not np.array_equal(whole[name], resumed[name])]
    assert different == []
    first, second = trained(tmp_path / "whole")[0], trained(killed)[0]
    assert all(np.array_equal(a, b) for a, b in zip(first.get_weights(), second.get_weights(), strict=True))
    timeless = [
        [{key: value for key, value in row.items() if key != "seconds"} for row in history(folder)]
        for folder in (tmp_path / "whole", killed)
    ]
    assert timeless[0] == timeless[1]


def test_two_runs_are_equal_whatever_the_network_draws(tmp_path: Path) -> None:
    """Dropout draws from a state that is in the checkpoint."""
    config = replace(TINY, network=Wide(depth=10, factor=1, dropout=0.3), epochs=1)
    networks = []
    for name in ("first", "second"):
        train_and_evaluate(config, tmp_path / name, made.data(), bar=False)
        networks.append(trained(tmp_path / name)[0])
    assert all(np.array_equal(a, b) for a, b in zip(*(network.get_weights() for network in networks), strict=True))
