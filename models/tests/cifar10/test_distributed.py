"""However many replicas there are, a run does the same as on one device, but for rounding."""

from __future__ import annotations

import csv
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from models.cifar10.config import ConfigInvalid
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


@pytest.mark.parametrize(
    "said", [None, "workers", "{}", '{"cluster": {"worker": ["a:1"]}, "task": {"type": "worker", "index": 1}}']
)
def test_workers_must_be_named(monkeypatch: pytest.MonkeyPatch, said: str | None) -> None:
    from models.cifar10 import distributed

    monkeypatch.delenv("TF_CONFIG", raising=False)
    if said is not None:
        monkeypatch.setenv("TF_CONFIG", said)
    with pytest.raises(ConfigInvalid, match="TF_CONFIG does not name the workers and which of them this is"):
        distributed.workers()
