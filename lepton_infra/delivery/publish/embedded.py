"""A bucket of the embedded clouds: the folder in which it keeps its objects."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from lepton_infra.delivery.manifest import NAME, sha256
from lepton_infra.delivery.publish.bucket import ModelsBucket
from lepton_infra.errors import LeptonError
from lepton_infra.simulator import objects
from lepton_infra.simulator.folder import Folder
from lepton_infra.simulator.store import Store, StoreDamaged


class NotSimulated(LeptonError):
    """The embedded clouds have no such bucket."""


class FolderBucket:
    """A :class:`~lepton_infra.delivery.publish.Destination` in the folder ``root``."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def names(self, folder: str) -> set[str]:
        place = self.root / folder
        return {path.relative_to(place).as_posix() for path in place.rglob("*") if path.is_file()}

    def read(self, path: str) -> bytes:
        return (self.root / path).read_bytes()

    def sums(self, folder: str) -> dict[str, str]:
        place = self.root / folder
        return {name: sha256(place / name) for name in self.names(folder) - {NAME}}

    def copy(self, source: Path, folder: str) -> None:
        def manifest(inside: str, names: list[str]) -> set[str]:
            # Only the version's own: further down a file may have that name.
            return {NAME}.intersection(names) if Path(inside) == source else set()

        shutil.copytree(source, self.root / folder, ignore=manifest, dirs_exist_ok=True)

    def finish(self, source: Path, folder: str) -> None:
        # Beside the folders of models, none of which begins with a dot.
        part = self.root / f".{NAME}.part"
        try:
            shutil.copyfile(source / NAME, part)
            part.replace(self.root / folder / NAME)
        except BaseException:
            part.unlink(missing_ok=True)
            raise


@contextmanager
def opened(folder: Folder, bucket: ModelsBucket) -> Iterator[FolderBucket]:
    """The bucket, held against deletion meanwhile: other runs on the same clouds wait.

    Raises:
        NotSimulated: if the embedded clouds do not have it; those of a private site are its own.
        LeptonError: if what the clouds hold cannot be read.
    """
    try:
        store = Store(folder.store)
    except StoreDamaged as error:
        raise LeptonError(str(error)) from error
    with closing(store), store.exclusive():
        found = objects.bucket_at(store, bucket.uri)
        root = objects.folder_of(store, found) if found else None
        if root is None:
            raise NotSimulated(f"{bucket.uri} is no bucket of the embedded clouds; nothing can be published there.")
        yield FolderBucket(root)
