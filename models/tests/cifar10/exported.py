"""A tiny run and its export, made once for all tests that look at one, and pictures to ask it about."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from models.cifar10.export import Exported, export
from models.cifar10.loading import signatures
from models.cifar10.train import train_and_evaluate
from models.tests.cifar10 import made
from models.tests.cifar10.made import TINY


@dataclass(frozen=True, kw_only=True)
class Sample:
    """``workdir`` holds the run, ``version`` is its export; tests copy what they change."""

    workdir: Path
    version: Exported
    signatures: Any


def sample(folder: Path) -> Sample:
    """Train and export below ``folder``."""
    workdir = folder / "run"
    train_and_evaluate(TINY, workdir, made.data(), bar=False)
    version = export(workdir, "tiny", 1, folder / "exported" / "cifar10")
    return Sample(workdir=workdir, version=version, signatures=signatures(version.folder))


def encoded(image: NDArray[np.uint8], kind: str, mode: str = "RGB", **options: Any) -> bytes:
    """A picture as a file of that kind."""
    stream = io.BytesIO()
    Image.fromarray(image).convert(mode).save(stream, kind, **options)
    return stream.getvalue()
