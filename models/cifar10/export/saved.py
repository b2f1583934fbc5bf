"""A SavedModel that has been read back: its signatures, what they take and give, whether they say what they should."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray
from PIL import Image

from models.cifar10 import inference
from models.cifar10.export.refused import ExportInvalid
from models.cifar10.export.served import ENCODED, IMAGE_BYTES, IMAGES, PIXELS

TOLERANCE = 1e-3
"""Most that a probability may differ between the export and the network. Both compute alike, in batches of other sizes;
a wrong normalising or a swapped channel differs by far more. A choice."""


def described(loaded: Mapping[str, Any]) -> dict[str, Any]:
    """Kind and shape of everything that goes into a signature and comes out; -1 is the number of pictures."""
    return {
        name: {
            "inputs": _described(signature.structured_input_signature[1]),
            "outputs": _described(signature.structured_outputs),
        }
        for name, signature in sorted(loaded.items())
    }


def disagreement(loaded: Mapping[str, Any], network: keras.Model, images: NDArray[np.uint8]) -> float:
    """The largest difference of a probability between either signature and ``network`` on ``images``.

    Raises:
        ExportInvalid: if it is above ``TOLERANCE``.
    """
    expected = inference.probabilities(network, images)
    files = tf.constant([_png(image) for image in images])
    answers = (loaded[PIXELS](**{IMAGES: tf.constant(images)}), loaded[ENCODED](**{IMAGE_BYTES: files}))
    largest = max(float(np.abs(answer["probabilities"].numpy() - expected).max()) for answer in answers)
    if not largest <= TOLERANCE:
        raise ExportInvalid(
            f"what was exported differs from the trained network by {largest:.2g} in a probability, allowed is "
            f"{TOLERANCE}; nothing is exported"
        )
    return largest


def _described(specs: Mapping[str, tf.TensorSpec]) -> dict[str, Any]:
    return {
        name: {"dtype": spec.dtype.name, "shape": [-1 if size is None else size for size in spec.shape]}
        for name, spec in sorted(specs.items())
    }


def _png(image: NDArray[np.uint8]) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(image).save(stream, "PNG")
    return stream.getvalue()
