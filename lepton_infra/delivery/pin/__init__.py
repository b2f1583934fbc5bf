"""Fill and verify the lock file: read the digest of every tag and chart version at its registry.

All or nothing: unless every registry answered well, the file stays as it is. A digest that has been read once never
changes by itself: a tag that has moved is refused until a person accepts the new digest by name.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from lepton_infra import lock
from lepton_infra.delivery.pin import helm, oci
from lepton_infra.delivery.pin.http import Unreachable, Unread
from lepton_infra.delivery.pin.lock_text import edited
from lepton_infra.delivery.pin.writing import replace
from lepton_infra.errors import LeptonError
from lepton_infra.lock import ChartPin, ImagePin, Pins

_AT_ONCE = 8


@dataclass(frozen=True, kw_only=True)
class Reading:
    """Digest of one entry at its registry, beside the one in the lock file. ``key`` is ``images.<key>`` or alike."""

    key: str
    what: str
    pinned: str | None
    found: str
    read_from: str

    @property
    def moved(self) -> bool:
        """True if the same tag or version has another digest than it had."""
        return self.pinned is not None and self.pinned != self.found


def pin(folder: Path, *, today: str, accept_moved: Collection[str], say: Callable[[str], None]) -> None:
    """Read every digest and write the lock file of ``folder`` if any is new. ``today`` is the date to note, ISO 8601.

    Raises:
        LeptonError: if a registry could not be read, or a digest moved and its key is not in ``accept_moved``. The file
            is unchanged then.
    """
    locked = lock.locked(folder)
    _require_known(accept_moved, locked)
    readings = _read(locked, say)
    refused = [reading for reading in readings if reading.moved and reading.key not in accept_moved]
    if refused:
        raise LeptonError("\n".join([*map(_moved, refused), f"{lock.LOCK_FILE} is unchanged."]))
    fresh = [reading for reading in readings if reading.pinned != reading.found]
    for reading in readings:
        state = "as pinned" if reading not in fresh else f"was {reading.pinned}" if reading.moved else "new"
        say(f"{reading.key}: {reading.found} ({state})")
    _tell_node_images(locked, say)
    if not fresh:
        say(f"{lock.LOCK_FILE} is up to date.")
        return
    changes = {
        (*_split(reading.key), field): value
        for reading in fresh
        for field, value in (("digest", reading.found), ("read_from", reading.read_from), ("read_on", today))
    }
    path = folder / lock.LOCK_FILE
    # As bytes, for line ends stay as they are.
    replace({path: edited(path.read_bytes().decode(), changes)})
    say(f"{lock.LOCK_FILE}: {len(fresh)} of {len(readings)} digests written. Look at the difference and commit it.")


def verify(folder: Path, *, say: Callable[[str], None]) -> None:
    """Compare the lock file with the registries and change nothing.

    Raises:
        LeptonError: if a digest is missing or has moved, or a registry could not be read.
    """
    locked = lock.locked(folder)
    readings = _read(locked, say)
    wrong = [
        _moved(reading) if reading.moved else f"{reading.key} has no digest yet; {reading.what} is {reading.found}"
        for reading in readings
        if reading.pinned != reading.found
    ]
    if wrong:
        raise LeptonError("\n".join([*wrong, "Remedy: lepton pin."]))
    _tell_node_images(locked, say)
    say(f"{lock.LOCK_FILE}: all {len(readings)} digests are what the registries serve.")


def _read(locked: Pins, say: Callable[[str], None]) -> list[Reading]:
    """Every reading, in the file's order."""
    jobs: list[Callable[[], Reading]] = [
        *((lambda key=key, pin=pin: _image(key, pin)) for key, pin in locked.images.items()),
        *((lambda key=key, pin=pin: _chart(key, pin)) for key, pin in locked.charts.items()),
    ]
    say(f"Reading {len(locked.images)} images and {len(locked.charts)} charts at their registries …")
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        results = list(threads.map(_attempt, jobs))
    failures = [result for result in results if isinstance(result, Unread)]
    if failures and all(isinstance(failure, Unreachable) for failure in failures) and len(failures) == len(results):
        raise LeptonError(
            f"no registry can be reached ({failures[0]}). {lock.LOCK_FILE} is unchanged; run this where there is a "
            "network, or set HTTPS_PROXY if it goes through a proxy."
        )
    if failures:
        raise LeptonError("\n".join([*map(str, failures), f"{lock.LOCK_FILE} is unchanged."]))
    return [result for result in results if isinstance(result, Reading)]


def _attempt(job: Callable[[], Reading]) -> Reading | Unread:
    try:
        return job()
    except Unread as unread:
        return unread


def _image(key: str, pin: ImagePin) -> Reading:
    url = oci.manifest_url(pin.source, pin.tag)
    what = f"{pin.source}:{pin.tag}"
    return Reading(key=f"images.{key}", what=what, pinned=pin.digest, found=oci.digest(url), read_from=url)


def _chart(key: str, pin: ChartPin) -> Reading:
    url = helm.index_url(pin.repository)
    found = helm.digest(url, pin.chart, pin.version)
    return Reading(
        key=f"charts.{key}", what=f"{pin.chart} {pin.version}", pinned=pin.digest, found=found, read_from=url
    )


def _moved(reading: Reading) -> str:
    return (
        f"{reading.key}: {reading.what} has moved: pinned {reading.pinned}, served now {reading.found}. Someone has "
        f"published other content under the same name; if you trust it: lepton pin --accept-moved {reading.key}"
    )


def _tell_node_images(locked: Pins, say: Callable[[str], None]) -> None:
    """Node images are asked of a cloud, which takes an account: the entry's own words say how."""
    for key, pin in locked.node_images.items():
        if pin.read_with is not None:
            say(f"node_images.{key}: {pin.release} is not read here, it takes a cloud account: {pin.read_with}")


def _require_known(keys: Collection[str], locked: Pins) -> None:
    sections: Mapping[str, Collection[str]] = {"images": locked.images, "charts": locked.charts}
    known = [f"{section}.{key}" for section, entries in sections.items() for key in entries]
    for key in keys:
        if key not in known:
            raise LeptonError(f"--accept-moved {key}: no such entry; allowed: {', '.join(known)}")


def _split(key: str) -> tuple[str, str]:
    section, _, entry = key.partition(".")
    return section, entry
