"""Export of a finished run: what a server needs, whole, the same bytes every time, under one digest."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from lepton_infra.delivery import manifest
from lepton_infra.delivery.manifest import ManifestError
from models.cifar10.data.records import SHAPE
from models.cifar10.export import facts, saved, served, warmup
from models.cifar10.export.refused import ExportInvalid as ExportInvalid
from models.cifar10.loading import signatures
from models.cifar10.train import trained
from models.whole_files import beside, put

MODEL = "cifar10"
"""The name under which stack files and servers know the model."""

CHECKED_IMAGES = 256
"""On about so many images a network and its export are compared."""


@dataclass(frozen=True, kw_only=True)
class Exported:
    """A version that is in its folder, of ``size`` bytes. ``written`` is false where the same bytes were there already;
    ``difference`` is the largest of any probability between the network and what was exported, on ``images`` images.
    """

    folder: Path
    digest: str
    written: bool
    difference: float
    images: int
    size: int


def export(
    workdir: Path, experiment: str, version: int, to: Path, *, images: NDArray[np.uint8] | None = None
) -> Exported:
    """Write the finished run of ``experiment`` in ``workdir`` as ``<to>/<version>/``, whole or not at all.

    The folder holds a SavedModel, ``assets.extra/tf_serving_warmup_requests``, ``batching_params.pbtxt``,
    ``model.json`` and ``SHA256SUMS``. Before it gets its name it is read back, and compared with the network on
    some of ``images`` (``uint8 [n, 32, 32, 3]``; on pixels by chance where none are given).

    Raises:
        ExportInvalid: if the version is there with other content, if what was written is not what was trained, or if
            the folder cannot be written.
        CheckpointInvalid: if there is no finished run in ``workdir``.
    """
    network, result = trained(workdir)
    if result.experiment != experiment:
        raise ExportInvalid(
            f"{workdir} holds a run of {result.experiment!r}, not of {experiment!r}; name the experiment that it is "
            "of, or another folder with --workdir"
        )
    target = to / str(version)
    checked = _made() if images is None else images[:: max(1, len(images) // CHECKED_IMAGES)]
    try:
        with beside(target) as part:
            _write_saved_model(workdir, part)
            warmup.write(part, MODEL)
            read_back = signatures(part)
            known = facts.facts(workdir, result, MODEL, version, saved.described(read_back))
            (part / facts.NAME).write_text(json.dumps(known, indent=2) + "\n", encoding="utf-8")
            digest = manifest.write(part)
            difference = saved.disagreement(read_back, network, checked)
            entries = manifest.verify(part, digest)
            size = sum((part / entry.path).stat().st_size for entry in entries)
            written = not target.exists()
            if written:
                put(part, target)
            else:
                _require_same(target, digest)
    except (OSError, tf.errors.OpError, ManifestError) as error:
        raise ExportInvalid(
            f"{target} cannot be written ({error}); nothing is left of it. Make room and export again"
        ) from None
    return Exported(
        folder=target, digest=digest, written=written, difference=difference, images=len(checked), size=size
    )


def _write_saved_model(workdir: Path, folder: Path) -> None:
    """In a process of its own, which alone writes the same bytes every time (``served``)."""
    command = [sys.executable, "-m", served.__name__, str(workdir), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        said = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        raise ExportInvalid(f"the SavedModel could not be written: {said[-1]}. Nothing is left of it; export again")


def _require_same(target: Path, digest: str) -> None:
    try:
        manifest.verify(target, digest)
    except ManifestError as error:
        raise ExportInvalid(
            f"{target} is there with other content ({error}), and this export is {digest}. A version never changes: "
            "give the new one the next number with --version, or remove the folder if nobody has pinned it"
        ) from None


def _made() -> NDArray[np.uint8]:
    """Pixels by chance, always the same, where there are no pictures to compare on."""
    return np.random.default_rng(0).integers(0, 256, (CHECKED_IMAGES, *SHAPE), dtype=np.uint8)
