"""Reader of the data set's files: the batches of the original archive, or pictures in a folder for each class."""

from __future__ import annotations

import io
import pickle
import warnings
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from models.cifar10.data.records import CLASSES, SHAPE, Data, DataInvalid, Split
from models.cifar10.data.sources import BATCH, META, PICTURE, members

_Images: TypeAlias = NDArray[np.uint8]
_Labels: TypeAlias = NDArray[np.int64]
_Pieces: TypeAlias = dict[str, tuple[str, _Images, _Labels]]
"""Images and labels of a file, by what there may be only one of, each with the path that it has."""


def read(path: Path, digest: str) -> Data:
    """Read all of ``path``; what it must hold is checked by the caller (``Data.check``).

    Images keep the order of the batches or, of pictures, that of their names, whatever order an archive has them in.

    Raises:
        DataInvalid: if a file is not what its name says, is there twice, or if there are no images at all.
    """
    found: dict[str, _Pieces] = {"train": {}, "test": {}}
    for name, content in members(path):
        if batch := BATCH.fullmatch(name):
            part = "test" if batch["part"] == "test_batch" else "train"
            _once(path, found[part], batch["part"], name)
            found[part][batch["part"]] = (batch["part"], *_batch(f"{path}: {name}", content))
        elif META.fullmatch(name):
            _check_classes(f"{path}: {name}", content)
        elif picture := PICTURE.fullmatch(name):
            if picture["name"] not in CLASSES:
                raise DataInvalid(
                    f"{path}: {name}: there is no class {picture['name']!r}; the classes are {', '.join(CLASSES)}"
                )
            pieces, place = found[picture["part"].lower()], f"{picture['name']}/{picture['file']}"
            _once(path, pieces, place, name)
            label = np.array([CLASSES.index(picture["name"])], dtype=np.int64)
            pieces[place] = (name, _picture(f"{path}: {name}", content), label)
    for part, pieces in found.items():
        if not pieces:
            raise DataInvalid(
                f"{path} has no {part} images: neither the batches of the original archive nor pictures in "
                f"{part}/<class>/; name the archive or the folder that holds both train and test"
            )
    return Data(train=_joined(found["train"]), test=_joined(found["test"]), digest=digest)


def _once(path: Path, pieces: _Pieces, place: str, name: str) -> None:
    if place in pieces:
        raise DataInvalid(
            f"{path}: {name} is there twice, also as {pieces[place][0]}, in an archive and beside it for example; "
            "name one of the two"
        )


def _joined(pieces: _Pieces) -> Split:
    ordered = sorted(pieces.values(), key=lambda piece: piece[0])
    return Split(
        images=np.concatenate([images for _, images, _ in ordered]),
        labels=np.concatenate([labels for _, _, labels in ordered]),
    )


def _batch(name: str, content: bytes) -> tuple[_Images, _Labels]:
    """Images of a batch of the original archive: rows of 3,072 bytes, all red, then all green, then all blue."""
    try:
        batch = _unpickled(content)
        rows, labels = batch[b"data"], np.array([int(label) for label in batch[b"labels"]], dtype=np.int64)
    except Exception as error:  # bytes that are no pickle make the unpickler raise of almost every kind
        raise DataInvalid(f"{name} is no batch of CIFAR-10 ({type(error).__name__}: {error}); get it again") from None
    if not isinstance(rows, np.ndarray) or rows.dtype != np.uint8 or rows.shape != (len(labels), int(np.prod(SHAPE))):
        shape = f"{rows.dtype} {rows.shape}" if isinstance(rows, np.ndarray) else type(rows).__name__
        raise DataInvalid(f"{name} holds {shape} for {len(labels)} labels, not uint8 {(len(labels), 3072)}")
    return np.ascontiguousarray(rows.reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)), labels


def _check_classes(name: str, content: bytes) -> None:
    """The original archive says which class each label is."""
    try:
        said = tuple(each.decode() for each in _unpickled(content)[b"label_names"])
    except Exception as error:  # as of a batch
        raise DataInvalid(f"{name} names no classes ({type(error).__name__}: {error}); get it again") from None
    if said != CLASSES:
        raise DataInvalid(f"{name} names the classes {', '.join(said)}; those of CIFAR-10 are {', '.join(CLASSES)}")


def _unpickled(content: bytes) -> Any:
    with warnings.catch_warnings():
        # NumPy warns of the way in which pickles of its old versions name an alignment.
        warnings.simplefilter("ignore")
        return _ArraysOnly(io.BytesIO(content), encoding="bytes").load()


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
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG")) as image:
            if (image.height, image.width) != SHAPE[:2] or image.mode != "RGB":
                raise DataInvalid(
                    f"{name} is {image.width}x{image.height} {image.mode}; pictures of CIFAR-10 are 32x32 RGB"
                )
            pixels: _Images = np.asarray(image, dtype=np.uint8)
            return pixels[np.newaxis]
    except DataInvalid:
        raise
    except Exception as error:  # damaged files make Pillow raise SyntaxError and more beside its own
        reason = "neither JPEG nor PNG" if isinstance(error, UnidentifiedImageError) else error
        raise DataInvalid(f"{name} is no picture ({reason}); get it again") from None
