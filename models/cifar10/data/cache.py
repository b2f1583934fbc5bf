"""Decoded once: the arrays of a data set, kept under the digest of what they were read from."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from models.cifar10.data.records import Data, Split
from models.whole_files import write_whole

_FORM = 1
"""Counts up when images are read in another way, so that older files are not taken for the same."""


def default_folder() -> Path:
    """``lepton-infra/cifar10`` in the user's cache (``XDG_CACHE_HOME``)."""
    caches = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(caches) / "lepton-infra" / "cifar10"


def get(digest: str, folder: Path | None = None) -> Data | None:
    """The data that ``put`` kept, or None. A file that cannot be read counts as none: it is made again."""
    try:
        with _path(digest, folder).open("rb") as stream, np.load(stream) as arrays:
            return Data(
                train=Split(images=arrays["train_images"], labels=arrays["train_labels"]),
                test=Split(images=arrays["test_images"], labels=arrays["test_labels"]),
                digest=digest,
            )
    except Exception:  # a spoilt file makes zipfile and NumPy raise of almost every kind
        return None


def put(data: Data, folder: Path | None = None) -> None:
    """Keep ``data``. Where that fails, on a full disk for example, it is decoded again the next time."""
    arrays = {
        "train_images": data.train.images,
        "train_labels": data.train.labels,
        "test_images": data.test.images,
        "test_labels": data.test.labels,
    }
    try:
        write_whole(_path(data.digest, folder), lambda stream: np.savez(stream, allow_pickle=False, **arrays))
    except OSError:
        return


def _path(digest: str, folder: Path | None) -> Path:
    return (folder or default_folder()) / f"{digest}-{_FORM}.npz"
