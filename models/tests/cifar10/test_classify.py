"""The commands: export prints its digest and what comes next, classify asks the version about pictures."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from models.cifar10.__main__ import app
from models.cifar10.classify import classify, newest
from models.cifar10.export import ExportInvalid
from models.cifar10.loading import ModelInvalid
from models.tests.cifar10 import made
from models.tests.cifar10.exported import Sample, encoded


@pytest.fixture
def pictures(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / name for name in ("a.png", "b.jpg")]
    for path, image in zip(paths, made.split(1, 3).images[:2], strict=True):
        path.write_bytes(encoded(image, "PNG" if path.suffix == ".png" else "JPEG"))
    return paths


def test_pictures_are_judged_as_the_signature_judges_them(sample: Sample, pictures: list[Path]) -> None:
    judged = list(classify(pictures, sample.version.folder, sample.version.digest))
    files = [path.read_bytes() for path in pictures]
    answer = sample.signatures["serving_bytes"](image_bytes=files)
    assert [each.picture for each in judged] == pictures
    assert [each.name.encode() for each in judged] == answer["classes"].numpy().tolist()
    assert [each.probability for each in judged] == pytest.approx(answer["probabilities"].numpy().max(axis=1).tolist())


def test_the_commands(sample: Sample, pictures: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CIFAR10", raising=False)
    done = CliRunner().invoke(app, ["export", "tiny", "--workdir", str(sample.workdir), "--version", "3"])
    assert done.exit_code == 0, done.output
    folder = ".lepton/models/exported/cifar10/3"
    first, digest, following = done.output.splitlines()
    assert re.fullmatch(rf"{folder}: written, 0\.2 MB; its probabilities .* on 256 images by chance", first)
    assert re.fullmatch("sha256:[0-9a-f]{64}", digest)
    assert following == f"next: lepton pin-model {folder} STACK…"
    asked = CliRunner().invoke(app, ["classify", *map(str, pictures), "--digest", digest])
    assert asked.exit_code == 0, asked.output
    assert [re.sub(r": \w+ \d+\.\d%$", "", line) for line in asked.output.splitlines()] == [*map(str, pictures)]


def test_a_version_that_is_not_what_is_pinned_is_not_asked(
    sample: Sample, pictures: list[Path], tmp_path: Path
) -> None:
    with pytest.raises(ModelInvalid, match=f"has the digest {sample.version.digest}, pinned is sha256:0"):
        list(classify(pictures, sample.version.folder, "sha256:0"))
    folder = shutil.copytree(sample.version.folder, tmp_path / "1")
    (folder / "saved_model.pb").write_bytes(b"")
    with pytest.raises(ModelInvalid, match=r"is not used: saved_model.pb has changed"):
        list(classify(pictures, folder, None))
    with pytest.raises(ModelInvalid, match="has no SHA256SUMS"):
        list(classify(pictures, tmp_path, None))


def test_what_is_no_picture_is_named(sample: Sample, tmp_path: Path) -> None:
    with pytest.raises(ExportInvalid, match=r"none.png cannot be read \(No such file or directory\)"):
        list(classify([tmp_path / "none.png"], sample.version.folder, None))
    (tmp_path / "text.png").write_text("text")
    with pytest.raises(ExportInvalid) as refused:
        list(classify([tmp_path / "text.png"], sample.version.folder, None))
    assert str(refused.value) == (
        f"{tmp_path / 'text.png'}: assertion failed: [a picture must be a JPEG or PNG file of 32x32 pixels]"
    )


def test_the_newest_version_is_the_one_of_the_highest_number(tmp_path: Path) -> None:
    with pytest.raises(ExportInvalid, match="there is no exported version"):
        newest(tmp_path)
    for name in ("2", "10", ".11.part", "latest"):
        (tmp_path / name).mkdir()
    assert newest(tmp_path) == tmp_path / "10"
