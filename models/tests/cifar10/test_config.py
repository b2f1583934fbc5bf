from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from models.cifar10 import config
from models.cifar10.config import ConfigInvalid, Residual, Transfer, Wide
from models.tests.cifar10.made import TINY


@pytest.mark.parametrize("name", config.names())
def test_every_experiment_has_its_name_and_tells_its_command(name: str) -> None:
    assert config.load(name).name == name
    module = __import__(f"models.cifar10.configs.{name}", fromlist=["CONFIG"])
    assert f"python -m models.cifar10 train {name}" in str(module.__doc__)


def test_an_experiment_that_is_not_there_is_refused() -> None:
    with pytest.raises(ConfigInvalid, match="there is no experiment 'fats'; there are demo, fast"):
        config.load("fats")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"epochs": 0}, "tiny: epochs is 0; it must be at least 1"),
        ({"batch_size": 0}, "batch_size is 0"),
        ({"warmup": 1.0}, "warmup is 1.0; it must be at least 0 and below 1"),
        ({"averaging": -0.1}, "averaging is -0.1"),
        ({"shift": 32}, "shift is 32; it must be from 0 to 31"),
        ({"cutout": -1}, "cutout is -1"),
        ({"peak_rate": 0.0}, "peak_rate is 0.0; it must be a number above 0"),
        ({"peak_rate": float("nan")}, "peak_rate is nan; it must be a number above 0"),
        ({"peak_rate": float("inf")}, "peak_rate is inf"),
        ({"weight_decay": -1.0}, "weight_decay is -1.0"),
        ({"weight_decay": float("nan")}, "weight_decay is nan"),
        ({"seed": -1}, "seed is -1; it must be at least 0"),
        ({"flip": "sometimes"}, "flip is 'sometimes'; it must be one of alternating, random, none"),
        ({"schedule": "linear"}, "schedule is 'linear'; it must be one of one-cycle, cosine"),
        ({"precision": "float17"}, "precision is 'float17'; it must be one of float32, mixed_bfloat16, auto"),
        ({"held_out": -1}, "held_out is -1"),
        ({"network": Residual(whitened=25)}, "network.whitened is 25; it must be from 0 to 24"),
        ({"network": Residual(widths=())}, "network.widths is .*; it must be 1 to 4 numbers, each at least 1"),
        ({"network": Residual(widths=(8,) * 5)}, "network.widths is .*; it must be 1 to 4 numbers, each at least 1"),
        ({"network": Wide(depth=27)}, "network.depth is 27; it must be 6n . 4"),
        ({"network": Wide(factor=0)}, "network.factor is 0; it must be at least 1"),
        ({"network": Wide(dropout=1.0)}, "network.dropout is 1.0; it must be at least 0 and below 1"),
        ({"network": Transfer(application="MobileNetV2", weights=None, size=16)}, "network.size is 16"),
        ({"network": Transfer(application="MobileNetV2", weights=None, trained=-1)}, "network.trained is -1"),
    ],
)
def test_what_cannot_be_done_is_refused(change: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigInvalid, match=words):
        replace(TINY, **change)


def test_identity_changes_with_whatever_changes_the_run() -> None:
    others = [
        replace(TINY, seed=1),
        replace(TINY, network=Residual(widths=(8, 8, 9))),
        replace(TINY, network=Wide(depth=10, factor=1)),
    ]
    assert len({TINY.identity, *(other.identity for other in others)}) == 4
    assert replace(TINY, seed=0).identity == TINY.identity


def backbone(weights: Path) -> config.Config:
    return replace(TINY, network=Transfer(application="MobileNetV2", weights=weights))


def test_weights_count_by_what_they_are_and_not_by_where(tmp_path: Path) -> None:
    for name, content in {"here.h5": b"some", "there.h5": b"some", "other.h5": b"others"}.items():
        (tmp_path / name).write_bytes(content)
    here, there, other = (backbone(tmp_path / name).identity for name in ("here.h5", "there.h5", "other.h5"))
    assert here == there
    assert here != other


def test_weights_that_are_not_there_have_no_identity(tmp_path: Path) -> None:
    with pytest.raises(ConfigInvalid, match=r"weights\.h5 cannot be read \(No such file or directory\)"):
        _ = backbone(tmp_path / "weights.h5").identity


def test_an_experiment_is_given_its_weights() -> None:
    before = config.load("transfer")
    given = config.with_weights(before, Path("weights.h5"))
    assert isinstance(before.network, Transfer)
    assert given == replace(before, network=replace(before.network, weights=Path("weights.h5")))
    assert config.with_weights(TINY, None) == TINY


def test_weights_are_refused_where_they_are_missing_or_too_many() -> None:
    with pytest.raises(ConfigInvalid, match=r"begins from weights of MobileNetV2 without its top; .*--weights"):
        config.with_weights(config.load("transfer"), None)
    with pytest.raises(ConfigInvalid, match=r"--weights is w\.h5; tiny begins from nothing and takes no weights"):
        config.with_weights(TINY, Path("w.h5"))
