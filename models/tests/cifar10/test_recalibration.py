"""The statistics that a network ends with are those of its own layers over the training images."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest
from numpy.typing import NDArray

from models.cifar10 import checkpoint, recalibration
from models.cifar10.batches import Batches
from models.cifar10.config import Residual, Transfer, Wide
from models.cifar10.model import build
from models.cifar10.recalibration import recalibrate
from models.cifar10.train import prepared, train_and_evaluate, trained
from models.tests.cifar10 import made
from models.tests.cifar10.made import TINY

STATISTICS = ("moving_mean", "moving_variance")


def statistics(network: keras.Model) -> dict[str, NDArray[np.float32]]:
    return {each.path: np.array(each) for each in network.variables if each.name in STATISTICS}


def others(network: keras.Model) -> dict[str, NDArray[np.float32]]:
    return {each.path: np.array(each) for each in network.variables if each.name not in STATISTICS}


def recalibrated(images: NDArray[np.uint8], seed: int = 0) -> keras.Model:
    network = build(TINY)
    recalibrate(network, images, seed)
    return network


def given_to(layer: keras.layers.Layer, network: keras.Model, images: NDArray[np.uint8]) -> NDArray[np.float64]:
    return np.array(keras.Model(network.input, layer.input)(images), dtype=np.float64)


def norms(network: keras.Model) -> list[keras.layers.BatchNormalization]:
    return [layer for layer in network.layers if isinstance(layer, keras.layers.BatchNormalization)]


def test_one_batch_gives_the_mean_and_variance_of_what_a_layer_is_given() -> None:
    images = made.split(20, 1).images
    network = recalibrated(images)
    norm = network.get_layer("stage1_norm")
    given = given_to(norm, network, images)
    np.testing.assert_allclose(norm.moving_mean, given.mean(axis=(0, 1, 2)), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(norm.moving_variance, given.var(axis=(0, 1, 2)), rtol=1e-3)


def test_several_batches_count_by_their_images(monkeypatch: pytest.MonkeyPatch) -> None:
    """Means over batches of 60, 60, 60 and 20 images are the mean over all 200; of the first layer, whose input is what
    it is whatever the batch."""
    monkeypatch.setattr(recalibration, "BATCH_SIZE", 60)
    images = made.split(20, 1).images
    network = recalibrated(images)
    norm = network.get_layer("stage1_norm")
    given = given_to(norm, network, images)
    np.testing.assert_allclose(norm.moving_mean, given.mean(axis=(0, 1, 2)), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(norm.moving_variance, given.var(axis=(0, 1, 2)), rtol=0.1)


def test_no_more_images_are_taken_than_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recalibration, "IMAGES", 30)
    images = made.split(20, 1).images
    few = statistics(recalibrated(images))
    drawn = np.random.default_rng([0, 0, 3]).permutation(200)[:30]
    for path, value in statistics(recalibrated(images[drawn])).items():
        np.testing.assert_allclose(few[path], value, rtol=1e-4, atol=1e-5)


def test_images_in_the_order_of_their_classes_are_mixed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of batches of one class each, every layer would see a small variance around another mean."""
    split = made.split(20, 1)
    whole = recalibrated(split.images).get_layer("stage1_norm")
    monkeypatch.setattr(recalibration, "BATCH_SIZE", 20)
    ordered = split.images[np.argsort(split.labels, kind="stable")]
    mixed = recalibrated(ordered).get_layer("stage1_norm")
    assert (np.array(mixed.moving_variance) > 0.8 * np.array(whole.moving_variance)).all()


def test_nothing_else_is_changed_and_the_draw_follows_from_the_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recalibration, "IMAGES", 50)
    images = made.split(20, 1).images
    before, first, again, other = build(TINY), recalibrated(images), recalibrated(images), recalibrated(images, seed=1)
    assert [layer.momentum for layer in norms(first)] == [layer.momentum for layer in norms(before)] == [0.9] * 6
    for path, value in others(before).items():
        np.testing.assert_array_equal(others(first)[path], value)
    for path, value in statistics(first).items():
        np.testing.assert_array_equal(statistics(again)[path], value)
        assert not np.array_equal(statistics(other)[path], value)
        assert not np.array_equal(statistics(before)[path], value)


def test_a_failure_leaves_the_momenta_as_they_were() -> None:
    network = build(TINY)
    with pytest.raises(ValueError, match="expected shape"):
        recalibrate(network, np.zeros((4, 16, 16, 3), dtype=np.uint8), 0)
    assert {layer.momentum for layer in norms(network)} == {0.9}


def test_a_backbone_keeps_the_statistics_that_it_came_with() -> None:
    config = replace(TINY, network=Transfer(application="MobileNetV2", weights=None, size=32, trained=4))
    network = build(config)
    before = [np.array(value) for value in network.get_weights()]
    recalibrate(network, made.split(2, 1).images, 0)
    assert all(np.array_equal(a, b) for a, b in zip(before, network.get_weights(), strict=True))


@pytest.mark.parametrize("network", [Residual(widths=(8, 8, 8)), Wide(depth=10, factor=1, dropout=0.3)])
def test_a_run_ends_with_the_statistics_of_its_averaged_weights(tmp_path: Path, network: Residual | Wide) -> None:
    config = replace(TINY, network=network, epochs=1)
    data = made.data()
    train_and_evaluate(config, tmp_path, data, bar=False)
    ended, _ = trained(tmp_path)
    expected = build(config)
    expected.set_weights(ended.get_weights())
    recalibrate(expected, data.train.images, config.seed)
    gathered = prepared(config, Batches(data.train, config))
    checkpoint.restore(tmp_path / checkpoint.NAME, gathered, config.identity, data.digest)
    found, meanwhile = statistics(ended), statistics(gathered)
    for path, value in statistics(expected).items():
        np.testing.assert_allclose(found[path], value, rtol=1e-4, atol=1e-5)
        assert not np.allclose(found[path], meanwhile[path], rtol=1e-2)


def test_weights_that_are_not_averaged_keep_the_statistics_of_their_training(tmp_path: Path) -> None:
    config = replace(TINY, averaging=0.0, epochs=1)
    data = made.data()
    train_and_evaluate(config, tmp_path, data, bar=False)
    gathered = prepared(config, Batches(data.train, config))
    checkpoint.restore(tmp_path / checkpoint.NAME, gathered, config.identity, data.digest)
    found = statistics(trained(tmp_path)[0])
    for path, value in statistics(gathered).items():
        np.testing.assert_array_equal(found[path], value)
