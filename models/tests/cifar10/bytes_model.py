"""A SavedModel of seconds that takes whole files: pictures of 8x8 pixels, told apart by how light they are."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import tensorflow as tf
from PIL import Image

from lepton_infra.delivery import manifest

SIDE = 8


def write(folder: Path) -> str:
    """Write it, with its manifest; its digest."""
    module = tf.Module()
    module.names = tf.constant(["dark", "light"])

    def decoded(content: tf.Tensor) -> tf.Tensor:
        pixels = tf.io.decode_image(content, channels=3, expand_animations=False)
        shape = tf.shape(pixels)
        with tf.control_dependencies([tf.debugging.assert_equal(shape, [SIDE, SIDE, 3])]):
            return tf.reduce_mean(tf.cast(pixels, tf.float32)) / 255.0

    def of_files(image_bytes: tf.Tensor) -> dict[str, tf.Tensor]:
        light = tf.map_fn(decoded, image_bytes, fn_output_signature=tf.float32)
        probabilities = tf.stack([1.0 - light, light], axis=1)
        return {"classes": tf.gather(module.names, tf.argmax(probabilities, axis=1)), "probabilities": probabilities}

    def of_pixels(images: tf.Tensor) -> dict[str, tf.Tensor]:
        return {"probabilities": tf.reduce_mean(tf.cast(images, tf.float32), axis=[1, 2, 3])}

    signatures = {
        "serving_default": tf.function(
            of_pixels, input_signature=[tf.TensorSpec([None, SIDE, SIDE, 3], tf.uint8, name="images")]
        ),
        "serving_bytes": tf.function(of_files, input_signature=[tf.TensorSpec([None], tf.string, name="image_bytes")]),
    }
    tf.saved_model.save(module, str(folder), signatures=signatures)
    return manifest.write(folder)


def picture(light: int, kind: str = "PNG", side: int = SIDE) -> bytes:
    """A picture of one grey, from 0 to 255."""
    stream = io.BytesIO()
    Image.fromarray(np.full((side, side, 3), light, np.uint8)).save(stream, kind)
    return stream.getvalue()
