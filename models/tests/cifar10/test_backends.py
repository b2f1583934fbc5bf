"""The same code trains on TensorFlow and on JAX, to the same weights."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

PROGRAM = """
import sys
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np

from models.cifar10.config import Wide
from models.cifar10.train import train_and_evaluate
from models.tests.cifar10 import made
from models.tests.cifar10.made import TINY

assert keras.backend.backend() == sys.argv[1]
folder = Path(sys.argv[2])
# Each backend draws initial weights in its own way, so both begin with the same ones.
from models.cifar10 import train
made_by_keras = train.build

def build(config):
    network = made_by_keras(config)
    for layer in network.layers:
        if layer.get_weights() and hasattr(layer, "kernel"):
            drawn = np.random.default_rng(sum(layer.name.encode())).normal(size=layer.kernel.shape)
            layer.kernel.assign(drawn / np.sqrt(np.prod(layer.kernel.shape[:-1])))
    return network

train.build = build
result = train_and_evaluate(replace(TINY, epochs=1), folder, made.data(), bar=False)
print(result.accuracy)
"""


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folders = {}
    for backend in ("tensorflow", "jax"):
        folders[backend] = tmp_path_factory.mktemp(backend)
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, backend, str(folders[backend])],
            env={**os.environ, "KERAS_BACKEND": backend, "JAX_PLATFORMS": "cpu"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    return folders


def test_both_do_the_same(folders: dict[str, Path]) -> None:
    with np.load(folders["tensorflow"] / "checkpoint.npz") as one, np.load(folders["jax"] / "checkpoint.npz") as other:
        assert set(one.files) == set(other.files)
        for name in one.files:
            if name != "about":
                np.testing.assert_allclose(other[name], one[name], rtol=5e-3, atol=1e-3, err_msg=name)


def test_a_network_trained_on_one_runs_on_the_other(folders: dict[str, Path]) -> None:
    from models.cifar10 import inference
    from models.cifar10.train import trained
    from models.tests.cifar10 import made

    images = made.data().test.images
    seen = [inference.logits(trained(folder)[0], images) for folder in folders.values()]
    np.testing.assert_allclose(seen[0], seen[1], rtol=1e-2, atol=1e-2)
