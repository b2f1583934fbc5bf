"""``Data``, the data set as arrays, and its validation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lepton_infra.errors import LeptonError

CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
"""By label, as in ``batches.meta`` of the original archive."""

SHAPE = (32, 32, 3)
TRAIN_PER_CLASS = 5_000
TEST_PER_CLASS = 1_000
"""Krizhevsky 2009, and the data set's page: https://www.cs.toronto.edu/~kriz/cifar.html"""


class DataInvalid(LeptonError):
    """The files are not CIFAR-10, or not all of it. The message says where and what to do."""


@dataclass(frozen=True, kw_only=True)
class Split:
    """Images ``uint8 [n, 32, 32, 3]`` (rows, columns, RGB) and their labels ``int64 [n]``, in a fixed order."""

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, indices: NDArray[np.int64]) -> Split:
        """The images at ``indices``, in that order."""
        return Split(images=self.images[indices], labels=self.labels[indices])


@dataclass(frozen=True, kw_only=True)
class Data:
    """The whole data set. ``digest`` is the SHA-256 (hex) of the archive or the files that it was read from."""

    train: Split
    test: Split
    digest: str

    def check(self, *, whole: bool) -> None:
        """Hold counts, shapes and classes against what CIFAR-10 is.

        Raises:
            DataInvalid: if something is missing, or of the wrong shape.
        """
        _check("training", self.train, TRAIN_PER_CLASS if whole else None)
        _check("test", self.test, TEST_PER_CLASS if whole else None)

    def held_out(self, per_class: int) -> tuple[Split, Split]:
        """The training images without ``per_class`` of each class, and those. The same ones each time.

        Which ones depends on the count and the order of the images only, never on an experiment's seed, so that
        experiments can be compared.

        Raises:
            DataInvalid: if a class would have no image left.
        """
        if per_class == 0:
            return self.train, self.test
        chosen = np.zeros(len(self.train), dtype=bool)
        generator = np.random.Generator(np.random.PCG64(per_class))
        for label, name in enumerate(CLASSES):
            members = np.flatnonzero(self.train.labels == label)
            if per_class >= len(members):
                raise DataInvalid(f"cannot hold out {per_class} images of {name!r}, of which there are {len(members)}")
            chosen[generator.permutation(members)[:per_class]] = True
        return self.train.take(np.flatnonzero(~chosen)), self.train.take(np.flatnonzero(chosen))


def _check(part: str, split: Split, per_class: int | None) -> None:
    if split.images.dtype != np.uint8 or split.images.shape != (len(split), *SHAPE):
        raise DataInvalid(
            f"the {part} images are {split.images.dtype} {split.images.shape}, not uint8 {(len(split), *SHAPE)}"
        )
    strange = sorted(set(np.unique(split.labels).tolist()) - set(range(len(CLASSES))))
    if strange:
        raise DataInvalid(f"the {part} images have the labels {strange}; labels go from 0 to {len(CLASSES) - 1}")
    for label, name in enumerate(CLASSES):
        count = int((split.labels == label).sum())
        if count == 0:
            raise DataInvalid(f"the {part} images have none of the class {name!r}; get the data set again")
        if per_class is not None and count != per_class:
            raise DataInvalid(
                f"the {part} images have {count:,} of the class {name!r}, CIFAR-10 has {per_class:,}; get the data set "
                "again, or allow a part of it (--part)"
            )
