"""CIFAR-10 as arrays, from an archive or a folder: read, checked, and decoded only once."""

from __future__ import annotations

from pathlib import Path

from models.cifar10.data import cache, reading
from models.cifar10.data.records import CLASSES as CLASSES
from models.cifar10.data.records import Data as Data
from models.cifar10.data.records import DataInvalid as DataInvalid
from models.cifar10.data.records import Split as Split
from models.cifar10.data.sources import digest_of, original

__all__ = ["CLASSES", "Data", "DataInvalid", "Split", "load"]


def load(path: Path | None = None, *, whole: bool = True, folder: Path | None = None) -> Data:
    """The data set at ``path``, or the original one from its home (downloaded once) without one.

    ``path`` is the original Python archive or the folder in it, a folder or tar archive of pictures laid out as
    ``train/<class>/…`` and ``test/<class>/…``, or a folder that holds such archives. With ``whole`` the data set must
    have its 5,000 training and 1,000 test images of every class; without, a part of it will do, as long as no class is
    missing. The decoded arrays are kept in ``folder`` (the user's cache by default) under the digest of what was read.

    Raises:
        DataInvalid: if the data is not there, is cut off, or is not CIFAR-10.
    """
    source = path if path is not None else original()
    try:
        digest = digest_of(source)
        kept = cache.get(digest, folder)
        if kept is None:
            kept = reading.read(source, digest)
            cache.put(kept, folder)
    except OSError as error:
        raise DataInvalid(f"{source} cannot be read ({error}); name another, or make it readable") from None
    kept.check(whole=whole)
    return kept
