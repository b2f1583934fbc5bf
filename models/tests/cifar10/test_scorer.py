"""Scoring of a folder and of a bucket: what is written, what is refused, and that a broken run changes nothing."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from models.cifar10 import scorer
from models.cifar10.classifier import Judge
from models.cifar10.loading import ModelInvalid
from models.cifar10.score_files import Format
from models.cifar10.scorer import ScoringInvalid, Summary
from models.tests.cifar10 import bytes_model
from models.tests.cifar10.bytes_model import picture
from models.tests.cifar10.scoring import content, pictures, rows, score


@pytest.fixture(scope="module")
def digest(export: Path) -> str:
    return Judge(export, None).digest


@pytest.fixture
def images(tmp_path: Path) -> Path:
    return pictures(tmp_path / "images")


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two batches in a part: ten pictures are three parts."""
    monkeypatch.setattr(scorer, "BATCHES_OF_A_PART", 2)


@pytest.mark.usefixtures("small_parts")
def test_every_picture_has_a_row_in_the_order_of_their_paths(
    images: Path, tmp_path: Path, export: Path, digest: str
) -> None:
    summary, said = score(images, tmp_path / "out", export, digest=digest)

    assert summary == Summary(objects=10, errors=0, parts=3, model=digest)
    found = rows(tmp_path / "out")
    assert [row["object"] for row in found[:5]] == [
        "day-0/0.PNG",
        "day-0/1.jpg",
        "day-0/2.PNG",
        "day-0/3.jpg",
        "day-1/4.PNG",
    ]
    assert found[0] == {
        "object": "day-0/0.PNG",
        "etag": None,
        "size": (images / "day-0" / "0.PNG").stat().st_size,
        "class": "dark",
        "probability": 1.0,
        "model": digest,
        "error": None,
    }
    assert [row["class"] for row in found] == ["dark"] * 6 + ["light"] * 4
    assert [row["probability"] for row in found[8:]] == [0.784314, 0.882353]
    assert said == [
        "part-00000.jsonl: 4 pictures, 0 of them not scored",
        "part-00001.jsonl: 4 pictures, 0 of them not scored",
        "part-00002.jsonl: 2 pictures, 0 of them not scored",
    ]
    assert json.loads((tmp_path / "out" / "summary.json").read_text()) == {
        "objects": 10,
        "errors": 0,
        "parts": 3,
        "model": digest,
    }


def test_what_is_no_picture_is_a_row_that_says_why_and_spoils_no_other(
    images: Path, tmp_path: Path, export: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scorer, "LARGEST", 2000)
    (images / "day-0" / "1.jpg").write_bytes(b"SECRET-CONTENT of no picture")
    (images / "day-0" / "2.PNG").write_bytes(picture(9)[:45])
    (images / "day-1" / "5.jpg").write_bytes(picture(9, "JPEG", side=16))
    (images / "day-1" / "6.PNG").write_bytes(b"\x00" * 2001)
    (images / "day-2" / "9.jpg").write_bytes(b"")

    summary, said = score(images, tmp_path / "out", export, batch=8)

    assert summary.errors == 5
    assert {row["object"]: row["error"] for row in rows(tmp_path / "out") if row["class"] is None} == {
        "day-0/1.jpg": "cannot be decoded",
        "day-0/2.PNG": "cannot be decoded",
        "day-1/5.jpg": "JPEG of 16x16 pixels, which the model does not take",
        "day-1/6.PNG": "larger than 2000 bytes",
        "day-2/9.jpg": "cannot be decoded",
    }
    assert [row["class"] for row in rows(tmp_path / "out") if row["error"] is None] == ["dark"] * 3 + ["light"] * 2
    assert said == ["part-00000.jsonl: 10 pictures, 5 of them not scored"]


def test_nothing_of_a_picture_is_ever_printed(images: Path, tmp_path: Path, export: Path) -> None:
    (images / "bad.png").write_bytes(b"SECRET-CONTENT of no picture")

    done = command(images, tmp_path / "out", export)

    assert done.returncode == 0, done.stderr
    assert "11 pictures in 1 parts, 1 of them not scored" in done.stdout
    assert b"SECRET" not in b"".join(content(tmp_path / "out").values())
    assert "SECRET" not in done.stdout + done.stderr


def test_a_folder_whose_name_is_no_text_is_told_all_the_same(images: Path, tmp_path: Path, export: Path) -> None:
    done = command(images, tmp_path / os.fsdecode(b"out\xff"), export)
    assert done.returncode == 0, done.stderr
    assert "/out\\udcff: 10 pictures in 1 parts, 0 of them not scored" in done.stdout


