"""Objects under a URL, wherever that is: a folder, or a bucket of S3, Google Cloud or Azure, by fsspec.

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

from fsspec.core import url_to_fs
from fsspec.implementations.local import LocalFileSystem

from lepton_infra.refusal import Refused
from models.whole_files import write_whole

_PACKAGES = {"s3": "s3fs", "gs": "gcsfs", "gcs": "gcsfs", "abfs": "adlfs", "abfss": "adlfs", "az": "adlfs"}
"""What fsspec needs for each kind of URL; the first is a dependency."""


class PlaceInvalid(Refused):
    """A URL leads nowhere, or what it leads to cannot be read or written."""


@dataclass(frozen=True, kw_only=True)
class Object:
    """One object: its path below the place, its size in bytes, and its ETag where the store has one."""

    path: str
    size: int
    etag: str | None


class Place:
    """What is under one URL.

    Raises:
        PlaceInvalid: if fsspec does not know the kind of URL, or needs a package that is not installed.
    """

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        kind = url.partition("://")[0] if "://" in url else "file"
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

        Raises:
            PlaceInvalid: if it cannot be listed.
        """
        with self._told("listed"):
            try:
                found = self._files.find(self._root, detail=True)
            except FileNotFoundError:
                return []
        root = f"{self._root.rstrip('/')}/"
        return sorted(
            (
                Object(path=path.removeprefix(root), size=int(about["size"] or 0), etag=_etag(about))
                for path, about in found.items()
                if path.startswith(root) and path.lower().endswith(endings)
            ),
            key=lambda each: each.path,
        )

    def read(self, path: str) -> bytes | None:
        """The content of an object; None if there is none.

        Raises:
            PlaceInvalid: if it cannot be read.
        """
        with self._told("read"):
            try:
                content: bytes = self._files.cat_file(f"{self._root}/{path}")
            except FileNotFoundError:
                return None
        return content

    def write(self, path: str, content: bytes) -> None:
        """Put an object there, whole or not at all, in the place of any of its name.

        Raises:
            PlaceInvalid: if it cannot be written.
        """
        with self._told("written to"):
            if isinstance(self._files, LocalFileSystem):
                write_whole(Path(self._root) / path, lambda stream: stream.write(content))
            else:
                # One upload: the store shows all of it or nothing.
                self._files.pipe_file(f"{self._root}/{path}", content)

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
    larger than ``limit`` bytes: that one is not read. So no more than ``window * limit`` bytes are held at once.

    Raises:
        PlaceInvalid: if one cannot be read.
    """

    def read(each: Object) -> bytes | None:
        content = place.read(each.path) if each.size <= limit else None
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


def _etag(about: dict[str, Any]) -> str | None:
    found = about.get("ETag") or about.get("etag")
    return str(found).strip('"') if found else None
