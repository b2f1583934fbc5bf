"""The data set in both its forms, made in small."""

from __future__ import annotations

import pickle
import tarfile
from pathlib import Path

import numpy as np
from PIL import Image

from models.cifar10.data import CLASSES
from models.tests.cifar10 import made

PER_CLASS = {"train": 5, "test": 2}


def batches(folder: Path) -> Path:
    """The original form: five batches and a test batch of pickled rows, all red first."""
    data = made.data(PER_CLASS["train"], PER_CLASS["test"])
    home = folder / "cifar-10-batches-py"
    home.mkdir(parents=True)
    parts = {f"data_batch_{n + 1}": data.train.take(np.arange(n, len(data.train), 5)) for n in range(5)}
    for name, split in {**parts, "test_batch": data.test}.items():
        rows = split.images.transpose(0, 3, 1, 2).reshape(len(split), -1)
        content = {b"batch_label": name.encode(), b"labels": split.labels.tolist(), b"data": rows, b"filenames": []}
        (home / name).write_bytes(pickle.dumps(content, protocol=2))
    (home / "batches.meta").write_bytes(pickle.dumps({b"label_names": [name.encode() for name in CLASSES]}))
    return home


def pictures(folder: Path) -> Path:
    """A folder for each class. PNG here, so that pixels can be compared."""
    for part, per_class in PER_CLASS.items():
        split = made.split(per_class, seed=len(part))
        for number, (image, label) in enumerate(zip(split.images, split.labels, strict=True)):
            path = folder / part / CLASSES[label] / f"{number:04}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(image).save(path)
    return folder


def packed(folder: Path, suffix: str = "") -> Path:
    archive = folder.with_name(f"{folder.name}.tar.{suffix}".rstrip("."))
    with tarfile.open(archive, f"w:{suffix}") as stream:  # type: ignore[call-overload]
        stream.add(folder, folder.name)
    return archive
