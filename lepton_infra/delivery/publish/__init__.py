"""Publish exported models where a region's pods fetch them: ``<models bucket>/<model>/<version>/``.

A version is there whole or, to whoever fetches it, not at all: its manifest comes last, and ``serving/fetch_model.sh``
takes nothing without it. A published version is never changed: another export is another version.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from lepton_infra.config.region import RegionConfig
from lepton_infra.delivery import batching
from lepton_infra.delivery import manifest as model_manifest
from lepton_infra.delivery.manifest import Entry
from lepton_infra.delivery.publish.bucket import ModelsBucket
from lepton_infra.errors import LeptonError

EXPORTS = Path("models") / "exported"
"""Where exports of models are kept, below a project's folder."""


@dataclass(frozen=True, kw_only=True)
class Version:
    """One version of a model that a stack pins, by the digest of its manifest (``sha256:<hex>``)."""

    model: str
    number: int
    digest: str

    @property
    def path(self) -> str:
        """Its folder, below the bucket and below the folder of exports."""
        return f"{self.model}/{self.number}"

    def __str__(self) -> str:
        return f"model {self.model} version {self.number}"


@dataclass(frozen=True, kw_only=True)
class Published:
    """Outcome of publishing a version: ``anew`` if it was copied, else it was there already."""

    version: Version
    anew: bool


class Destination(Protocol):
    """A bucket of models, seen from the caller's machine. ``folder`` is a version's path in it."""

    def names(self, folder: str) -> set[str]:
        """Paths of all objects below a folder, from there on; none if there is no such folder."""
        ...

    def read(self, path: str) -> bytes:
        """One small object."""
        ...

    def sums(self, folder: str) -> Mapping[str, str]:
        """The SHA-256 in hex of each object below a folder but its manifest, reckoned from all its bytes."""
        ...

    def copy(self, source: Path, folder: str) -> None:
        """Copy all of ``source`` but its manifest, over existing files."""
        ...

    def finish(self, source: Path, folder: str) -> None:
        """Copy the manifest of ``source``, whole or not at all."""
        ...


def pinned(region: RegionConfig[Any]) -> list[Version]:
    """The versions of a region's models that have a digest."""
    return [
        Version(model=model.name, number=version.version, digest=version.digest)
        for model in region.models
        for version in model.versions
        if version.digest is not None
    ]


def publish(versions: Sequence[Version], exports: Path, destination: Destination) -> Iterator[Published]:
    """Bring every version from ``exports/<model>/<version>`` to its place. Copies nothing before all are known good.

    Of a version that is published already every byte is read again, where it is, and no export is needed; if there is
    one, it is verified too.

    Raises:
        LeptonError: if an export is missing, is not what is pinned or nothing that pods would start with, if another
            export is there under the version's number, if what is there has changed, or if there are objects in its
            folder that are not its.
        OSError: if an export cannot be read, or a folder that stands for a bucket not be written.
    """
    there = {version: _is_there(version, destination) for version in versions}
    for version in versions:
        folder = exports / version.path
        if not there[version]:
            _require_no_others(version, destination, _verify(version, folder))
        elif folder.is_dir():
            _verify(version, folder)
    for version in versions:
        if not there[version]:
            destination.copy(exports / version.path, version.path)
            destination.finish(exports / version.path, version.path)
        yield Published(version=version, anew=not there[version])


def missing(versions: Sequence[Version], exports: Path, destination: Destination) -> list[Version]:
    """The versions that can be neither found published nor published, for there is no export of them."""
    return [
        version
        for version in versions
        if not (exports / version.path).is_dir() and model_manifest.NAME not in destination.names(version.path)
    ]


def told(published: Published, bucket: ModelsBucket) -> str:
    """Message about a published version, without its digest."""
    how = "published to" if published.anew else "as published at"
    return f"{published.version}: {how} {bucket.uri}/{published.version.path}"


def _verify(version: Version, folder: Path) -> list[Entry]:
    if not folder.is_dir():
        raise LeptonError(
            f"{version}: there is no export in {folder}; export it there, or name the folder of exports with --from."
        )
    try:
        entries = model_manifest.verify(folder, version.digest)
        batching.check(folder)
    except model_manifest.ManifestError as error:
        raise LeptonError(f"{version}: {error}") from error
    return entries


def _require_no_others(version: Version, destination: Destination, entries: Sequence[Entry]) -> None:
    """What an unfinished attempt left is written over; an object of any other name would stay, and no pod take it."""
    others = destination.names(version.path) - {entry.path for entry in entries}
    if others:
        raise LeptonError(
            f"{version} is not published, but its folder in the bucket has an object that is not the model's: "
            f"{min(others)}; delete {version.path}/ there and publish again."
        )


def _is_there(version: Version, destination: Destination) -> bool:
    """Whether the version is published, byte for byte. Without a manifest it is not, whatever a broken attempt left."""
    names = destination.names(version.path)
    if model_manifest.NAME not in names:
        return False
    manifest = destination.read(f"{version.path}/{model_manifest.NAME}")
    digest = model_manifest.digest_of_content(manifest)
    if digest != version.digest:
        raise LeptonError(
            f"{version} is published as {digest}, the stack file pins {version.digest}; a published version is never "
            "changed: give this export the next version number, or pin what is published."
        )
    try:
        listed = {entry.path: entry.sha256 for entry in model_manifest.parse(manifest)}
    except model_manifest.ManifestError as error:
        raise LeptonError(f"{version}: the manifest that is pinned and published is none: {error}") from error
    for name in sorted((names - {model_manifest.NAME}) ^ listed.keys()):
        wrong = "lacks" if name in listed else "has an object that is not the model's:"
        raise _changed(version, f"{wrong} {name}")
    sums = destination.sums(version.path)
    for name in listed:
        if sums.get(name) != listed[name]:
            raise _changed(version, f"has a changed {name}")
    return True


def _changed(version: Version, wrong: str) -> LeptonError:
    return LeptonError(
        f"{version} is published as {version.digest}, but its folder in the bucket {wrong}; no pod will take it. "
        f"Find out who changed it, delete {version.path}/ there and publish again."
    )
