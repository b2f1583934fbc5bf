"""What a trained network says of images."""

from __future__ import annotations

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

BATCH_SIZE = 500


def logits(
    network: keras.Model, images: NDArray[np.uint8], *, mirrored: bool = True, batch_size: int = BATCH_SIZE
) -> NDArray[np.float32]:
    """Logits ``float32 [n, 10]`` of images ``uint8 [n, 32, 32, 3]``.

    With ``mirrored``, the mean over each image and its mirror image, which costs twice the time and is a little more
    often right.
    """
    seen: NDArray[np.float32] = network.predict(images, batch_size=batch_size, verbose=0)
    if mirrored:
        seen = (seen + network.predict(images[:, :, ::-1], batch_size=batch_size, verbose=0)) / np.float32(2)
    return seen


def probabilities(network: keras.Model, images: NDArray[np.uint8], *, mirrored: bool = True) -> NDArray[np.float32]:
    """Probabilities ``float32 [n, 10]`` of the classes."""
    chances: NDArray[np.float32] = ops.convert_to_numpy(ops.softmax(logits(network, images, mirrored=mirrored)))
    return chances


def accuracy(seen: NDArray[np.float32], labels: NDArray[np.int64]) -> float:
    """The share of images whose highest logit or probability is that of their label."""
    return float((seen.argmax(axis=1) == labels).mean())
