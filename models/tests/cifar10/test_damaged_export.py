"""An export that fits its manifest and still cannot be read is refused in words, by whatever reads it."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from lepton_infra.delivery import manifest as model_manifest
from models.cifar10.classifier import Judge
from models.cifar10.classify import classify
from models.cifar10.loading import ModelInvalid
from models.tests.cifar10.exported import Sample

WEIGHTS = "variables/variables.data-00000-of-00001"
FILES = ("saved_model.pb", "variables/variables.index", WEIGHTS)


@pytest.fixture
def folder(sample: Sample, tmp_path: Path) -> Path:
    return shutil.copytree(sample.version.folder, tmp_path / "1")


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("size", ["none of it", "half of it"])
def test_a_file_that_is_cut_short(folder: Path, name: str, size: str) -> None:
    file = folder / name
    content = file.read_bytes()
    file.write_bytes(content[: len(content) // 2] if size == "half of it" else b"")
    model_manifest.write(folder)

    words = rf"^{re.escape(str(folder))} holds no SavedModel that can be read \(.+\); export it again$"
    with pytest.raises(ModelInvalid, match=words):
        list(classify([], folder, None))
    with pytest.raises(ModelInvalid, match=words):
        Judge(folder, None)


def test_weights_that_are_cut_short_are_named_as_tensorflow_names_them(folder: Path) -> None:
    (folder / WEIGHTS).write_bytes(b"")
    model_manifest.write(folder)
    with pytest.raises(ModelInvalid, match=r"\(Read less bytes than requested\)"):
        Judge(folder, None)


def test_a_manifest_that_is_no_text(folder: Path) -> None:
    manifest = folder / model_manifest.NAME
    manifest.write_bytes(manifest.read_bytes() + b"\xff\n")
    with pytest.raises(ModelInvalid, match=f"^{re.escape(str(folder))} is not used: "):
        list(classify([], folder, None))
    with pytest.raises(ModelInvalid, match=f"^{re.escape(str(folder))} is not used: "):
        Judge(folder, None)
