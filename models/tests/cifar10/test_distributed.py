"""However many replicas there are, a run does the same as on one device, but for rounding."""

from __future__ import annotations

import csv
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from models.cifar10.config import ConfigInvalid
from models.cifar10.distributed import mirrored, workers
from models.cifar10.strategy import OneDevice, Place
from models.cifar10.train import train_and_evaluate, trained
from models.tests.cifar10 import made
from models.tests.cifar10.made import TINY


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("alone")
    train_and_evaluate(TINY, folder, made.data(), bar=False)
    return folder


def begin(folder: Path, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "models.tests.cifar10.tiny_run", str(folder)],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def same(alone: Path, spread: Path) -> None:
    tables = [list(csv.DictReader((folder / "history.csv").read_text().splitlines())) for folder in (alone, spread)]
    for column in ("loss", "accuracy", "val_loss", "val_accuracy", "rate"):
        one, many = ([float(row[column]) for row in table] for table in tables)
        assert many == pytest.approx(one, rel=1e-3), column
    for one, many in zip(trained(alone)[0].get_weights(), trained(spread)[0].get_weights(), strict=True):
        np.testing.assert_allclose(many, one, rtol=1e-3, atol=1e-4)


def test_two_devices_do_the_same_as_one(alone: Path, tmp_path: Path) -> None:
    process = begin(tmp_path, REPLICAS="2")
    output, _ = process.communicate(timeout=600)
    assert process.returncode == 0, output
    same(alone, tmp_path)


def test_two_processes_do_the_same_as_one_even_when_both_were_interrupted(alone: Path, tmp_path: Path) -> None:
    for environment in ({"STOP_AFTER": "1"}, {}):
        addresses = [f"127.0.0.1:{port}" for port in free_ports(2)]
        processes = [
            begin(
                tmp_path,
                TF_CONFIG=json.dumps({"cluster": {"worker": addresses}, "task": {"type": "worker", "index": index}}),
                **environment,
            )
            for index in range(2)
        ]
        outputs = [process.communicate(timeout=600)[0] for process in processes]
        assert [process.returncode for process in processes] == [0, 0], outputs
    same(alone, tmp_path)


def free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def test_a_batch_that_cannot_be_divided_is_refused(tmp_path: Path) -> None:
    process = begin(tmp_path, REPLICAS="3")
    output, _ = process.communicate(timeout=600)
    assert process.returncode == 1
    assert "batch_size is 20; it must be a multiple of the 3 replicas" in output
    assert "Traceback" not in output


TWO = {"worker": ["a:1", "b:1"]}
UNNAMED: dict[str, tuple[object, str]] = {
    "nothing": (None, "it is not set"),
    "no JSON": ("workers", "JSONDecodeError: "),
    "no workers": ({}, "KeyError: 'cluster'"),
    "a list": ([], "TypeError: "),
    "no task": ({"cluster": TWO}, "KeyError: 'task'"),
    "no type": ({"cluster": TWO, "task": {"index": 0}}, "KeyError: 'type'"),
    "no index": ({"cluster": TWO, "task": {"type": "worker"}}, "KeyError: 'index'"),
    "another type": ({"cluster": TWO, "task": {"type": "foo", "index": 0}}, 'task.type is "foo"; it must be worker'),
    "index below": (
        {"cluster": TWO, "task": {"type": "worker", "index": -1}},
        "task.index is -1; it must be from 0 to 1",
    ),
    "index above": (
        {"cluster": TWO, "task": {"type": "worker", "index": 2}},
        "task.index is 2; it must be from 0 to 1",
    ),
    "index in words": (
        {"cluster": TWO, "task": {"type": "worker", "index": "0"}},
        'task.index is "0"; it must be from 0',
    ),
    "index of truth": (
        {"cluster": TWO, "task": {"type": "worker", "index": True}},
        "task.index is true; it must be from",
    ),
    "another job": (
        {"cluster": {**TWO, "ps": ["c:1"]}, "task": {"type": "worker", "index": 0}},
        "cluster has ps, worker; it must have worker alone",
    ),
    "one address": (
        {"cluster": {"worker": "a:1"}, "task": {"type": "worker", "index": 0}},
        'cluster.worker is "a:1"; it must be a list of host:port',
    ),
    "no address": (
        {"cluster": {"worker": []}, "task": {"type": "worker", "index": 0}},
        "cluster.worker is []; it must be",
    ),
}


@pytest.mark.parametrize("case", UNNAMED)
def test_workers_must_be_named(monkeypatch: pytest.MonkeyPatch, case: str) -> None:
    said, why = UNNAMED[case]
    monkeypatch.delenv("TF_CONFIG", raising=False)
    if said is not None:
        monkeypatch.setenv("TF_CONFIG", said if isinstance(said, str) else json.dumps(said))
    with pytest.raises(ConfigInvalid) as refused:
        workers()
    assert str(refused.value).startswith(f"TF_CONFIG does not name the workers and which of them this is ({why}")
    assert str(refused.value).endswith(
        'it must be like {"cluster": {"worker": ["host1:2222", "host2:2222"]}, "task": {"type": "worker", "index": 0}}'
    )


@pytest.mark.parametrize("spread", ["mirrored", "workers"])
def test_under_another_backend_nothing_is_spread(tmp_path: Path, spread: str) -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "models.cifar10",
            "train",
            "demo",
            "--spread",
            spread,
            "--workdir",
            str(tmp_path / "run"),
        ],
        env={**os.environ, "KERAS_BACKEND": "jax", "JAX_PLATFORMS": "cpu"},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.endswith(
        "error: KERAS_BACKEND is jax; a run is spread under tensorflow only. Set it to tensorflow, or train without "
        "--spread\n"
    )
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


PLACES: dict[str, tuple[Callable[[], Place], str]] = {
    "one device": (OneDevice, "TensorFlowTrainer._make_function.<locals>.one_step_on_data"),
    "one replica": (lambda: mirrored(["CPU:0"]), "Spread._step.<locals>.step"),
}
"""Each with the function that is its step."""


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("compiled", [True, False])
def test_the_step_is_compiled_where_it_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, compiled: bool
) -> None:
    """By what TensorFlow is asked to do with the step, and by whether the run then comes to its end."""
    asked: list[tuple[str, bool | None]] = []
    function = tf.function

    def watched(*given: Any, **options: Any) -> Any:
        asked.extend((each.__qualname__, options.get("jit_compile")) for each in given)
        return function(*given, **options)

    monkeypatch.setattr(tf, "function", watched)
    make, step = PLACES[place]
    result = train_and_evaluate(
        replace(TINY, epochs=1, compiled=compiled), tmp_path, made.data(), place=make(), bar=False
    )
    assert result.epochs == 1
    assert {compiles for name, compiles in asked if name == step} == {compiled}


def test_the_step_of_several_replicas_is_not_compiled(tmp_path: Path) -> None:
    process = begin(tmp_path, REPLICAS="2", COMPILED="1")
    output, _ = process.communicate(timeout=600)
    assert process.returncode == 1
    assert (
        "error: tiny: compiled is True; the step of 2 replicas cannot be compiled. Set compiled to False in the "
        "experiment, or train on one device"
    ) in output
    assert "Traceback" not in output
    assert list(tmp_path.iterdir()) == []
