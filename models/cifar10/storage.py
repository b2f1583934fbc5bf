"""Objects under a URL by fsspec: a folder, or a bucket of S3, Google Cloud or Azure.

Credentials are the caller's own, found as each cloud's library finds them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from fsspec import AbstractFileSystem
from fsspec.core import url_to_fs
from fsspec.implementations.local import LocalFileSystem

from lepton_infra.errors import LeptonError
from models.whole_files import write_whole

_PACKAGES = {"s3": "s3fs", "gs": "gcsfs", "gcs": "gcsfs", "abfs": "adlfs", "abfss": "adlfs", "az": "adlfs"}
"""What fsspec needs for each kind of URL; the first is a dependency."""
_LOCAL = ("file", "local")
_ROOTS = ("", *(f"{kind}:" for kind in _LOCAL))
"""What is left of them without a slash at the end: it would be the current folder."""


class PlaceInvalid(LeptonError):
    """A URL leads nowhere, or what it leads to cannot be read or written."""


@dataclass(frozen=True, kw_only=True)
class Object:
    """One object: its path below the place, its size in bytes, and its ETag where the store has one."""

    path: str
    size: int
    etag: str | None


class Place:
    """Objects under one URL.

    Raises:
        PlaceInvalid: if fsspec does not know the kind of URL or needs a package that is not installed, if the URL names
            no folder, or if one of a bucket has ``::``, with which fsspec joins several.
    """

    def __init__(self, url: str) -> None:
        kept = url.rstrip("/")
        # Of the root of all files nothing is taken away.
        self.url = url if kept in _ROOTS else kept
        kind = url.partition("://")[0] if "://" in url else "file"
        if kind in _LOCAL:
            if not url.rpartition("://")[2]:
                raise PlaceInvalid(f"'{url}' names no folder; the current one is '.'")
            # Not by url_to_fs, for a folder may be named with "::".
            self._files: AbstractFileSystem = LocalFileSystem()
            self._root = LocalFileSystem._strip_protocol(url)
            return
        if "::" in url:
            raise PlaceInvalid(f"{url} has '::', which fsspec takes for several URLs joined; use a name without it")
        try:
            # What others write meanwhile must be seen, so no listing is kept.
            self._files, self._root = url_to_fs(self.url, use_listings_cache=False)
        except ImportError as error:
            need = _PACKAGES.get(kind)
            remedy = f"uv pip install --python .venv-models/bin/python {need}" if need else str(error)
            raise PlaceInvalid(f"{url} needs a package that is not installed; {remedy}") from None
        except ValueError:
            raise PlaceInvalid(
                f"{url} is no URL of a known kind; allowed: a folder, or a URL of {', '.join(_PACKAGES)}"
            ) from None

    def list(self, endings: tuple[str, ...]) -> list[Object]:
        """All objects below it whose names end so (in small letters), sorted by path. All of them are held in memory.

        In a folder pipes, sockets and devices are left out, for they have no end. A link that leads nowhere is not:
        whoever reads it finds that there is nothing.

        Raises:
            PlaceInvalid: if it cannot be listed.
        """
        with self._told("listed"):
            try:
                found = self._files.find(self._root, detail=True)
            except FileNotFoundError:
                return []
        root = self._path("")
        return sorted(
            (
                Object(path=path.removeprefix(root), size=int(about["size"] or 0), etag=_etag(about))
                for path, about in found.items()
                if path.startswith(root) and path.lower().endswith(endings) and _is_object(path, about)
            ),
            key=lambda each: each.path,
        )

    def read(self, path: str, at_most: int | None = None) -> bytes | None:
        """The content of an object, of which ``at_most`` so many bytes; None if there is none.

        Raises:
            PlaceInvalid: if it cannot be read.
        """
        whole = self._path(path)
        with self._told("read"):
            try:
                return self._content(whole, at_most)
            except FileNotFoundError:
                return None

    def _content(self, path: str, at_most: int | None) -> bytes:
        if at_most is None:
            content: bytes = self._files.cat_file(path)
            return content
        try:
            content = self._files.cat_file(path, start=0, end=at_most)
        except FileNotFoundError:
            raise
        except Exception:
            # A store has no range of an object that is empty, and each library says so in its own way.
            if self._files.size(path):
                raise
            return b""
        return content

    def write(self, path: str, content: bytes) -> None:
        """Put an object there, whole or not at all, in the place of any of its name.

        Raises:
            PlaceInvalid: if it cannot be written.
        """
        with self._told("written to"):
            if isinstance(self._files, LocalFileSystem):
                write_whole(Path(self._path(path)), lambda stream: stream.write(content))
            else:
                # One upload: the store shows all of it or nothing.
                self._files.pipe_file(self._path(path), content)

    def _path(self, path: str) -> str:
        return f"{self._root.rstrip('/')}/{path}"

    @contextmanager
    def _told(self, what: str) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            # Every library of a cloud has errors of its own; their words name requests and rights, never content.
            said = " ".join(f"{type(error).__name__}: {error}".split())
            raise PlaceInvalid(
                f"{self.url} cannot be {what} ({said}). Check the URL and the rights on it, then run the same again: "
                "it goes on where it stopped"
            ) from None


def ahead(
    place: Place, objects: Iterable[Object], *, limit: int, window: int, readers: int
) -> Iterator[tuple[Object, bytes | None]]:
    """The objects with their content, in order, ``window`` of them read ahead by ``readers`` threads.

    None in the place of the content of an object that is gone, has not the size any more that it was listed with, or is
    larger than ``limit`` bytes: that one is not read. Of one that has grown since, a single byte more than its size is
    read. So no more than ``window * (limit + 1)`` bytes are held at once.

    Raises:
        PlaceInvalid: if one cannot be read.
    """

    def read(each: Object) -> bytes | None:
        content = place.read(each.path, each.size + 1) if each.size <= limit else None
        return content if content is not None and len(content) == each.size else None

    coming = iter(objects)
    with ThreadPoolExecutor(max_workers=readers, thread_name_prefix="read-ahead") as pool:
        pending: deque[tuple[Object, Future[bytes | None]]] = deque(
            (each, pool.submit(read, each)) for each in islice(coming, window)
        )
        try:
            while pending:
                each, future = pending.popleft()
                content = future.result()
                pending.extend((new, pool.submit(read, new)) for new in islice(coming, 1))
                yield each, content
        finally:
            for _, future in pending:
                future.cancel()


def _is_object(path: str, about: dict[str, Any]) -> bool:
    if about["type"] == "file":
        return True
    return bool(about.get("islink")) and (Path(path).is_file() or not Path(path).exists())


def _etag(about: dict[str, Any]) -> str | None:
    found = about.get("ETag") or about.get("etag")
    return str(found).strip('"') if found else None
