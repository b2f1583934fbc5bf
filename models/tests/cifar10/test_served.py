"""What the signatures of an export take, give and refuse, and that they say what the network says."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from models.cifar10 import inference
from models.cifar10.data import CLASSES
from models.cifar10.evaluation import measures
from models.cifar10.export import ExportInvalid, saved
from models.cifar10.model import build
from models.cifar10.train import trained
from models.tests.cifar10 import made
from models.tests.cifar10.exported import Sample, encoded
from models.tests.cifar10.made import TINY

IMAGES = made.split(1, 3).images


def on_pixels(sample: Sample, images: Any) -> dict[str, Any]:
    answer = sample.signatures["serving_default"](images=tf.constant(images))
    return {name: tensor.numpy() for name, tensor in answer.items()}


def on_files(sample: Sample, *files: bytes) -> dict[str, Any]:
    answer = sample.signatures["serving_bytes"](image_bytes=tf.constant(files))
    return {name: tensor.numpy() for name, tensor in answer.items()}


def test_there_are_two_signatures(sample: Sample) -> None:
    assert sorted(sample.signatures) == ["serving_bytes", "serving_default"]


def test_it_says_what_evaluation_says(sample: Sample) -> None:
    """With mirror images, as ``accuracy`` of a result is measured."""
    network, _ = trained(sample.workdir)
    answer = on_pixels(sample, IMAGES)
    expected = inference.probabilities(network, IMAGES)
    np.testing.assert_allclose(answer["probabilities"], expected, atol=1e-6)
    plain = measures.probabilities(inference.logits(network, IMAGES).plain)
    assert np.abs(answer["probabilities"] - plain).max() > 1e-4
    assert answer["class_index"].tolist() == expected.argmax(axis=1).tolist()
    assert answer["classes"].tolist() == [CLASSES[index].encode() for index in answer["class_index"]]


def test_files_are_judged_as_their_pixels(sample: Sample) -> None:
    answer = on_files(sample, *(encoded(image, "PNG") for image in IMAGES))
    expected = on_pixels(sample, IMAGES)
    np.testing.assert_allclose(answer["probabilities"], expected["probabilities"], atol=1e-6)
    assert answer["classes"].tolist() == expected["classes"].tolist()


@pytest.mark.parametrize(
    ("kind", "mode", "options"),
    [
        ("JPEG", "RGB", {"quality": 95}),
        ("JPEG", "RGB", {"quality": 60, "progressive": True}),
        ("JPEG", "L", {}),
        ("PNG", "L", {}),
        ("PNG", "P", {}),
    ],
)
def test_a_file_is_decoded_as_pillow_decodes_it(sample: Sample, kind: str, mode: str, options: dict[str, Any]) -> None:
    """Which is what the network was trained on. Nothing but whole pixels: a class and its digits tell them apart."""
    files = [encoded(image, kind, mode, **options) for image in IMAGES]
    pixels = np.stack([np.asarray(Image.open(io.BytesIO(file)).convert("RGB")) for file in files])
    np.testing.assert_allclose(
        on_files(sample, *files)["probabilities"], on_pixels(sample, pixels)["probabilities"], atol=1e-6
    )


def test_transparency_is_dropped(sample: Sample) -> None:
    answer = on_files(sample, encoded(IMAGES[0], "PNG", "RGBA"))
    np.testing.assert_allclose(answer["probabilities"], on_pixels(sample, IMAGES[:1])["probabilities"], atol=1e-6)


BIG = np.zeros((64, 32, 3), np.uint8)


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (encoded(BIG, "PNG"), "a picture must be a JPEG or PNG file of 32x32 pixels"),
        (encoded(BIG, "JPEG"), "a picture must be a JPEG or PNG file of 32x32 pixels"),
        (encoded(IMAGES[0], "GIF"), "a picture must be a JPEG or PNG file of 32x32 pixels"),
        (b"", "a picture must be a JPEG or PNG file of 32x32 pixels"),
        (b"\xff\xd8\xff", "Invalid JPEG data"),
        (encoded(IMAGES[0], "PNG")[:200], "Invalid PNG data"),
    ],
)
def test_other_files_are_refused(sample: Sample, file: bytes, words: str) -> None:
    with pytest.raises(tf.errors.InvalidArgumentError, match=words):
        on_files(sample, encoded(IMAGES[0], "PNG"), file)


def test_the_size_is_read_before_the_pixels(sample: Sample) -> None:
    """A file of a few bytes that says it has 65,500 by 65,500 pixels takes up nobody's memory."""
    png = bytearray(encoded(IMAGES[0], "PNG"))
    png[16:24] = (65_500).to_bytes(4, "big") * 2
    jpeg = bytearray(encoded(IMAGES[0], "JPEG"))
    frame = jpeg.index(b"\xff\xc0")
    jpeg[frame + 5 : frame + 9] = (65_500).to_bytes(2, "big") * 2
    for file in (bytes(png), bytes(jpeg)):
        with pytest.raises(
            tf.errors.InvalidArgumentError, match="a picture must be a JPEG or PNG file of 32x32 pixels"
        ):
            on_files(sample, file)


@pytest.mark.parametrize("shape", [(2, 28, 28, 3), (2, 32, 32, 1), (32, 32, 3)])
def test_pixels_of_another_shape_are_refused(sample: Sample, shape: tuple[int, ...]) -> None:
    with pytest.raises((ValueError, TypeError, tf.errors.InvalidArgumentError), match="images"):
        on_pixels(sample, np.zeros(shape, np.uint8))


@pytest.mark.parametrize("shape", [(2, 28, 28, 3), (2, 32, 32, 1), (32, 32, 3)])
def test_a_server_that_looks_at_no_shape_is_refused_by_the_graph(sample: Sample, shape: tuple[int, ...]) -> None:
    """TensorFlow's Python checks shapes before the graph runs; a server gives the tensor to the graph."""
    v1 = tf.compat.v1
    with v1.Graph().as_default() as graph, v1.Session(graph=graph) as session:
        signature = v1.saved_model.load(session, ["serve"], str(sample.version.folder)).signature_def["serving_default"]
        given = graph.get_tensor_by_name(signature.inputs["images"].name)._as_tf_output()
        wanted = [graph.get_tensor_by_name(signature.outputs["classes"].name)._as_tf_output()]
        with pytest.raises(tf.errors.InvalidArgumentError, match=r"not compatible with expected shape \[\?,32,32,3\]"):
            session._call_tf_sessionrun(None, {given: np.zeros(shape, np.uint8)}, wanted, [], None)


def test_numbers_of_another_kind_are_refused(sample: Sample) -> None:
    with pytest.raises((ValueError, TypeError, tf.errors.InvalidArgumentError), match="uint8"):
        on_pixels(sample, np.zeros((1, 32, 32, 3), np.float32))


def test_an_export_of_another_network_is_found_out(sample: Sample) -> None:
    other = build(replace(TINY, seed=7))
    with pytest.raises(ExportInvalid, match=r"differs from the trained network by .* nothing is exported"):
        saved.disagreement(sample.signatures, other, IMAGES)
    network, _ = trained(sample.workdir)
    assert saved.disagreement(sample.signatures, network, IMAGES) < 1e-5
