"""Augmentation against what it says it does, image by image."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.cifar10.augmentation import augmented, mirrored
from models.cifar10.batches import Batches, one_hot
from models.cifar10.config import ConfigInvalid
from models.tests.cifar10 import made
from models.tests.cifar10.made import TINY

PLAIN = replace(TINY, shift=0, cutout=0)
IMAGES = made.split(3, 5).images
NONE = np.zeros(len(IMAGES), dtype=bool)


def drawn(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_without_augmentation_nothing_changes() -> None:
    assert np.array_equal(augmented(IMAGES, NONE, PLAIN, drawn()), IMAGES)


def test_only_the_named_images_are_mirrored() -> None:
    named = np.arange(len(IMAGES)) % 3 == 0
    changed = augmented(IMAGES, named, PLAIN, drawn())
    assert np.array_equal(changed[named], IMAGES[named][:, :, ::-1])
    assert np.array_equal(changed[~named], IMAGES[~named])


@given(shift=st.integers(1, 31), seed=st.integers(0, 1000))
def test_a_shifted_image_is_a_window_of_the_reflected_one(shift: int, seed: int) -> None:
    padded = np.pad(IMAGES, ((0, 0), (shift, shift), (shift, shift), (0, 0)), mode="reflect")
    places = 2 * shift + 1
    for image, original in zip(augmented(IMAGES, NONE, replace(PLAIN, shift=shift), drawn(seed)), padded, strict=True):
        windows = (original[y : y + 32, x : x + 32] for y in range(places) for x in range(places))
        assert any(np.array_equal(image, window) for window in windows)


def test_all_shifts_occur() -> None:
    image = np.zeros((1, 32, 32, 3), dtype=np.uint8)
    image[0, 16, 16] = 255
    many = np.repeat(image, 400, axis=0)
    changed = augmented(many, np.zeros(400, dtype=bool), replace(PLAIN, shift=2), drawn())
    rows, columns = np.unravel_index(changed[..., 0].reshape(400, -1).argmax(axis=1), (32, 32))
    assert set(zip(rows.tolist(), columns.tolist(), strict=True)) == {
        (y, x) for y in range(14, 19) for x in range(14, 19)
    }


@given(side=st.integers(1, 31), seed=st.integers(0, 1000))
def test_cutout_blanks_one_whole_square(side: int, seed: int) -> None:
    white = np.full((5, 32, 32, 3), 255, dtype=np.uint8)
    changed = augmented(white, np.zeros(5, dtype=bool), replace(PLAIN, cutout=side), drawn(seed))
    for image in changed:
        rows, columns = np.nonzero((image != 255).any(axis=-1))
        assert len(rows) == side * side
        assert (np.ptp(rows) + 1, np.ptp(columns) + 1) == (side, side)


def test_alternating_shows_each_image_both_ways_in_two_epochs() -> None:
    first, second, third = (mirrored(epoch, 1000, replace(TINY, flip="alternating")) for epoch in range(3))
    assert np.array_equal(first, ~second)
    assert np.array_equal(first, third)
    assert 400 < first.sum() < 600


def test_random_draws_anew_in_each_epoch() -> None:
    first, second = (mirrored(epoch, 1000, replace(TINY, flip="random")) for epoch in range(2))
    assert 400 < (first == second).sum() < 600
    assert not mirrored(0, 1000, replace(TINY, flip="none")).any()


def test_a_batch_depends_on_its_number_alone() -> None:
    split = made.data().train
    one_way = Batches(split, TINY)
    numbers = [7, 0, 12, 7]
    for number in numbers:
        images, labels = one_way.batch(number)
        again, same = Batches(split, TINY).batch(number)
        assert np.array_equal(images, again)
        assert np.array_equal(labels, same)
    stream = one_way.beginning(7)
    assert np.array_equal(next(stream)[0], one_way.batch(7)[0])
    assert np.array_equal(next(stream)[0], one_way.batch(8)[0])


def test_an_epoch_shows_no_image_twice_and_another_order_than_the_last() -> None:
    plain = replace(PLAIN, flip="none", batch_size=30)
    batches = Batches(made.data().train, plain)
    assert batches.per_epoch == 3
    epochs = [[image.tobytes() for n in range(3) for image in batches.batch(3 * epoch + n)[0]] for epoch in range(2)]
    assert len(set(epochs[0])) == len(set(epochs[1])) == 90
    assert epochs[0] != epochs[1]


def test_images_keep_their_labels() -> None:
    plain = replace(PLAIN, flip="none")
    split = made.data().train
    known = {image.tobytes(): label for image, label in zip(split.images, split.labels, strict=True)}
    images, labels = Batches(split, plain).batch(3)
    assert labels.sum(axis=1).tolist() == [1.0] * len(images)
    assert [known[image.tobytes()] for image in images] == labels.argmax(axis=1).tolist()


def test_another_seed_gives_other_batches() -> None:
    split = made.data().train
    assert not np.array_equal(Batches(split, TINY).batch(0)[0], Batches(split, replace(TINY, seed=1)).batch(0)[0])


def test_fewer_images_than_a_batch_are_refused() -> None:
    with pytest.raises(ConfigInvalid, match="batch_size is 101; there are 100 images to train on"):
        Batches(made.data().train, replace(TINY, batch_size=101))


def test_one_hot_is_of_ten_classes() -> None:
    assert one_hot(np.array([0, 9])).tolist() == [[1.0] + [0.0] * 9, [0.0] * 9 + [1.0]]
