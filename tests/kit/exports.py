"""A stand-in for an export: a folder shaped like a SavedModel, with its manifest."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from lepton_infra.delivery import manifest
from lepton_infra.delivery.publish import Version

FILES = {
    "saved_model.pb": b"\x08\x01graph",
    "variables/variables.data-00000-of-00001": bytes(range(256)) * 40,
    "variables/variables.index": b"index",
    "assets.extra/tf_serving_warmup_requests": b"warm",
    "batching_params.pbtxt": b"max_batch_size { value: 64 }\n",
    "model.json": b'{"accuracy": null}\n',
}


def export(exports: Path, number: int = 1, changes: Mapping[str, bytes] = MappingProxyType({})) -> Version:
    """Write a version of cifar10 below ``exports``, with ``changes`` of files; what it is pinned by."""
    folder = exports / "cifar10" / str(number)
    for path, content in {**FILES, **changes}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return Version(model="cifar10", number=number, digest=manifest.write(folder))


def held(folder: Path) -> dict[str, bytes]:
    """All files below a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
