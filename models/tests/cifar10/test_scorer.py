"""Scoring of a folder and of a bucket: what is written, what is refused, and that a broken run changes nothing."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fsspec
import pytest
from moto.server import ThreadedMotoServer

from models.cifar10 import scorer
from models.cifar10.judge import Judge, ModelInvalid
from models.cifar10.places import Object, Place, PlaceInvalid, ahead
from models.cifar10.rows import Format
from models.cifar10.scorer import ScoringInvalid, Summary
from models.tests.cifar10 import bytes_model
from models.tests.cifar10.bytes_model import picture


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "1"
    bytes_model.write(folder)
    return folder


@pytest.fixture(scope="module")
def digest(export: Path) -> str:
    return Judge(export, None).digest


@pytest.fixture
def images(tmp_path: Path) -> Path:
    """Ten pictures of two kinds and what is none of them."""
    folder = tmp_path / "images"
    for number in range(10):
        kind, ending = ("JPEG", "jpg") if number % 2 else ("PNG", "PNG")
        path = folder / f"day-{number // 4}" / f"{number}.{ending}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(picture(25 * number, kind))
    (folder / "notes.txt").write_text("no picture")
    return folder


def score(images: object, to: object, export: Path, **changes: Any) -> tuple[Summary, list[str]]:
    said: list[str] = []
    settings = {"digest": None, "batch": 2, "format": Format.jsonl, "say": said.append, **changes}
    return scorer.score(str(images), str(to), export, **settings), said


def rows(to: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for part in sorted(to.glob("part-*.jsonl")) for line in part.read_text().splitlines()]


def content(to: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in to.iterdir()}


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
from models.cifar10 import places, scorer
from models.cifar10.rows import Format

def write_whole(path, write):
    if path.name == "part-00001.jsonl":
        path.with_name(f".{path.name}.part").write_bytes(b'{"object": "half')
        os.kill(os.getpid(), signal.SIGKILL)
    original(path, write)

original, places.write_whole = places.write_whole, write_whole
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


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("gs://bucket/images", "uv pip install --python .venv-models/bin/python gcsfs"),
        ("abfs://container/images", "uv pip install --python .venv-models/bin/python adlfs"),
        ("carrier-pigeon://loft", "no URL of a known kind; allowed: a folder, or a URL of s3, gs"),
    ],
)
def test_a_place_that_cannot_be_had_is_told_with_its_remedy(url: str, words: str) -> None:
    with pytest.raises(PlaceInvalid, match=words):
        Place(url)


def test_no_more_is_read_than_what_is_ahead(tmp_path: Path) -> None:
    objects = [Object(path=f"{number:02}", size=2, etag=None) for number in range(20)]
    for each in objects:
        (tmp_path / each.path).write_bytes(each.path.encode())
    asked: list[str] = []

    class Watched(Place):
        def read(self, path: str) -> bytes | None:
            asked.append(path)
            return super().read(path)

    coming = ahead(Watched(str(tmp_path)), objects, limit=2, window=5, readers=2)
    first = [next(coming) for _ in range(3)]

    assert first == [(each, each.path.encode()) for each in objects[:3]]
    assert len(asked) <= 8
    (tmp_path / "15").write_bytes(b"longer")
    (tmp_path / "16").unlink()
    rest = list(coming)
    assert [each for each, content in rest if content is None] == objects[15:17]
    assert sorted(asked) == [each.path for each in objects]


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(server: str, monkeypatch: pytest.MonkeyPatch) -> fsspec.AbstractFileSystem:
    """An S3-compatible server with a bucket, and what s3fs finds both by."""
    for name, value in {
        "AWS_ENDPOINT_URL": server,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    files = fsspec.filesystem("s3", use_listings_cache=False, skip_instance_cache=True)
    files.mkdir("pictures")
    yield files
    files.rm("pictures", recursive=True)


@pytest.mark.usefixtures("small_parts")
def test_a_bucket_is_scored_as_a_folder_is_with_the_etag_of_each_object(
    bucket: fsspec.AbstractFileSystem, images: Path, tmp_path: Path, export: Path
) -> None:
    bucket.put(f"{images}/", "pictures/in/", recursive=True)

    summary, _ = score("s3://pictures/in", "s3://pictures/out", export)

    assert (summary.objects, summary.errors, summary.parts) == (10, 0, 3)
    assert sorted(bucket.ls("pictures/out", detail=False)) == [
        "pictures/out/part-00000.jsonl",
        "pictures/out/part-00001.jsonl",
        "pictures/out/part-00002.jsonl",
        "pictures/out/plan.json",
        "pictures/out/summary.json",
    ]
    bucket.get("pictures/out", str(tmp_path / "got"), recursive=True)
    score(images, tmp_path / "out", export)
    there, here = rows(tmp_path / "got"), rows(tmp_path / "out")
    assert [row | {"etag": None} for row in there] == here
    assert there[0]["etag"] == bucket.info("pictures/in/day-0/0.PNG")["ETag"].strip('"')

    bucket.rm("pictures/out/part-00001.jsonl")
    _, said = score("s3://pictures/in", "s3://pictures/out", export)
    assert said == ["2 of 3 parts are there", "part-00001.jsonl: 4 pictures, 0 of them not scored"]


def test_a_bucket_that_is_not_there_is_told(bucket: fsspec.AbstractFileSystem, images: Path, export: Path) -> None:
    assert bucket.exists("pictures")
    with pytest.raises(ScoringInvalid, match="s3://nowhere/in has no object"):
        score("s3://nowhere/in", "s3://pictures/out", export)
    with pytest.raises(PlaceInvalid, match="s3://nowhere/out cannot be written to"):
        score(images, "s3://nowhere/out", export)
