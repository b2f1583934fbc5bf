"""Requests that a server answers to itself before it is ready, and how it batches them.

Each is a ``PredictionLog``, the record that TensorFlow Serving reads from ``assets.extra/tf_serving_warmup_requests``
(https://github.com/tensorflow/serving/blob/2.19.1/tensorflow_serving/g3doc/saved_model_warmup.md). The few messages
around the tensor are written by hand: the package that has them, ``tensorflow-serving-api``, asks for ``tensorflow``,
which would lie over the files of ``tensorflow-cpu``. Numbers of fields are those of ``prediction_log.proto``,
``predict.proto`` and ``model.proto``, and a test holds the bytes against that package's.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import tensorflow as tf

from models.cifar10.data.records import SHAPE
from models.cifar10.export.served import ENCODED, IMAGE_BYTES, IMAGES, PIXELS

REQUESTS = "assets.extra/tf_serving_warmup_requests"
BATCHING = "batching_params.pbtxt"

BATCH_SIZES = (1, 4, 16, 64)
"""The sizes that batches are filled up to, so that every size which a server will meet is warm. A choice."""

BATCHING_TEXT = "".join(
    (
        "# Choices to tune from; every batch size is among the warm-up requests.\n",
        f"max_batch_size {{ value: {BATCH_SIZES[-1]} }}\n",
        "batch_timeout_micros { value: 1000 }\n",
        "num_batch_threads { value: 2 }\n",
        "max_enqueued_batches { value: 8 }\n",
        *(f"allowed_batch_sizes: {size}\n" for size in BATCH_SIZES),
    )
)
"""In the form that ``lepton_infra/platform/serving/fetch_model.sh`` allows."""

GREY = 127
GREY_PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAACAAAAAgCAIAAAD8GO2jAAAAKElEQVR42u3NQQEAAAQEMBS/6krw2wqsk9SnqWcCgUAgEAgEAoHgygKZ4wG9"
    "qjws0wAAAABJRU5ErkJggg=="
)
"""A picture of nothing but ``GREY``. Kept as bytes, for encoders differ from one machine to the next."""


def write(folder: Path, model: str) -> None:
    """Write requests of every allowed batch size to each signature of ``model``, and the batching parameters.

    Raises:
        OSError, tf.errors.OpError: if they cannot be written.
    """
    (folder / REQUESTS).parent.mkdir()
    with tf.io.TFRecordWriter(str(folder / REQUESTS)) as writer:
        for size in BATCH_SIZES:
            for signature, name, tensor in _inputs(size):
                writer.write(predict_log(model, signature, name, tensor))
    (folder / BATCHING).write_text(BATCHING_TEXT, encoding="utf-8")


def predict_log(model: str, signature: str, name: str, tensor: bytes) -> bytes:
    """A serialized ``PredictionLog`` of one request with one input, a serialized ``TensorProto``."""
    model_spec = _field(1, model.encode()) + _field(3, signature.encode())
    request = _field(1, model_spec) + _field(2, _field(1, name.encode()) + _field(2, tensor))
    return _field(6, _field(1, request))


def _inputs(size: int) -> Iterator[tuple[str, str, bytes]]:
    """Of each signature a batch. A tensor of one value needs no more room than that value."""
    pixels = tf.make_tensor_proto(GREY, dtype=tf.uint8, shape=(size, *SHAPE))
    encoded = tf.make_tensor_proto(GREY_PNG, dtype=tf.string, shape=(size,))
    for signature, name, tensor in ((PIXELS, IMAGES, pixels), (ENCODED, IMAGE_BYTES, encoded)):
        yield signature, name, tensor.SerializeToString(deterministic=True)


def _field(number: int, content: bytes) -> bytes:
    """A field of wire type 2: its key, the length of its content as a varint, its content."""
    length, size = len(content), bytearray()
    while length > 127:
        size.append(length & 127 | 128)
        length >>= 7
    return bytes([number << 3 | 2, *size, length]) + content
