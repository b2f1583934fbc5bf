"""Figures worked out by hand."""

from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from models.cifar10.data import CLASSES
from models.cifar10.evaluation import measures
from models.cifar10.evaluation.record import EvaluationInvalid

Labels: TypeAlias = "NDArray[np.int64]"
Chances: TypeAlias = "NDArray[np.float64]"


def chances(*said: tuple[int, float]) -> Chances:
    """A row for each pair of a class and its probability; the other classes share the rest alike."""
    rows: Chances = np.array([[(1 - sure) / 9] * 10 for _, sure in said])
    for row, (label, sure) in zip(rows, said, strict=True):
        row[label] = sure
    return rows


@st.composite
def seen(draw: st.DrawFn) -> tuple[Labels, Chances]:
    """Labels of some images and what a network might say of them."""
    count = draw(st.integers(1, 40))
    generator = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    logits = generator.normal(size=(count, 10)) * draw(st.sampled_from([0.1, 1.0, 10.0]))
    return generator.integers(0, 10, count), measures.probabilities(logits.astype(np.float32))


def test_the_interval_of_wilson() -> None:
    """z = 1.959964, z^2 = 3.841459. Of 81 in 263: the middle (81 + z^2 / 2) / (263 + z^2) is 0.310750, the half width
    z sqrt(81 * 182 / 263 + z^2 / 4) / (263 + z^2) is 0.055460."""
    found = measures.share(81, 263)
    assert found.value == 81 / 263
    assert (found.low, found.high) == pytest.approx((0.255289, 0.366210), abs=2e-6)


def test_the_interval_where_none_or_all_are_right() -> None:
    """Then it ends at z^2 / (n + z^2), which is 3.841459 / 13.841459 of ten images."""
    none, every = measures.share(0, 10), measures.share(10, 10)
    assert (none.value, none.low) == (0, 0)
    assert none.high == pytest.approx(0.277533, abs=1e-6)
    assert (every.value, every.high) == (1, 1)
    assert every.low == pytest.approx(0.722467, abs=1e-6)


@given(st.integers(1, 10_000), st.data())
def test_the_interval_holds_the_share(images: int, data: st.DataObject) -> None:
    right = data.draw(st.integers(0, images))
    found, other = measures.share(right, images), measures.share(images - right, images)
    assert 0 <= found.low <= found.value <= found.high <= 1
    assert found.low < found.high
    assert (other.low, other.high) == pytest.approx((1 - found.high, 1 - found.low))


def test_confusion_by_hand() -> None:
    labels = np.array([0, 0, 0, 1, 1, 9])
    said = np.array([0, 0, 1, 1, 9, 9])
    found = measures.confusion(labels, said)
    assert found[0] == (2, 1, 0, 0, 0, 0, 0, 0, 0, 0)
    assert found[1] == (0, 1, 0, 0, 0, 0, 0, 0, 0, 1)
    assert found[9] == (0, 0, 0, 0, 0, 0, 0, 0, 0, 1)
    assert [sum(row) for row in found] == [3, 2, 0, 0, 0, 0, 0, 0, 0, 1]


def test_classes_by_hand() -> None:
    """Of three airplanes two are found, and nothing else is taken for one: precision 1, recall 2/3, F1 4/5."""
    found = measures.by_class(np.array([0, 0, 0, 1, 1, 9]), np.array([0, 0, 1, 1, 9, 9]))
    plane, car, truck = found[0], found[1], found[9]
    assert [each.name for each in found] == list(CLASSES)
    assert (plane.images, plane.said, plane.right) == (3, 2, 2)
    assert (plane.precision, plane.recall, plane.f1) == pytest.approx((1, 2 / 3, 4 / 5))
    assert (car.precision, car.recall, car.f1) == pytest.approx((1 / 2, 1 / 2, 1 / 2))
    assert (truck.precision, truck.recall, truck.f1) == pytest.approx((1 / 2, 1, 2 / 3))


def test_a_class_that_is_never_said_has_no_precision() -> None:
    found = measures.by_class(np.array([2, 3]), np.array([3, 3]))
    assert (found[2].precision, found[2].recall, found[2].f1) == (None, 0, 0)
    assert (found[5].precision, found[5].recall, found[5].f1) == (None, None, None)


def test_among_the_first() -> None:
    """The label is most probable once, second once and last once."""
    labels = np.array([0, 1, 2])
    said = np.array([[10, 9, 8, 7, 6, 5, 4, 3, 2, 1], [10, 9, 8, 7, 6, 5, 4, 3, 2, 1], [9, 8, 0, 7, 6, 5, 4, 3, 2, 1]])
    shares = said / said.sum(axis=1, keepdims=True)
    assert [measures.top(labels, shares, count).value for count in (1, 2, 9)] == [1 / 3, 2 / 3, 2 / 3]


