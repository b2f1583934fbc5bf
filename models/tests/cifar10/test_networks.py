"""Shapes and numbers of parameters are pinned: a change of either makes every checkpoint worthless."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest

from models.cifar10 import precision
from models.cifar10.batches import Batches
from models.cifar10.config import Config, ConfigInvalid, Residual, Transfer, Wide, load
from models.cifar10.model import build
from models.cifar10.train import prepared
from models.tests.cifar10 import made
from models.tests.cifar10.made import TINY

SMALL_BACKBONE = Transfer(application="MobileNetV2", weights=None, size=32)


def seen(network: keras.Model) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    images = made.split(1, 3).images
    return np.asarray(network(images, training=False))


@pytest.mark.parametrize(
    ("config", "parameters"),
    [
        (load("demo"), 295_544),
        (load("fast"), 1_973_944),
        (load("wide"), 36_497_146),
        (load("transfer"), 2_270_794),
        (replace(TINY, network=Wide(depth=10, factor=1)), 78_330),
        (replace(TINY, network=Residual(widths=(8, 8), whitened=0)), 2_696),
        (replace(TINY, network=SMALL_BACKBONE), 2_270_794),
    ],
    ids=lambda value: value.name if isinstance(value, Config) else "",
)
def test_raw_pixels_go_in_and_logits_come_out(config: Config, parameters: int) -> None:
    network = build(config)
    assert network.input_shape == (None, 32, 32, 3)
    assert network.input.dtype == "uint8"
    assert network.output_shape == (None, 10)
    assert network.count_params() == parameters


def test_wide_networks_have_the_size_of_the_paper() -> None:
    """36.5 million for WRN-28-10 and 11.0 million for WRN-16-8 (arXiv:1605.07146, table 4)."""
    assert round(build(load("wide")).count_params() / 1e6, 1) == 36.5
    assert round(build(replace(TINY, network=Wide(depth=16, factor=8))).count_params() / 1e6, 1) == 11.0


@pytest.mark.parametrize(
    "network",
    [
        TINY.network,
        Residual(widths=(8,), whitened=0),
        Wide(depth=10, factor=1, dropout=0.3),
        SMALL_BACKBONE,
        load("transfer").network,
    ],
    ids=["residual", "plain", "wide", "backbone", "transfer"],
)
def test_one_step_changes_what_is_trained_and_nothing_else(network: Residual | Wide | Transfer) -> None:
    config = replace(TINY, network=network, warmup=0.0)
    batches = Batches(made.data().train, config)
    model = prepared(config, batches)
    before = {variable.path: np.array(variable) for variable in model.variables}
    loss = model.train_on_batch(*batches.batch(0), return_dict=True)["loss"]
    assert 1.5 < loss < 4
    changed = {variable.path for variable in model.variables if not np.array_equal(variable, before[variable.path])}
    trainable = {variable.path for variable in model.trainable_variables}
    assert trainable <= changed
    assert all("moving" in path or "seed" in path for path in changed - trainable)


@pytest.mark.parametrize("network", [TINY.network, Wide(depth=10, factor=1)], ids=["residual", "wide"])
def test_less_precision_says_nearly_the_same(network: Residual | Wide) -> None:
    whole = build(replace(TINY, network=network, precision="float32"))
    less = build(replace(TINY, network=network, precision="mixed_bfloat16"))
    less.set_weights(whole.get_weights())
    assert less.layers[3].compute_dtype == "bfloat16"
    assert {variable.dtype for variable in less.trainable_variables} == {"float32"}
    assert seen(less).dtype == np.float32
    np.testing.assert_allclose(seen(less), seen(whole), atol=0.1)
    assert not np.array_equal(seen(less), seen(whole))


@pytest.mark.parametrize(
    ("capabilities", "policy"),
    [([], "float32"), ([(7, 5)], "float32"), ([(8, 0)], "mixed_bfloat16"), ([(9, 0), (7, 0)], "float32")],
)
def test_precision_follows_the_weakest_accelerator(
    monkeypatch: pytest.MonkeyPatch, capabilities: list[tuple[int, int]], policy: str
) -> None:
    monkeypatch.setattr("models.cifar10.hardware.gpus", lambda: capabilities)
    assert precision.fastest() == policy
    with precision.used("auto"):
        assert keras.config.dtype_policy().name == policy
    assert keras.config.dtype_policy().name == "float32"


def test_initial_weights_follow_the_seed() -> None:
    first, same, other = (build(replace(TINY, seed=seed)) for seed in (0, 0, 1))
    assert all(np.array_equal(a, b) for a, b in zip(first.get_weights(), same.get_weights(), strict=True))
    assert not np.array_equal(first.get_weights()[2], other.get_weights()[2])


def test_a_backbone_brings_its_weights_and_keeps_them(tmp_path: Path) -> None:
    keras.utils.set_random_seed(7)
    given = keras.applications.MobileNetV2(include_top=False, weights=None, input_shape=(32, 32, 3))
    path = tmp_path / "backbone.weights.h5"
    given.save_weights(path)
    config = replace(TINY, network=replace(SMALL_BACKBONE, weights=path, trained=3))
    network = build(config)
    backbone = next(layer for layer in network.layers if isinstance(layer, keras.Model))
    assert all(np.array_equal(a, b) for a, b in zip(backbone.get_weights(), given.get_weights(), strict=True))
    kinds = [type(layer).__name__ for layer in backbone.layers[-3:]]
    assert kinds == ["Conv2D", "BatchNormalization", "ReLU"]
    assert [variable.path.split("/")[-2] for variable in network.trainable_variables] == ["Conv_1", "logits", "logits"]
    batches = Batches(made.data().train, config)
    model = prepared(config, batches)
    model.train_on_batch(*batches.batch(0))
    statistics = [v for v in model.variables if "moving" in v.path]
    assert statistics
    fresh = {v.path: np.array(v) for v in build(config).variables}
    assert all(np.array_equal(v, fresh[v.path]) for v in statistics)


def test_pixels_are_prepared_as_the_backbone_was_trained(tmp_path: Path) -> None:
    """MobileNetV2 takes -1 to 1, which the network makes of raw pixels itself."""
    network = build(replace(TINY, network=SMALL_BACKBONE))
    backbone = next(layer for layer in network.layers if isinstance(layer, keras.Model))
    images = made.split(1, 3).images
    features = backbone(images.astype(np.float32) / 127.5 - 1, training=False)
    expected = network.get_layer("logits")(network.get_layer("pooled")(features))
    np.testing.assert_allclose(seen(network), expected, atol=1e-4)


def test_a_file_without_weights_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "backbone.weights.h5"
    with pytest.raises(ConfigInvalid, match=r"which is no file; save MobileNetV2 without its top"):
        build(replace(TINY, network=replace(SMALL_BACKBONE, weights=path)))
    keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)]).save_weights(path)
    for suffix in (".h5", ".keras"):
        with pytest.raises(ConfigInvalid, match="does not hold the weights of MobileNetV2 without its top"):
            build(replace(TINY, network=replace(SMALL_BACKBONE, weights=path.rename(path.with_suffix(suffix)))))
        path = path.with_suffix(suffix)


def test_a_size_that_a_backbone_does_not_take_is_refused() -> None:
    small = Transfer(application="InceptionV3", weights=None, size=32)
    with pytest.raises(ConfigInvalid, match=r"network.size is 32, which InceptionV3 does not take \(.*at least 75x75"):
        build(replace(TINY, network=small))


def test_a_backbone_that_is_not_there_is_refused() -> None:
    with pytest.raises(ConfigInvalid, match=r"'MobileNetV9'; it must be one of .*MobileNetV2"):
        build(replace(TINY, network=replace(SMALL_BACKBONE, application="MobileNetV9")))