def command(images: object, to: object, export: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own."""
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "models.cifar10",
            "score",
            str(images),
            "--to",
            str(to),
            "--export",
            str(export),
            *words,
        ],
        env={**os.environ, **more},
        capture_output=True,
        text=True,
        check=False,
    )


KILLED_WHILE_WRITING = """
import os, signal, sys
from pathlib import Path
from models.cifar10 import scorer, storage
from models.cifar10.score_files import Format

def write_whole(path, write):
    if path.name == "part-00001.jsonl":
        path.with_name(f".{path.name}.part").write_bytes(b'{"object": "half')
        os.kill(os.getpid(), signal.SIGKILL)
    original(path, write)

original, storage.write_whole = storage.write_whole, write_whole
scorer.BATCHES_OF_A_PART = 2
images, to, export = sys.argv[1:]
scorer.score(images, to, Path(export), digest=None, batch=2, format=Format.jsonl, say=print)
"""


@pytest.mark.usefixtures("small_parts")
def test_a_killed_run_goes_on_after_its_last_whole_part_and_ends_the_same(
    images: Path, tmp_path: Path, export: Path
) -> None:
    words = [str(images), str(tmp_path / "broken"), str(export)]
    killed = subprocess.run([sys.executable, "-c", KILLED_WHILE_WRITING, *words], capture_output=True, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert sorted(path.name for path in (tmp_path / "broken").glob("[!.]*")) == ["part-00000.jsonl", "plan.json"]
    first = (tmp_path / "broken" / "part-00000.jsonl").stat().st_mtime_ns

    _, said = score(images, tmp_path / "broken", export)

    assert said[0] == "1 of 3 parts are there"
    assert [line.partition(":")[0] for line in said[1:]] == ["part-00001.jsonl", "part-00002.jsonl"]
    assert (tmp_path / "broken" / "part-00000.jsonl").stat().st_mtime_ns == first
    score(images, tmp_path / "whole", export)
    assert content(tmp_path / "broken") == content(tmp_path / "whole")


@pytest.mark.usefixtures("small_parts")
def test_a_finished_run_does_nothing_again(images: Path, tmp_path: Path, export: Path) -> None:
    (images / "bad.png").write_bytes(b"x")
    first, _ = score(images, tmp_path / "out", export)
    before = content(tmp_path / "out")

    again, said = score(images, tmp_path / "out", export)

    assert (again, content(tmp_path / "out"), said) == (first, before, ["3 of 3 parts are there"])
    assert again.errors == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"batch": 3}, "batch was 2, now 3"), ({"format": Format.csv}, "format was jsonl, now csv"), ({}, "listing was")],
)
def test_a_run_of_something_else_is_not_gone_on_with(
    images: Path, tmp_path: Path, export: Path, changes: dict[str, Any], words: str
) -> None:
    score(images, tmp_path / "out", export)
    before = content(tmp_path / "out")
    if not changes:
        (images / "day-0" / "0.PNG").write_bytes(picture(3, "JPEG"))

    with pytest.raises(ScoringInvalid, match=words):
        score(images, tmp_path / "out", export, **changes)

    assert content(tmp_path / "out") == before


def test_csv_has_the_same_columns(images: Path, tmp_path: Path, export: Path, digest: str) -> None:
    (images / "day-0" / "1.jpg").write_bytes(b"x")

    summary, _ = score(images, tmp_path / "out", export, format=Format.csv)

    assert summary.errors == 1
    text = (tmp_path / "out" / "part-00000.csv").read_text()
    first, second, *_ = csv.DictReader(io.StringIO(text))
    assert list(first) == ["object", "etag", "size", "class", "probability", "model", "error"]
    assert (first["class"], first["probability"], first["error"]) == ("dark", "1.0", "")
    assert (second["class"], second["model"], second["error"]) == ("", digest, "cannot be decoded")


def test_another_model_is_refused_before_anything_is_written(images: Path, tmp_path: Path, export: Path) -> None:
    other = f"sha256:{'0' * 64}"
    with pytest.raises(ModelInvalid, match=rf"pinned is {other}; this is another export"):
        score(images, tmp_path / "out", export, digest=other)
    assert not (tmp_path / "out").exists()


def test_a_model_that_has_changed_is_refused(images: Path, tmp_path: Path) -> None:
    folder = tmp_path / "2"
    bytes_model.write(folder)
    (folder / "saved_model.pb").write_bytes(b"other")
    with pytest.raises(ModelInvalid, match=r"saved_model\.pb has changed"):
        score(images, tmp_path / "out", folder)


def test_a_folder_without_a_model_is_refused(images: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelInvalid, match="has no SHA256SUMS"):
        score(images, tmp_path / "out", images)


@pytest.mark.parametrize("there", [True, False])
def test_a_folder_without_pictures_is_refused(tmp_path: Path, export: Path, there: bool) -> None:
    if there:
        (tmp_path / "images").mkdir()
        (tmp_path / "images" / "notes.txt").write_text("no picture")
    with pytest.raises(ScoringInvalid, match=r"has no object that ends with \.jpg, \.jpeg, \.png"):
        score(tmp_path / "images", tmp_path / "out", export)
    assert not (tmp_path / "out").exists()
