from __future__ import annotations

import io
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import cast

import keras
import numpy as np
import pytest

from models.cifar10 import checkpoint
from models.cifar10.batches import Batches
from models.cifar10.checkpoint import CheckpointInvalid, Progress
from models.cifar10.config import Config, Residual, Wide
from models.cifar10.train import prepared
from models.tests.cifar10 import made
from models.tests.cifar10.made import TINY

DONE = Progress(
    experiment="e" * 64, data="d" * 64, epochs=2, history=[{"epoch": 1, "loss": 2.5}], code=[{"version": "1"}]
)


def network(config: Config = TINY) -> keras.Model:
    return prepared(config, Batches(made.data().train, config))


def everything(network: keras.Model) -> list[np.ndarray[tuple[int, ...], np.dtype[np.float32]]]:
    return [np.asarray(variable.numpy()).copy() for variable in [*network.variables, *network.optimizer.variables]]


def scramble(network: keras.Model) -> None:
    for number, variable in enumerate([*network.variables, *network.optimizer.variables]):
        variable.assign(np.full(variable.shape, number + 1).astype(variable.dtype))


def test_everything_comes_back(tmp_path: Path) -> None:
    trained = network(replace(TINY, network=Wide(depth=10, factor=1, dropout=0.2)))
    scramble(trained)
    checkpoint.save(tmp_path / "c.npz", trained, DONE)
    other = network(replace(TINY, network=Wide(depth=10, factor=1, dropout=0.2), seed=5))
    assert checkpoint.restore(tmp_path / "c.npz", other, DONE.experiment, DONE.data) == DONE
    assert all(np.array_equal(a, b) for a, b in zip(everything(trained), everything(other), strict=True))
    paths = [variable.path for variable in [*trained.variables, *trained.optimizer.variables]]
    assert any("seed_generator" in path for path in paths)
    assert any("momentum" in path for path in paths)
    assert any("average" in path for path in paths)
    assert any("iteration" in path for path in paths)


def test_where_there_is_none_nothing_is_restored(tmp_path: Path) -> None:
    fresh = network()
    before = everything(fresh)
    assert checkpoint.restore(tmp_path / "c.npz", fresh, "e", "d") is None
    assert all(np.array_equal(a, b) for a, b in zip(before, everything(fresh), strict=True))


@pytest.mark.parametrize(
    ("experiment", "data", "config", "words"),
    [
        ("f" * 64, DONE.data, TINY, "is of another experiment .eeeeeeeeeeee, this one is ffffffffffff.; name another"),
        (DONE.experiment, "a" * 64, TINY, "is of another data set .dddddddddddd, this one is aaaaaaaaaaaa."),
        (DONE.experiment, DONE.data, replace(TINY, averaging=0.0), "is of another network: optimizer/.* missing"),
        (
            DONE.experiment,
            DONE.data,
            replace(TINY, network=replace(cast(Residual, TINY.network), widths=(8, 8, 9))),
            r"is of another network: network/\d+/stage3_conv/kernel is \(3, 3, 8, 8\) there and \(3, 3, 8, 9\) here",
        ),
    ],
)
def test_a_checkpoint_of_another_run_is_refused(
    tmp_path: Path, experiment: str, data: str, config: Config, words: str
) -> None:
    checkpoint.save(tmp_path / "c.npz", network(), DONE)
    other = network(config)
    before = everything(other)
    with pytest.raises(CheckpointInvalid, match=words):
        checkpoint.restore(tmp_path / "c.npz", other, experiment, data)
    assert all(np.array_equal(a, b) for a, b in zip(before, everything(other), strict=True))


@pytest.mark.parametrize("part", [0.0, 0.4, 0.999])
def test_a_checkpoint_that_is_cut_off_is_refused(tmp_path: Path, part: float) -> None:
    path = tmp_path / "c.npz"
    fresh = network()
    checkpoint.save(path, fresh, DONE)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * part)])
    with pytest.raises(CheckpointInvalid, match=r"is no whole checkpoint .*; remove it to start anew"):
        checkpoint.restore(path, fresh, DONE.experiment, DONE.data)


def test_a_full_disk_leaves_the_checkpoint_before(tmp_path: Path, fill_disk: Callable[[], None]) -> None:
    path = tmp_path / "c.npz"
    fresh = network()
    checkpoint.save(path, fresh, DONE)
    before = path.read_bytes()
    fill_disk()
    with pytest.raises(CheckpointInvalid, match=r"No space left on device.; the one before it is still whole"):
        checkpoint.save(path, fresh, replace(DONE, epochs=3))
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_full_disk_before_there_is_a_checkpoint_speaks_of_none(tmp_path: Path, fill_disk: Callable[[], None]) -> None:
    fill_disk()
    with pytest.raises(CheckpointInvalid, match=r"No space left on device.; Make room and start the same command"):
        checkpoint.save(tmp_path / "c.npz", network(), DONE)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    checkpoint.make_folder(tmp_path / "run" / "of" / "mine")
    assert list((tmp_path / "run" / "of" / "mine").iterdir()) == []
    (tmp_path / "file").write_bytes(b"")
    for folder in (tmp_path / "file", tmp_path / "file" / "run"):
        with pytest.raises(
            CheckpointInvalid, match=r"nothing can be written in .*; name another folder with --workdir"
        ):
            checkpoint.make_folder(folder)


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "c.npz"
    for content in (b"text", b"\x93NUMPY", pickled(), zipped()):
        path.write_bytes(content)
        with pytest.raises(CheckpointInvalid, match=r"is no whole checkpoint .*; remove it to start anew"):
            checkpoint.restore(path, network(), DONE.experiment, DONE.data)


def pickled() -> bytes:
    stream = io.BytesIO()
    np.save(stream, np.zeros(3))
    return stream.getvalue()


def zipped() -> bytes:
    """With a name in a method of packing that there is not."""
    stream = io.BytesIO()
    np.savez(stream, about=np.zeros(3))
    content = bytearray(stream.getvalue())
    content[content.index(b"PK\x01\x02") + 10] = 99
    return bytes(content)


def test_a_run_that_meets_a_full_disk_says_so_and_keeps_what_it_had(tmp_path: Path) -> None:
    """A real limit on the size of files stands in for the disk: the second run's checkpoint does not fit."""
    program = [sys.executable, "-m", "models.tests.cifar10.tiny_run", str(tmp_path)]
    environment = {**os.environ, "STOP_AFTER": "1"}
    subprocess.run(program, check=True, env=environment, stdout=subprocess.DEVNULL)
    path = tmp_path / checkpoint.NAME
    before = path.read_bytes()

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) // 2, len(before) // 2))

    done = subprocess.run(program, check=False, capture_output=True, text=True, preexec_fn=limit)
    assert done.returncode == 1
    assert "File too large); the one before it is still whole. Make room" in done.stderr
    assert "Traceback" not in done.stderr
    assert path.read_bytes() == before
    assert not list(tmp_path.glob(".*.part"))
