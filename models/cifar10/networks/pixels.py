"""Input layer and normalising of raw pixels, for networks that are trained from scratch."""

from __future__ import annotations

import keras

from models.cifar10.data.records import SHAPE

MEAN = (125.3, 123.0, 113.9)
DEVIATION = (63.0, 62.1, 66.7)
"""Of each channel over the original training images, as first published with wide residual networks (Zagoruyko and
Komodakis 2016, https://github.com/szagoruyko/wide-residual-networks)."""


def pixels() -> keras.KerasTensor:
    """The input of every network: ``uint8 [n, 32, 32, 3]``, so that normalising is neither forgotten nor repeated."""
    return keras.Input(SHAPE, dtype="uint8", name="images")


def normalised(images: keras.KerasTensor) -> keras.KerasTensor:
    """Mean 0 and deviation 1 for each channel."""
    return keras.layers.Normalization(
        mean=MEAN, variance=[deviation**2 for deviation in DEVIATION], dtype="float32", name="normalised"
    )(images)
