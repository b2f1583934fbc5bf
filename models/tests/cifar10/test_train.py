"""Whole runs, of seconds: they learn, they leave what they should, and they go on where they were killed."""

from __future__ import annotations

import csv
import errno
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from models.cifar10 import checkpoint, inference, provenance
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
    logits = inference.logits(network, test.images)
    assert inference.accuracy(logits.mean, test.labels) == result.accuracy
    assert inference.accuracy(logits.plain, test.labels) == result.accuracy_plain
    chances = inference.probabilities(network, test.images[:5])
    np.testing.assert_allclose(chances.sum(axis=1), 1, rtol=1e-5)


def test_mirror_images_are_judged_alike(run: tuple[Path, Result]) -> None:
    network, _ = trained(run[0])
    images = made.data(1, 1).test.images
    one, other = inference.logits(network, images), inference.logits(network, images[:, :, ::-1])
    np.testing.assert_allclose(one.mean, other.mean, rtol=1e-4, atol=1e-5)
    assert np.abs(one.plain - other.plain).max() > 1e-3


def test_a_finished_run_is_only_evaluated_again(run: tuple[Path, Result]) -> None:
    folder, result = run
    before = (folder / checkpoint.NAME).read_bytes()
    assert train_and_evaluate(LEARNING, folder, made.data(20, 10), bar=False) == result
    assert (folder / checkpoint.NAME).read_bytes() == before


def test_a_finished_run_has_its_last_row_again_if_that_was_lost(run: tuple[Path, Result]) -> None:
    folder, result = run
    table = (folder / "history.csv").read_bytes()
    (folder / "history.csv").write_bytes(table[: table.rindex(b"12,")])
    assert train_and_evaluate(LEARNING, folder, made.data(20, 10), bar=False) == result
    assert (folder / "history.csv").read_bytes() == table


@pytest.mark.parametrize("name", ["history.csv", "model.keras", "result.json"])
def test_what_a_run_cannot_leave_is_told_and_nothing_is_lost(tmp_path: Path, name: str) -> None:
    """A folder in the place of the file stands in for whatever keeps it from being written."""
    config = replace(TINY, epochs=1)
    (tmp_path / name).mkdir()
    with pytest.raises(CheckpointInvalid, match=r"cannot be written \(Is a directory\); the checkpoint there is whole"):
        train_and_evaluate(config, tmp_path, made.data(), bar=False)
    (tmp_path / name).rmdir()
    whole = (tmp_path / checkpoint.NAME).read_bytes()
    assert train_and_evaluate(config, tmp_path, made.data(), bar=False).epochs == 1
    assert (tmp_path / checkpoint.NAME).read_bytes() == whole
    assert len(history(tmp_path)) == 1


def test_a_full_disk_at_the_end_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("keras.Model.save", full)
    with pytest.raises(CheckpointInvalid, match=r"cannot be written \(No space left on device\); the checkpoint there"):
        train_and_evaluate(replace(TINY, epochs=1), tmp_path, made.data(), bar=False)
    assert not (tmp_path / "model.keras").exists()


def test_a_run_knows_all_code_that_trained_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def ended(*_: object) -> None:
        raise KeyboardInterrupt

    old, new = {"commit": "a" * 40, "changed": False}, {"commit": "b" * 40, "changed": False}
    config = replace(TINY, epochs=2)
    monkeypatch.setattr(provenance, "code", lambda: old)
    with monkeypatch.context() as early:
        early.setattr("models.cifar10.recording.write_table", ended)
        with pytest.raises(KeyboardInterrupt):
            train_and_evaluate(config, tmp_path, made.data(), bar=False)
    monkeypatch.setattr(provenance, "code", lambda: new)
    assert train_and_evaluate(config, tmp_path, made.data(), bar=False).code == [old, new]
    assert train_and_evaluate(config, tmp_path, made.data(), bar=False).code == [old, new]


def test_a_folder_that_cannot_be_written_is_told_before_anything_is_trained(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(CheckpointInvalid, match=r"nothing can be written in .*file .*; name another folder"):
        train_and_evaluate(LEARNING, tmp_path / "file", made.data(), bar=False)


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
