"""Pictures of the training data as PNG: images of each class, and how augmentation changes them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.cifar10.augmentation import augmented
from models.cifar10.config import Config
from models.cifar10.data import CLASSES, Split
from models.whole_files import write_whole

COLUMNS = 10
CHANGES = 9


def samples(path: Path, split: Split, seed: int = 0) -> None:
    """A row for each class, of up to ten of its images."""
    generator = np.random.default_rng(seed)
    rows = []
    for label in range(len(CLASSES)):
        members = generator.permutation(np.flatnonzero(split.labels == label))[:COLUMNS]
        rows.append(split.images[members])
    _grid(path, rows, CLASSES)


def augmentations(path: Path, split: Split, config: Config) -> None:
    """A row for an image of each class: as it is, and in nine ways as training shows it."""
    firsts = [int(np.flatnonzero(split.labels == label)[0]) for label in range(len(CLASSES))]
    generator = np.random.default_rng(config.seed)
    rows = []
    for first in firsts:
        copies = np.repeat(split.images[first : first + 1], CHANGES, axis=0)
        turned = generator.random(CHANGES) < (0 if config.flip == "none" else 0.5)
        rows.append(np.concatenate([copies[:1], augmented(copies, turned, config, generator)]))
    _grid(path, rows, CLASSES)


def examples(folder: Path, split: Split) -> list[Path]:
    """The first image of each class as a file of its own, ``<class>.png`` in ``folder``, to try a network on."""
    from PIL import Image

    written = []
    for label, name in enumerate(CLASSES):
        image = Image.fromarray(split.images[np.flatnonzero(split.labels == label)[0]])
        path = folder / f"{name}.png"
        write_whole(path, partial(image.save, format="png"))
        written.append(path)
    return written


def _grid(path: Path, rows: Sequence[NDArray[np.uint8]], names: Sequence[str]) -> None:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    columns = max(len(row) for row in rows)
    figure = Figure(figsize=(columns, len(rows)), layout="constrained")
    FigureCanvasAgg(figure)
    for line, row, name in zip(figure.subplots(len(rows), columns, squeeze=False), rows, names, strict=True):
        for place, axes in enumerate(line):
            axes.set(xticks=[], yticks=[], frame_on=False)
            if place < len(row):
                axes.imshow(row[place], interpolation="nearest")
        line[0].set_ylabel(name, rotation=0, ha="right", va="center")
    write_whole(path, lambda stream: figure.savefig(stream, format="png", dpi=100))
