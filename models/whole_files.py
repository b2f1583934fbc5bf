"""Files that are there whole or not at all: written beside their place, brought to the disk, then renamed."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO


def write_whole(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Let ``write`` fill a new file, then put it at ``path``. If anything fails, what was at ``path`` is untouched.

    The part that was written is removed after a failure; after a kill it stays behind as ``.<name>.part`` and the next
    call overwrites it, so two processes must not write the same path at once.

    Raises:
        OSError: if the file cannot be written, on a full disk for example.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("wb") as stream:
            write(stream)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
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


def _bring_to_disk(folder: Path) -> None:
    """A rename is on the disk only when its folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
