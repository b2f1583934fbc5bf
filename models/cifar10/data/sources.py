"""Sources of the data set's files: folders, archives, archives in folders, and the data set's home."""

from __future__ import annotations

import hashlib
import lzma
import re
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from models.cifar10.data.records import DataInvalid

HOME = "https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz"
SHA256 = "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce"
"""Of that archive, as Keras checks it in ``keras/src/datasets/cifar10.py``."""

BATCH = re.compile(r"(?:.*/)?(?P<part>data_batch_[1-5]|test_batch)")
"""Path of a batch of the original archive."""
PICTURE = re.compile(r"(?:.*/)?(?P<part>train|test)/(?P<name>[^/]+)/(?P<file>[^/]+\.(?:jpe?g|png))", re.IGNORECASE)
"""Path of a picture."""
META = re.compile(r"(?:.*/)?batches\.meta")
"""Path of the names of the classes in the original archive."""

_ARCHIVE = re.compile(r".*\.(?:tar(?:\.(?:gz|bz2|xz))?|tgz)", re.IGNORECASE)


def original() -> Path:
    """The original archive, downloaded to Keras's cache unless it is there.

    Raises:
        DataInvalid: if it cannot be had.
    """
    import keras

    try:
        return Path(keras.utils.get_file(origin=HOME, file_hash=SHA256, hash_algorithm="sha256"))
    except Exception as error:  # get_file raises plain Exception for a failed download
        raise DataInvalid(
            f"CIFAR-10 could not be downloaded ({error}); name an archive or a folder of it with --data, or in CIFAR10"
        ) from None


def digest_of(path: Path) -> str:
    """SHA-256 (hex) of an archive, or of the digests and paths of all files of a folder that are part of the data.

    Raises:
        DataInvalid: if there is nothing at ``path``.
        OSError: if something there cannot be read.
    """
    if path.is_file():
        return _sha256(path)
    lines = [f"{_sha256(file)}  {file.relative_to(path).as_posix()}\n" for file in _files(path)]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def members(path: Path) -> Iterator[tuple[str, bytes]]:
    """Name and content of every file of a folder or archive, and of every archive in a folder.

    Raises:
        DataInvalid: if an archive is cut off or is none, or if there is nothing at ``path``.
        OSError: if a file of a folder cannot be read.
    """
    if path.is_file():
        yield from _archived(path)
        return
    for file in _files(path):
        if _is_archive(file):
            yield from _archived(file)
        else:
            yield file.relative_to(path.parent).as_posix(), file.read_bytes()


def is_data(name: str) -> bool:
    """True if a file of that path is part of the data set, by its name."""
    return any(kind.fullmatch(name) for kind in (BATCH, META, PICTURE))


def _files(folder: Path) -> list[Path]:
    if not folder.exists():
        raise DataInvalid(f"there is nothing at {folder}; name an archive or a folder of CIFAR-10")
    return sorted(
        file
        for file in folder.rglob("*")
        if file.is_file() and (_is_archive(file) or is_data(file.relative_to(folder.parent).as_posix()))
    )


def _is_archive(file: Path) -> bool:
    return bool(_ARCHIVE.fullmatch(file.name))


def _archived(path: Path) -> Iterator[tuple[str, bytes]]:
    try:
        with tarfile.open(path, "r:*") as archive:
            for member in archive:
                stream = archive.extractfile(member) if member.isfile() else None
                if stream is not None:
                    yield member.name, stream.read()
            _at_its_end(archive)
    except (tarfile.TarError, EOFError, lzma.LZMAError, zlib.error) as error:
        reason = str(error).partition("\n")[0].rstrip(":")
        raise DataInvalid(f"{path} is cut off or is no tar archive ({reason}); get it again") from None
    except OSError as error:
        raise DataInvalid(f"{path} cannot be read ({error})") from None


def _at_its_end(archive: tarfile.TarFile) -> None:
    """``tarfile`` stops without a word where a later header is damaged or missing. Archives end with zeros."""
    assert archive.fileobj is not None
    archive.fileobj.seek(archive.offset)
    if archive.fileobj.read(tarfile.BLOCKSIZE) != bytes(tarfile.BLOCKSIZE):
        raise tarfile.ReadError("it has no end, or a damaged header in its middle")


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
