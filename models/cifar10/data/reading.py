"""From files to arrays: the batches of the original archive, or pictures in a folder for each class."""

from __future__ import annotations

import io
import pickle
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from models.cifar10.data.records import CLASSES, SHAPE, Data, DataInvalid, Split
from models.cifar10.data.sources import BATCH, PICTURE, members

_Images: TypeAlias = NDArray[np.uint8]


def read(path: Path, digest: str) -> Data:
    """Read all of ``path``; what it must hold is checked by the caller (``Data.check``).

    Images keep the order of the batches or, of pictures, that of their names, whatever order an archive has them in.

    Raises:
        DataInvalid: if a file is not what its name says, or if there are no images at all.
    """
    found: dict[str, list[tuple[str, _Images, list[int]]]] = {"train": [], "test": []}
    for name, content in members(path):
        if batch := BATCH.fullmatch(name):
            part = "test" if batch["part"] == "test_batch" else "train"
            found[part].append((batch["part"], *_batch(f"{path}: {name}", content)))
        elif picture := PICTURE.fullmatch(name):
            if picture["name"] not in CLASSES:
                raise DataInvalid(
                    f"{path}: {name}: there is no class {picture['name']!r}; the classes are {', '.join(CLASSES)}"
                )
            image = _picture(f"{path}: {name}", content)
            found[picture["part"].lower()].append((name, image, [CLASSES.index(picture["name"])]))
    for part, pieces in found.items():
        if not pieces:
            raise DataInvalid(
                f"{path} has no {part} images: neither the batches of the original archive nor pictures in "
                f"{part}/<class>/; name the archive or the folder that holds both train and test"
            )
    return Data(train=_joined(found["train"]), test=_joined(found["test"]), digest=digest)


def _joined(pieces: Iterable[tuple[str, _Images, list[int]]]) -> Split:
    ordered = sorted(pieces, key=lambda piece: piece[0])
    return Split(
        images=np.concatenate([images for _, images, _ in ordered]),
        labels=np.array([label for _, _, labels in ordered for label in labels], dtype=np.int64),
    )


def _batch(name: str, content: bytes) -> tuple[_Images, list[int]]:
    """Images of a batch of the original archive: rows of 3,072 bytes, all red, then all green, then all blue."""
    try:
        with warnings.catch_warnings():
            # NumPy warns of the way in which pickles of its old versions name an alignment.
            warnings.simplefilter("ignore")
            batch = _ArraysOnly(io.BytesIO(content), encoding="bytes").load()
        rows, labels = batch[b"data"], [int(label) for label in batch[b"labels"]]
    except (pickle.UnpicklingError, EOFError, KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise DataInvalid(f"{name} is no batch of CIFAR-10 ({type(error).__name__}: {error}); get it again") from None
    if not isinstance(rows, np.ndarray) or rows.dtype != np.uint8 or rows.shape != (len(labels), int(np.prod(SHAPE))):
        shape = f"{rows.dtype} {rows.shape}" if isinstance(rows, np.ndarray) else type(rows).__name__
        raise DataInvalid(f"{name} holds {shape} for {len(labels)} labels, not uint8 {(len(labels), 3072)}")
    return np.ascontiguousarray(rows.reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)), labels


class _ArraysOnly(pickle.Unpickler):
    """Loads arrays and nothing else: a pickle can otherwise run any program."""

    _ALLOWED = frozenset(
        {
            ("numpy.core.multiarray", "_reconstruct"),
            ("numpy._core.multiarray", "_reconstruct"),
            ("numpy._core.numeric", "_frombuffer"),
            ("numpy", "ndarray"),
            ("numpy", "dtype"),
            ("_codecs", "encode"),
        }
    )

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in self._ALLOWED:
            raise pickle.UnpicklingError(f"it refers to {module}.{name}, which is no array")
        return super().find_class(module.replace("numpy.core", "numpy._core"), name)


def _picture(name: str, content: bytes) -> _Images:
    try:
        with Image.open(io.BytesIO(content)) as image:
            if (image.height, image.width) != SHAPE[:2] or image.mode != "RGB":
                raise DataInvalid(
                    f"{name} is {image.width}x{image.height} {image.mode}; pictures of CIFAR-10 are 32x32 RGB"
                )
            pixels: _Images = np.asarray(image, dtype=np.uint8)
            return pixels[np.newaxis]
    except (UnidentifiedImageError, OSError) as error:
        raise DataInvalid(f"{name} is no picture ({error}); get it again") from None
