"""The same code trains on TensorFlow and on JAX, to the same weights."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

PROGRAM = """
import os
import sys
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np

from models.cifar10 import train
from models.tests.cifar10 import made, tiny_run
from models.tests.cifar10.made import TINY

assert keras.backend.backend() == sys.argv[1]
# Each backend draws initial weights in its own way, so both begin with the same ones.
made_by_keras = train.build

def build(config):
    network = made_by_keras(config)
    for layer in network.layers:
        if layer.get_weights() and hasattr(layer, "kernel"):
            drawn = np.random.default_rng(sum(layer.name.encode())).normal(size=layer.kernel.shape)
            layer.kernel.assign(drawn / np.sqrt(np.prod(layer.kernel.shape[:-1])))
    return network

train.build = build
if "KILL_AT" in os.environ:
    tiny_run._kill_at(int(os.environ["KILL_AT"]))
train.train_and_evaluate(replace(TINY, epochs=2), Path(sys.argv[2]), made.data(), bar=False)
"""
HISTORY = {"epoch", "loss", "accuracy", "val_loss", "val_accuracy", "rate"}


def started(backend: str, folder: Path, **environment: str) -> tuple[int, str]:
    """The exit status of a run in a process of its own, and what it complained of."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, backend, str(folder)],
        env={**os.environ, "KERAS_BACKEND": backend, "JAX_PLATFORMS": "cpu", **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    return done.returncode, done.stderr


def progress(folder: Path) -> dict[str, Any]:
    """What a checkpoint says beside its variables, without the time that it took."""
    with np.load(folder / "checkpoint.npz") as stored:
        about: dict[str, Any] = json.loads(stored["about"].tobytes())
    for row in about["history"]:
        del row["seconds"]
    return about


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folders = {}
    for backend in ("tensorflow", "jax"):
        folders[backend] = tmp_path_factory.mktemp(backend)
        status, complaint = started(backend, folders[backend])
        assert status == 0, complaint
    return folders


def test_both_do_the_same(folders: dict[str, Path]) -> None:
    with np.load(folders["tensorflow"] / "checkpoint.npz") as one, np.load(folders["jax"] / "checkpoint.npz") as other:
        assert set(one.files) == set(other.files)
        for name in one.files:
            if name != "about":
                np.testing.assert_allclose(other[name], one[name], rtol=5e-3, atol=1e-3, err_msg=name)


def test_both_tell_the_same_of_it(folders: dict[str, Path]) -> None:
    one, other = (progress(folder) for folder in folders.values())
    tables = [about.pop("history") for about in (one, other)]
    assert [[set(row) for row in table] for table in tables] == [[HISTORY, HISTORY]] * 2
    for first, second in zip(*tables, strict=True):
        assert second == pytest.approx(first, rel=5e-3)
    assert other == one
    assert one["epochs"] == 2


def test_a_run_that_was_killed_under_jax_goes_on_to_the_same_weights(folders: dict[str, Path], tmp_path: Path) -> None:
    """Killed in the middle of the second epoch, and never killed: the same in every byte."""
    whole, killed = folders["jax"], tmp_path
    assert started("jax", killed, KILL_AT="8")[0] == -9
    assert progress(killed)["epochs"] == 1
    assert started("jax", killed)[0] == 0
    assert progress(killed) == progress(whole)
    with np.load(whole / "checkpoint.npz") as one, np.load(killed / "checkpoint.npz") as other:
        assert set(one.files) == set(other.files)
        different = [name for name in one.files if name != "about" and not np.array_equal(one[name], other[name])]
    assert different == []


def test_a_network_trained_on_one_runs_on_the_other(folders: dict[str, Path]) -> None:
    from models.cifar10 import inference
    from models.cifar10.train import trained
    from models.tests.cifar10 import made

    images = made.data().test.images
    seen = [inference.logits(trained(folder)[0], images) for folder in folders.values()]
    np.testing.assert_allclose(seen[0].mean, seen[1].mean, rtol=1e-2, atol=1e-2)
