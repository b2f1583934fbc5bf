"""The manifest of an exported model: what is in a version's folder, byte for byte.

``SHA256SUMS`` has one line ``<64 hex digits><two spaces><path>`` for every other file of the folder, sorted by path. It
is the format of coreutils, so that anyone can check an export with ``sha256sum -c SHA256SUMS``. The SHA-256 of the
manifest itself stands for the whole model and is what a stack file pins. Facts about the model (training data, code
version, metrics) are a file of the folder like any other, and so are under the same digest.

``serving/fetch_model.sh`` checks the same format in the cluster, and its verdict on a folder is that of ``verify``.
Neither asks for the order: ``write`` sorts, so that the same files give the same digest, but such lines in any order
are a manifest. What the script asks of ``batching_params.pbtxt`` besides, ``model_batching.py`` asks.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

NAME = "SHA256SUMS"

_SEGMENT = r"[A-Za-z0-9_][A-Za-z0-9._-]*"
_PATH = re.compile(rf"{_SEGMENT}(/{_SEGMENT})*")
"""Paths that need no quoting in any shell, cannot leave the folder and cannot look like an option."""
_LINE = re.compile(rf"(?P<sha256>[0-9a-f]{{64}})  (?P<path>{_PATH.pattern})")


class ManifestError(Exception):
    """A folder is not what its manifest or its pinned digest says. The message names the file."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One file: its path in the folder, with ``/`` on every system, and its SHA-256 in hex."""

    path: str
    sha256: str


def write(folder: Path) -> str:
    """Write the manifest of ``folder``, whole or not at all, and return its digest as ``sha256:<hex>``.

    Deterministic: the same files give the same digest wherever and whenever they are written.

    Raises:
        ManifestError: if the folder has no file, a link, or a name that the manifest cannot carry.
        OSError: if a file cannot be read or the manifest cannot be written.
    """
    entries = [Entry(path=path, sha256=sha256(folder / path)) for path in _files(folder)]
    if not entries:
        raise ManifestError(f"{folder} holds no file; export a model into it first")
    content = "".join(f"{entry.sha256}  {entry.path}\n" for entry in entries).encode()
    part = folder.parent / f".{folder.name}.{NAME}.part"
    try:
        with part.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(folder / NAME)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return digest_of_content(content)


def digest_of_content(content: bytes) -> str:
    """The digest of a manifest's content, as ``sha256:<hex>``."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def digest_of(folder: Path) -> str:
    """The digest of the manifest in ``folder``, as ``sha256:<hex>``. Says nothing of the other files: ``verify`` does.

    Raises:
        ManifestError: if there is none.
        OSError: if it cannot be read.
    """
    return digest_of_content(_content(folder))


def verify(folder: Path, digest: str) -> list[Entry]:
    """Check ``folder`` against its manifest and the manifest against ``digest`` (``sha256:<hex>``).

    Raises:
        ManifestError: if the manifest is missing, is not the pinned one or is not well formed, or if a file is missing,
            changed, or not listed.
        OSError: if a file cannot be read.
    """
    content = _content(folder)
    found = digest_of_content(content)
    if found != digest:
        raise ManifestError(
            f"{folder / NAME} has the digest {found}, pinned is {digest}; this is another export of the model"
        )
    entries = parse(content)
    listed = {entry.path for entry in entries}
    present = set(_files(folder))
    for missing in sorted(listed - present):
        raise ManifestError(f"{missing} is in the manifest but not in {folder}; publish the model again")
    for extra in sorted(present - listed):
        raise ManifestError(f"{extra} is in {folder} but not in the manifest; remove it or export again")
    for entry in entries:
        if sha256(folder / entry.path) != entry.sha256:
            raise ManifestError(f"{entry.path} has changed since the manifest was written; publish the model again")
    return entries


def parse(content: bytes) -> list[Entry]:
    """The entries of a manifest, in its order. A line ends with a line feed and nothing else.

    Raises:
        ManifestError: if there is no line, one is malformed, a path could leave the folder, or one is listed twice.
    """
    # A byte that is no text becomes a backslash and more, which no line may have.
    *lines, rest = content.decode(errors="backslashreplace").split("\n")
    if rest or not lines:
        raise ManifestError(f"{NAME} does not end with a line end; it was cut off")
    entries: list[Entry] = []
    for number, line in enumerate(lines, start=1):
        match = _LINE.fullmatch(line)
        if match is None:
            raise ManifestError(f"{NAME}:{number}: {line!r} is not '<sha256>  <path inside the folder>'")
        entries.append(Entry(path=match["path"], sha256=match["sha256"]))
    paths = Counter(entry.path for entry in entries)
    for path, times in paths.items():
        if times > 1:
            raise ManifestError(f"{NAME}: {path} is listed twice")
    return entries


def _content(folder: Path) -> bytes:
    path = folder / NAME
    if not path.is_file():
        raise ManifestError(f"{folder} has no {NAME}; is it the folder of one model version?")
    return path.read_bytes()


def _files(folder: Path) -> list[str]:
    """Paths of all files below ``folder`` but the manifest, sorted as bytes."""
    found = []
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink() or not (path.is_dir() or path.is_file()):
            raise ManifestError(f"{name} in {folder} is a link or a special file; a model holds plain files only")
        if path.is_dir() or name == NAME:
            continue
        if _PATH.fullmatch(name) is None:
            raise ManifestError(
                f"{name!r} in {folder} has characters other than letters, digits and . _ - /; rename it"
            )
        found.append(name)
    return sorted(found)


def sha256(path: Path) -> str:
    """The SHA-256 of a file in hex, as a manifest has it.

    Raises:
        OSError: if it cannot be read.
    """
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
