"""Warm-up requests are records that TensorFlow Serving reads, each signature takes them, in the sizes of batches."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import tensorflow as tf
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from tensorflow.core.framework import tensor_pb2

from models.cifar10.export import warmup
from models.tests.cifar10.exported import Sample

BYTES, STRING, MESSAGE = 12, 9, 11


def prediction_log() -> Any:
    """The messages by their published numbers, for a reader that has nothing of the writer."""
    file = descriptor_pb2.FileDescriptorProto(name="log.proto", package="log", syntax="proto3")

    def message(name: str, *fields: tuple[str, int, int, str]) -> None:
        added = file.message_type.add(name=name)
        for field, number, kind, of in fields:
            typed = {"type_name": f".log.{of}"} if of else {}
            added.field.add(name=field, number=number, type=kind, label=1, **typed)

    message("PredictionLog", ("predict_log", 6, MESSAGE, "PredictLog"))
    message("PredictLog", ("request", 1, MESSAGE, "PredictRequest"))
    message("PredictRequest", ("model_spec", 1, MESSAGE, "ModelSpec"), ("inputs", 2, MESSAGE, "Input"))
    message("ModelSpec", ("name", 1, STRING, ""), ("signature_name", 3, STRING, ""))
    message("Input", ("key", 1, STRING, ""), ("value", 2, BYTES, ""))
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("log.PredictionLog"))


def test_a_record_is_that_of_the_published_package() -> None:
    """The bytes that tensorflow-serving-api 2.21.0 makes of the same request."""
    tensor = tf.make_tensor_proto(b"x" * 130, dtype=tf.string, shape=(2,)).SerializeToString(deterministic=True)
    assert warmup.predict_log("cifar10", "serving_bytes", "image_bytes", tensor) == (
        b"2\xbd\x01\n\xba\x01\n\x18\n\x07cifar10\x1a\rserving_bytes\x12\x9d\x01\n\x0bimage_bytes\x12\x8d\x01"
        b"\x08\x07\x12\x04\x12\x02\x08\x02B\x82\x01" + b"x" * 130
    )


def test_each_signature_takes_its_requests_in_every_size_of_a_batch(sample: Sample) -> None:
    log = prediction_log()
    seen = []
    for record in tf.data.TFRecordDataset(str(sample.version.folder / "assets.extra" / "tf_serving_warmup_requests")):
        request = log.FromString(record.numpy()).predict_log.request
        assert request.model_spec.name == "cifar10"
        tensor = tf.make_ndarray(tensor_pb2.TensorProto.FromString(request.inputs.value))
        answer = sample.signatures[request.model_spec.signature_name](**{request.inputs.key: tf.constant(tensor)})
        assert answer["probabilities"].shape == (len(tensor), 10)
        seen.append((request.model_spec.signature_name, len(tensor)))
    assert seen == [(name, size) for size in (1, 4, 16, 64) for name in ("serving_default", "serving_bytes")]


def test_batches_are_filled_up_to_the_sizes_that_are_warm(sample: Sample) -> None:
    text = (sample.version.folder / "batching_params.pbtxt").read_text()
    assert [int(size) for size in re.findall(r"^allowed_batch_sizes: (\d+)$", text, re.MULTILINE)] == [1, 4, 16, 64]
    assert "max_batch_size { value: 64 }\n" in text


def test_the_picture_is_grey() -> None:
    pixels = tf.io.decode_png(warmup.GREY_PNG).numpy()
    np.testing.assert_array_equal(pixels, np.full((32, 32, 3), 127, np.uint8))
