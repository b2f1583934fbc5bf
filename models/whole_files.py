"""Files and folders that are there whole or not at all: written beside their place, brought to the disk, renamed."""

from __future__ import annotations

import csv
import fcntl
import io
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


def write_whole(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Let ``write`` fill a new file, then put it at ``path``. If anything fails, what was at ``path`` is untouched.

    The part that was written is removed after a failure; after a kill it stays behind as ``.<name>.part`` and the next
    call overwrites it. Of two that write the same path at once one waits, and the later one's file stays.

    Raises:
        OSError: if the file cannot be written, on a full disk for example.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    with _alone(part) as stream:
        try:
            write(stream)
            stream.flush()
            os.fsync(stream.fileno())
            part.replace(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    _bring_to_disk(path.parent)


@contextmanager
def _alone(part: Path) -> Iterator[BinaryIO]:
    """The file ``part``, empty, and locked against whoever else would write it."""
    while True:
        with open(part, "wb", opener=_opened) as stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            if _is_at(stream, part):
                stream.truncate()
                yield stream
                return


def _opened(path: str, flags: int) -> int:
    """Without emptying it, for it may be another's until it is locked."""
    return os.open(path, flags & ~os.O_TRUNC, 0o666)


def _is_at(stream: BinaryIO, part: Path) -> bool:
    """Whoever had the lock before has renamed or removed what was ``part`` then."""
    try:
        return os.path.samestat(os.fstat(stream.fileno()), part.stat())
    except FileNotFoundError:
        return False


@contextmanager
def beside(path: Path) -> Iterator[Path]:
    """An empty folder ``.<name>.part`` beside ``path``, to be filled and given to ``put``; at the end it is gone.

    After a kill it stays behind, and the next call removes it, so two processes must not write the same path at once.

    Raises:
        OSError: if it cannot be made.
    """
    part = path.with_name(f".{path.name}.part")
    if part.exists():
        shutil.rmtree(part)
    part.mkdir(parents=True)
    try:
        yield part
    finally:
        shutil.rmtree(part, ignore_errors=True)


def put(part: Path, path: Path) -> None:
    """Bring the folder ``part`` to the disk with all that is in it, then rename it to ``path``, where nothing may be.

    Raises:
        OSError: if it cannot be; there is nothing at ``path`` then.
    """
    for each in (*part.rglob("*"), part):
        _bring_to_disk(each)
    part.rename(path)
    _bring_to_disk(path.parent)


def write_table(path: Path, rows: Sequence[Mapping[str, object]]) -> None:
    """Write ``rows``, which all have the same keys, as CSV with a line of headings.

    Raises:
        OSError: if the file cannot be written.
    """
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]) if rows else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_whole(path, lambda stream: stream.write(text.getvalue().encode()))


def _bring_to_disk(path: Path) -> None:
    """A file's bytes, or a folder's names: a rename is on the disk only when its folder is."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
