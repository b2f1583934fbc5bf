"""Logits and probabilities of a trained network for images."""

from __future__ import annotations

from dataclasses import dataclass

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

BATCH_SIZE = 500


@dataclass(frozen=True, kw_only=True)
class Logits:
    """Logits ``float32 [n, 10]`` of the same images, twice.

    ``plain`` is what the network says of the images as they are, ``mean`` the mean of that and what it says of their
    mirror images, which costs twice the time and is a little more often right.
    """

    plain: NDArray[np.float32]
    mean: NDArray[np.float32]


def logits(network: keras.Model, images: NDArray[np.uint8]) -> Logits:
    """Logits of images ``uint8 [n, 32, 32, 3]``, with and without their mirror images."""
    plain = _predicted(network, images)
    return Logits(plain=plain, mean=(plain + _predicted(network, images[:, :, ::-1])) / np.float32(2))


def probabilities(network: keras.Model, images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Probabilities ``float32 [n, 10]`` of the classes, from the mean over each image and its mirror image."""
    chances: NDArray[np.float32] = ops.convert_to_numpy(ops.softmax(logits(network, images).mean))
    return chances


def accuracy(seen: NDArray[np.float32], labels: NDArray[np.int64]) -> float:
    """The share of images whose highest logit or probability is that of their label."""
    return float((seen.argmax(axis=1) == labels).mean())


def _predicted(network: keras.Model, images: NDArray[np.uint8]) -> NDArray[np.float32]:
    seen: NDArray[np.float32] = network.predict(images, batch_size=BATCH_SIZE, verbose=0)
    return seen
