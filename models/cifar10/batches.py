"""The training images in batches. Batch number ``n`` of a run is a pure function of data, experiment and ``n``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from models.cifar10.augmentation import augmented, mirrored
from models.cifar10.config import Config, ConfigInvalid
from models.cifar10.data import CLASSES, Split

Batch: TypeAlias = tuple[NDArray[np.uint8], NDArray[np.float32]]
"""Images ``uint8 [n, 32, 32, 3]`` and labels ``float32 [n, 10]``, 1 for the class and 0 for the others."""


@dataclass(frozen=True)
class Batches:
    """The endless sequence of a run's batches. An epoch drops what does not fill a batch, other images each time."""

    split: Split
    config: Config

    def __post_init__(self) -> None:
        if self.config.batch_size > len(self.split):
            raise ConfigInvalid(
                f"{self.config.name}: batch_size is {self.config.batch_size}; there are {len(self.split)} images to "
                "train on"
            )

    @property
    def per_epoch(self) -> int:
        return len(self.split) // self.config.batch_size

    def batch(self, number: int) -> Batch:
        """Batch ``number`` of the run, counted from 0 over all epochs."""
        epoch, place = divmod(number, self.per_epoch)
        order, turned = _drawn(epoch, len(self.split), self.config)
        chosen = order[place * self.config.batch_size :][: self.config.batch_size]
        generator = np.random.default_rng([self.config.seed, number, 2])
        images = augmented(self.split.images[chosen], turned[chosen], self.config, generator)
        return images, one_hot(self.split.labels[chosen])

    def beginning(self, number: int) -> Iterator[Batch]:
        """All batches from ``number`` on, without end."""
        while True:
            yield self.batch(number)
            number += 1


@lru_cache(maxsize=2)
def _drawn(epoch: int, count: int, config: Config) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Order and mirroring of an epoch, kept while it is under way."""
    order = np.random.default_rng([config.seed, epoch, 0]).permutation(count)
    return order, mirrored(epoch, count, config)


def one_hot(labels: NDArray[np.int64]) -> NDArray[np.float32]:
    """Labels ``float32 [n, 10]``."""
    return np.eye(len(CLASSES), dtype=np.float32)[labels]
