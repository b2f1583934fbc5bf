"""A data set that is made rather than read: a few images of each class, which a network can learn to tell apart."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.cifar10.config import Config, Residual
from models.cifar10.data import CLASSES, Data, Split
from models.cifar10.history import History

TINY = Config(
    name="tiny",
    network=Residual(widths=(8, 8, 8)),
    epochs=3,
    batch_size=20,
    peak_rate=0.1,
    averaging=0.8,
    shift=2,
    cutout=4,
)
"""Seconds on any machine."""

HISTORY: History = [
    {"epoch": epoch, "loss": 2 - epoch / 4, "accuracy": 0.2 * epoch, "val_loss": 2.1 - epoch / 4, "val_accuracy": 0.1}
    for epoch in (1.0, 2.0, 3.0)
]


def split(per_class: int, seed: int) -> Split:
    """Noise around a colour of each class's own, in no order of classes."""
    generator = np.random.default_rng(seed)
    colours = np.random.default_rng(0).integers(40, 216, (len(CLASSES), 1, 1, 3))
    labels = generator.permutation(np.repeat(np.arange(len(CLASSES), dtype=np.int64), per_class))
    noise = generator.integers(-40, 40, (len(labels), 32, 32, 3))
    images: NDArray[np.uint8] = (colours[labels] + noise).astype(np.uint8)
    return Split(images=images, labels=labels)


def data(train: int = 10, test: int = 4) -> Data:
    """So many images of each class."""
    return Data(train=split(train, 1), test=split(test, 2), digest=f"made-{train}-{test}")
