from __future__ import annotations

import keras
import numpy as np
import pytest

from models.cifar10 import whitening
from models.cifar10.model import build
from models.cifar10.networks.pixels import DEVIATION, MEAN
from models.cifar10.networks.residual import WHITENING
from models.cifar10.whitening import filters, whiten
from models.tests.cifar10 import made
from models.tests.cifar10.made import TINY


def test_what_comes_out_is_white() -> None:
    """Uncorrelated, of mean square 1, over all patches."""
    images = made.split(20, 1).images
    kernel = filters(images, 12)
    pixels = (images.astype(np.float32) - np.float32(MEAN)) / np.float32(DEVIATION)
    out = np.asarray(keras.ops.conv(pixels, kernel, padding="valid")).reshape(-1, 12)
    np.testing.assert_allclose(out.T @ out / len(out), np.eye(12), atol=0.02)


def test_the_second_half_is_the_first_turned_round() -> None:
    kernel = filters(made.split(20, 1).images, 24)
    assert np.array_equal(kernel[..., 12:], -kernel[..., :12])


def test_the_strongest_axis_comes_first_and_is_near_the_mean_of_a_patch() -> None:
    first = filters(made.split(20, 1).images, 24)[..., 0]
    np.testing.assert_allclose(first, np.broadcast_to(first.mean(axis=(0, 1)), first.shape), rtol=0.1)


def test_a_network_gets_the_filters_of_its_images_and_keeps_them() -> None:
    network = build(TINY)
    images = made.split(20, 1).images
    whiten(network, images)
    kernel, bias = network.get_layer(WHITENING).get_weights()
    assert np.array_equal(kernel, filters(images, 24))
    assert not bias.any()
    assert not network.get_layer(WHITENING).trainable


def test_the_images_looked_at_are_spread_over_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Images may be in the order of their classes."""
    monkeypatch.setattr(whitening, "_IMAGES", 4)
    network = build(TINY)
    images = made.split(1, 1).images[:7]
    whiten(network, images)
    assert np.array_equal(network.get_layer(WHITENING).get_weights()[0], filters(images[[0, 1, 3, 5]], 24))
