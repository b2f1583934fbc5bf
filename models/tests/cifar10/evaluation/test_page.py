"""The page says what was measured, and nothing in it is taken for anything but text."""

from __future__ import annotations

import base64
import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from models.cifar10.config import Transfer
from models.cifar10.evaluation import drawing
from models.cifar10.evaluation.page import command, data_uri, document, matrix, percent, settings
from models.cifar10.evaluation.record import Bin, Evaluation
from models.cifar10.train import Result
from models.tests.cifar10 import made
from models.tests.cifar10.made import HISTORY, TINY


def test_the_headline_has_its_interval(page: str) -> None:
    """Of 40 images 28, by Wilson: (29.920729 ± 5.990) / 43.841459."""
    assert "<h1>tiny is right about 70.00% of the test images</h1>" in page
    assert "95 % confidence interval 54.57% to 81.93% (Wilson score), on 40 images" in page


def test_what_was_said_elsewhere_is_text(page: str) -> None:
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "A &lt;b&gt;fast&lt;/b&gt; one" in page


def test_a_run_without_mistakes_has_a_page(evaluation: Evaluation, result: Result) -> None:
    perfect = replace(evaluation, mistakes=(), confusion=tuple(tuple(row) for row in (np.eye(10, dtype=int) * 4)))
    page = document(perfect, TINY, result, HISTORY[:1], made.data().test)
    assert "<p>It made none.</p>" in page
    assert "<img" not in page


def test_pictures_are_in_the_page(page: str) -> None:
    assert page.count('<img src="data:image/png;base64,') == 12
    image = made.data().test.images[3]
    content = base64.b64decode(data_uri(image).removeprefix("data:image/png;base64,"))
    with Image.open(io.BytesIO(content)) as picture:
        np.testing.assert_array_equal(np.asarray(picture), image)


def test_mistakes_are_coloured_beside_each_other() -> None:
    """16 of 20 right is 0.8 of the row; 4 is the most mistakes, 1 is a quarter of that, its root a half."""
    rows = matrix(((16, 4), (1, 9)))
    assert [[(cell.images, cell.right, cell.strength) for cell in row] for row in rows] == [
        [(16, True, 0.8), (4, False, 1.0)],
        [(1, False, 0.5), (9, True, 0.9)],
    ]


def test_a_class_without_images_has_no_colour() -> None:
    assert [[cell.strength for cell in row] for row in matrix(((0, 0), (0, 5)))] == [[0, 0], [0, 1]]


@pytest.mark.parametrize(("share", "text"), [(None, "–"), (0.0, "0.0%"), (0.12345, "12.3%"), (1.0, "100.0%")])
def test_shares_as_text(share: float | None, text: str) -> None:
    assert percent(share) == text


def test_the_command_names_the_weights() -> None:
    backbone = replace(TINY, network=Transfer(application="MobileNetV2", weights=Path("w.h5")))
    assert list(command(TINY)) == ["python", "-m", "models.cifar10", "train", "tiny"]
    assert list(command(backbone))[4:] == ["tiny", "--weights", "w.h5"]


def test_settings_have_their_path() -> None:
    assert list(settings({"name": "a", "network": {"widths": (1, 2)}})) == [("name", "a"), ("network.widths", "(1, 2)")]


def test_a_bar_is_as_high_as_its_images_are_right() -> None:
    """The area is 244 high and 362 wide, from 56 and down to 256."""
    chart = drawing.reliability(
        [
            Bin(low=0.0, high=0.5, images=0, confidence=None, accuracy=None),
            Bin(low=0.5, high=1.0, images=8, confidence=0.75, accuracy=0.5),
        ]
    )
    (bar,) = chart.bars
    assert (bar.x, bar.y, bar.width, bar.height, bar.said) == (238, 134, 179, 122, 73)
    assert bar.text == "8 images said with 75.0%: 50.0% are right"


def test_curves_go_from_the_first_epoch_to_the_last() -> None:
    accuracy, loss = drawing.learning(HISTORY)
    training, measured = accuracy.lines
    assert [tick.text for tick in accuracy.x_ticks] == ["1", "2", "3"]
    assert [point.split(",")[0] for point in training.points.split()] == ["56", "237", "418"]
    assert len({point.split(",")[1] for point in measured.points.split()}) == 1
    assert accuracy.text == "Accuracy after 3 epochs: training 60.0%, measured 10.0%."
    assert loss.text == "Loss after 3 epochs: training 1.250, measured 1.350."


def test_one_epoch_is_in_the_middle() -> None:
    accuracy, _ = drawing.learning(HISTORY[:1])
    assert [(tick.place, tick.text) for tick in accuracy.x_ticks][len(accuracy.x_ticks) // 2] == (237, "1")
    assert accuracy.lines[0].end[0] == 237
