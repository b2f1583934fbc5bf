"""The first convolution of the fast network, computed from the training images.

Principal axes of the patches, each scaled to deviation 1, and the same axes turned round (Jordan 2024,
arXiv:2404.00498, section 3.2, after Page 2018). Neighbouring pixels are nearly equal; a network that is given their
differences at the same strength as their mean need not learn to make them.
"""

from __future__ import annotations

import keras
import numpy as np
from numpy.typing import NDArray

from models.cifar10.networks.pixels import DEVIATION, MEAN
from models.cifar10.networks.residual import PATCH, WHITENING

_IMAGES = 5_000
"""Enough for a covariance of 12 values."""

_FLOOR = 5e-4
"""Added to each variance, so that the faintest axes, which are noise, are not blown up without limit."""


def whiten(network: keras.Model, images: NDArray[np.uint8]) -> None:
    """Compute the whitening convolution of ``network`` from ``images``, if it has one."""
    if any(layer.name == WHITENING for layer in network.layers):
        layer = network.get_layer(WHITENING)
        count = min(len(images), _IMAGES)
        # Evenly spaced over all, for images may be in the order of their classes.
        kernel = filters(images[np.arange(count) * len(images) // count], layer.filters)
        layer.set_weights([kernel, np.zeros(layer.filters, dtype=np.float32)])


def filters(images: NDArray[np.uint8], count: int) -> NDArray[np.float32]:
    """The convolution's kernel ``float32 [2, 2, 3, count]``, for normalised images."""
    pixels = (images.astype(np.float32) - np.float32(MEAN)) / np.float32(DEVIATION)
    windows = np.lib.stride_tricks.sliding_window_view(pixels, (PATCH, PATCH), axis=(1, 2))
    patches = windows.transpose(0, 1, 2, 4, 5, 3).reshape(-1, PATCH * PATCH * 3).astype(np.float64)
    variances, axes = np.linalg.eigh(patches.T @ patches / len(patches))
    # eigh leaves the sign of an axis open; without a choice, it could differ between machines.
    axes = axes * np.where(axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])] < 0, -1, 1)
    scaled = (axes / np.sqrt(variances + _FLOOR))[:, ::-1]
    both = np.concatenate([scaled, -scaled], axis=1)[:, :count]
    return both.reshape(PATCH, PATCH, 3, count).astype(np.float32)
