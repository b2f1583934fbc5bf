"""The network as a server has it: pixels or encoded pictures in, names of classes and probabilities out.

Run as a program, ``python -m models.cifar10.export.served WORKDIR FOLDER`` writes the SavedModel of a finished run.
TensorFlow numbers its functions through over a process, so that only a process which has done nothing else writes the
same bytes every time.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

# Said before TensorFlow loads: an export is TensorFlow's, whatever trained the network.
os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import tensorflow as tf
from tensorflow.core.protobuf import fingerprint_pb2

from lepton_infra.errors import LeptonError
from models.cifar10.data import CLASSES
from models.cifar10.data.records import SHAPE
from models.cifar10.train import trained

PIXELS = "serving_default"
"""Signature whose input ``images`` is ``uint8 [n, 32, 32, 3]``: TensorFlow Serving's own default."""
ENCODED = "serving_bytes"
"""Signature whose input ``image_bytes`` is ``string [n]``, each a whole JPEG or PNG file."""
IMAGES = "images"
IMAGE_BYTES = "image_bytes"
"""Its ending tells TensorFlow Serving's REST API that the strings are binary."""

_JPEG = b"\xff\xd8\xff"
_PNG = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR" + SHAPE[1].to_bytes(4, "big") + SHAPE[0].to_bytes(4, "big")
"""How a PNG of 32x32 pixels begins: signature, then length, name, width and height of its first chunk (PNG, third
edition, sections 5.2 and 11.2.1)."""


def write(network: keras.Model, folder: Path) -> None:
    """Write a SavedModel with both signatures to ``folder``, which must be empty.

    Holds weights and the way through the network, and nothing of its training.

    Raises:
        OSError, tf.errors.OpError: if it cannot be written.
    """
    module = tf.Module()
    # A list, and not the network: Keras would add how to build it again, in an order that varies.
    module.weights = [variable.value for variable in network.weights]
    tf.saved_model.save(module, str(folder), signatures=_signatures(network))
    # Empty, and a store of objects could not hold it.
    (folder / "assets").rmdir()
    _without_random_number(folder / "fingerprint.pb")


def _signatures(network: keras.Model) -> Mapping[str, Any]:
    names = tf.constant(CLASSES)

    def judged(images: tf.Tensor) -> dict[str, tf.Tensor]:
        # A server does not hold a request against the shape in the signature; this does.
        images = tf.ensure_shape(images, (None, *SHAPE))
        logits = network(tf.concat([images, tf.reverse(images, [2])], axis=0), training=False)
        seen, mirrored = tf.split(logits, 2)
        probabilities = tf.nn.softmax((seen + mirrored) / 2)
        index = tf.argmax(probabilities, axis=1)
        return {"classes": tf.gather(names, index), "class_index": index, "probabilities": probabilities}

    def judged_encoded(image_bytes: tf.Tensor) -> dict[str, tf.Tensor]:
        return judged(tf.map_fn(_decoded, image_bytes, fn_output_signature=tf.TensorSpec(SHAPE, tf.uint8)))

    return {
        PIXELS: _traced(judged, tf.TensorSpec((None, *SHAPE), tf.uint8, name=IMAGES)),
        ENCODED: _traced(judged_encoded, tf.TensorSpec((None,), tf.string, name=IMAGE_BYTES)),
    }


def _traced(function: Any, spec: tf.TensorSpec) -> Any:
    return tf.function(function, input_signature=[spec], autograph=False).get_concrete_function()


def _decoded(content: tf.Tensor) -> tf.Tensor:
    """``uint8 [32, 32, 3]`` of a file. Its size is read before its pixels, so that none takes up a server's memory."""
    start = tf.strings.substr(tf.strings.join([content, b"\x00" * len(_PNG)]), 0, len(_PNG))
    png = tf.equal(start, _PNG)
    jpeg = tf.equal(tf.strings.substr(start, 0, len(_JPEG)), _JPEG)

    def from_jpeg() -> tf.Tensor:
        fits = tf.reduce_all(tf.equal(tf.image.extract_jpeg_shape(content)[:2], SHAPE[:2]))
        with tf.control_dependencies([_required(fits)]):
            # As Pillow decodes what was trained on; TensorFlow's own choice is faster and less exact.
            return tf.io.decode_jpeg(content, channels=SHAPE[2], dct_method="INTEGER_ACCURATE")

    with tf.control_dependencies([_required(tf.logical_or(png, jpeg))]):
        pixels = tf.cond(png, lambda: tf.io.decode_png(content, channels=SHAPE[2]), from_jpeg)
    return tf.ensure_shape(pixels, SHAPE)


def _required(fits: tf.Tensor) -> tf.Operation:
    return tf.Assert(fits, [f"a picture must be a JPEG or PNG file of {SHAPE[1]}x{SHAPE[0]} pixels"])


def _without_random_number(path: Path) -> None:
    fingerprint = fingerprint_pb2.FingerprintDef.FromString(path.read_bytes())
    fingerprint.ClearField("uuid")
    path.write_bytes(fingerprint.SerializeToString(deterministic=True))


def main(workdir: str, folder: str) -> None:
    """Write the run in ``workdir``; what goes wrong is one sentence on standard error."""
    try:
        write(trained(Path(workdir))[0], Path(folder))
    except (LeptonError, OSError, tf.errors.OpError) as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    main(*sys.argv[1:])
