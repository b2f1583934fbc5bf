"""Objects of the embedded clouds' buckets: for each a folder beside the store's file, named by its URI.

Objects are plain files, so that any program can read them; only their content is kept. No versions, no encryption and
no access rules: who may open the folder may read it. A cloud's own soft deletion of objects is not simulated.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

from lepton_infra.simulator.behaviour import Bucket, CloudError
from lepton_infra.simulator.packages import behaviour_of
from lepton_infra.simulator.store import Store

FOLDER: Final = "objects"


def bucket_at(store: Store, uri: str) -> Bucket | None:
    """The live bucket with this URI, in whichever of the embedded clouds."""
    found = (behaviour_of(stored.package).bucket(stored) for stored in store.all())
    return next((bucket for bucket in found if bucket is not None and bucket.uri == uri), None)


def folder_of(store: Store, bucket: Bucket) -> Path | None:
    """Folder of a bucket's objects, which need not exist; None for a store in memory, whose buckets hold none."""
    scheme, _, place = bucket.uri.partition("://")
    return store.path.parent / FOLDER / scheme / place if store.path else None


def require_deletable(store: Store, bucket: Bucket) -> None:
    """Refuse the deletion of a bucket that holds objects, where its cloud does.

    Raises:
        CloudError: with the cloud's own code.
    """
    folder = folder_of(store, bucket)
    if bucket.kept is None or folder is None:
        return
    held = next((path for path in folder.rglob("*") if path.is_file()), None)
    if held is not None:
        example = held.relative_to(folder).as_posix()
        raise CloudError(
            bucket.kept,
            f"{bucket.uri} is not empty, it holds {example}; delete its objects first, or set forceDestroy",
        )


def forget(store: Store, bucket: Bucket) -> None:
    """Remove what a bucket holds: it has been deleted."""
    folder = folder_of(store, bucket)
    if folder is not None and folder.exists():
        shutil.rmtree(folder)