def test_confidence_that_is_deserved() -> None:
    """Of five images said with 80 %, four are right; of ten said with 30 %, three are."""
    said = chances(*[(0, 0.8)] * 5, *[(1, 0.3)] * 10)
    found = measures.calibration(np.array([0, 0, 0, 0, 5] + [1, 1, 1] + [2] * 7), said)
    assert found.expected_error == pytest.approx(0, abs=1e-12)
    full = [each for each in found.bins if each.images]
    assert [(each.images, each.accuracy) for each in full] == [(10, 0.3), (5, 0.8)]
    assert [each.confidence for each in full] == pytest.approx([0.3, 0.8])


def test_overconfidence() -> None:
    """Of four images said with 90 % two are right, of one said with 50 % none: (4 * 0.4 + 1 * 0.5) / 5 = 0.42."""
    said = chances(*[(3, 0.9)] * 4, (4, 0.5))
    found = measures.calibration(np.array([3, 3, 0, 0, 0]), said)
    assert found.expected_error == pytest.approx(0.42)


def test_distances_to_the_truth_by_hand() -> None:
    """Said with 0.7, which leaves 0.3 / 9 for each other class: once right, once not.

    Brier: 0.3^2 + 9 (0.3 / 9)^2 = 0.1, and 0.7^2 + (1 - 0.3 / 9)^2 + 8 (0.3 / 9)^2 = 1.433333.
    """
    found = measures.calibration(np.array([6, 0]), chances((6, 0.7), (6, 0.7)))
    assert found.brier == pytest.approx((0.1 + 1.433333) / 2, abs=1e-6)
    assert found.log_loss == pytest.approx((-math.log(0.7) - math.log(0.3 / 9)) / 2)


def test_bins_are_fifteen_of_equal_width_and_an_edge_is_of_the_lower_one() -> None:
    found = measures.calibration(np.array([0, 0, 0]), chances((0, 0.6), (0, 0.6000001), (0, 1.0)))
    assert len(found.bins) == 15
    assert [round(each.high - each.low, 9) for each in found.bins] == [round(1 / 15, 9)] * 15
    assert {place: each.images for place, each in enumerate(found.bins) if each.images} == {8: 1, 9: 1, 14: 1}


@given(seen())
def test_calibration_stays_within_its_bounds(given_: tuple[Labels, Chances]) -> None:
    labels, said = given_
    found = measures.calibration(labels, said)
    assert sum(each.images for each in found.bins) == len(labels)
    assert 0 <= found.expected_error <= 1
    assert 0 <= found.brier <= 2
    assert found.log_loss >= 0
    assert all(each.low <= each.confidence <= each.high for each in found.bins if each.confidence is not None)


@given(seen())
def test_all_counts_agree(given_: tuple[Labels, Chances]) -> None:
    labels, said = given_
    guesses = said.argmax(axis=1)
    counts = measures.confusion(labels, guesses)
    right = sum(counts[label][label] for label in range(10))
    assert sum(map(sum, counts)) == len(labels)
    assert measures.accuracy(labels, guesses) == measures.top(labels, said, 1) == measures.share(right, len(labels))
    assert sum(each.right for each in measures.by_class(labels, guesses)) == right
    assert len(measures.mistakes(labels, said, 1000)) == len(labels) - right


def test_the_most_confident_mistakes_come_first() -> None:
    said = chances((5, 0.6), (3, 0.9), (3, 0.99), (5, 0.7))
    found = measures.mistakes(np.array([3, 5, 3, 4]), said, 2)
    assert [(each.index, each.true, each.said, each.probability) for each in found] == [
        (1, "dog", "cat", 0.9),
        (3, "deer", "dog", 0.7),
    ]


def test_where_nothing_is_wrong_there_are_no_mistakes() -> None:
    assert measures.mistakes(np.array([3]), chances((3, 0.9)), 5) == ()


def test_probabilities_by_hand() -> None:
    logits = np.array([[math.log(3), 0, *[-1000] * 8]], dtype=np.float32)
    np.testing.assert_allclose(measures.probabilities(logits), [[0.75, 0.25, *[0] * 8]], atol=1e-7)


@pytest.mark.parametrize("strange", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_refused(strange: float) -> None:
    logits = np.zeros((3, 10), dtype=np.float32)
    logits[1, 4] = strange
    with pytest.raises(EvaluationInvalid, match="no finite number of 1 of 3 images, the first of them image 1; "):
        measures.probabilities(logits)


NONE = np.empty(0, dtype=np.int64)
NO_CHANCES = np.empty((0, 10))


@pytest.mark.parametrize(
    "measure",
    [
        lambda: measures.share(0, 0),
        lambda: measures.accuracy(NONE, NONE),
        lambda: measures.top(NONE, NO_CHANCES, 2),
        lambda: measures.confusion(NONE, NONE),
        lambda: measures.by_class(NONE, NONE),
        lambda: measures.calibration(NONE, NO_CHANCES),
        lambda: measures.mistakes(NONE, NO_CHANCES, 3),
    ],
    ids=["share", "accuracy", "top", "confusion", "by class", "calibration", "mistakes"],
)
def test_nothing_is_said_of_no_images(measure: object) -> None:
    assert callable(measure)
    with pytest.raises(EvaluationInvalid, match="there are no images to evaluate on"):
        measure()
