"""Pictures of the data, held against the images that are in them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from models.cifar10 import pictures
from models.cifar10.data import CLASSES, Split
from models.tests.cifar10 import made
from models.tests.cifar10.made import TINY


@pytest.fixture
def rows(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The images that were drawn, in rows."""
    drawn: list[Any] = []
    draw = pictures._grid

    def grid(path: Path, rows: Any, names: Any) -> None:
        drawn.extend(rows)
        draw(path, rows, names)

    monkeypatch.setattr(pictures, "_grid", grid)
    return drawn


def labels(split: Split, row: Any) -> set[int]:
    """Of which classes the images of a row are."""
    return {int(split.labels[(split.images == image).all(axis=(1, 2, 3))][0]) for image in row}


def test_each_class_has_its_row(tmp_path: Path, rows: list[Any]) -> None:
    split = made.split(12, 1)
    pictures.samples(tmp_path / "samples.png", split)
    assert [len(row) for row in rows] == [10] * 10
    assert [labels(split, row) for row in rows] == [{label} for label in range(len(CLASSES))]
    assert all(len(np.unique(row, axis=0)) == 10 for row in rows)
    with Image.open(tmp_path / "samples.png") as picture:
        assert picture.size == (1000, 1000)


def test_few_images_make_short_rows(tmp_path: Path, rows: list[Any]) -> None:
    """Of unequal length: the last class has only one."""
    whole = made.split(3, 1)
    last = np.flatnonzero(whole.labels == 9)
    split = whole.take(np.array([index for index in range(len(whole)) if index not in last[1:]]))
    pictures.samples(tmp_path / "samples.png", split)
    assert [len(row) for row in rows] == [3] * 9 + [1]
    with Image.open(tmp_path / "samples.png") as picture:
        assert picture.size == (300, 1000)


def test_an_image_stands_before_its_nine_changes(tmp_path: Path, rows: list[Any]) -> None:
    split = made.split(2, 1)
    pictures.augmentations(tmp_path / "augmentations.png", split, TINY)
    assert [len(row) for row in rows] == [10] * 10
    for label, row in enumerate(rows):
        np.testing.assert_array_equal(row[0], split.images[np.flatnonzero(split.labels == label)[0]])
        assert all(not np.array_equal(row[0], changed) for changed in row[1:])


def test_without_augmentation_nothing_changes(tmp_path: Path, rows: list[Any]) -> None:
    config = replace(TINY, flip="none", shift=0, cutout=0)
    pictures.augmentations(tmp_path / "augmentations.png", made.split(1, 1), config)
    assert all(np.array_equal(row[0], changed) for row in rows for changed in row)


def test_the_same_is_drawn_each_time(tmp_path: Path) -> None:
    for name in ("first.png", "second.png"):
        pictures.augmentations(tmp_path / name, made.split(1, 1), TINY)
    assert (tmp_path / "first.png").read_bytes() == (tmp_path / "second.png").read_bytes()


def test_an_example_of_each_class_is_a_file_of_its_pixels(tmp_path: Path) -> None:
    split = made.split(2, 1)
    written = pictures.examples(tmp_path / "examples", split)
    assert [path.name for path in written] == [f"{name}.png" for name in CLASSES]
    for label, path in enumerate(written):
        with Image.open(path) as picture:
            np.testing.assert_array_equal(np.asarray(picture), split.images[np.flatnonzero(split.labels == label)[0]])
