"""Scoring of a bucket, on an S3-compatible server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest
from moto.server import ThreadedMotoServer

from models.cifar10 import scorer
from models.cifar10.scorer import ScoringInvalid
from models.cifar10.storage import Place, PlaceInvalid
from models.tests.cifar10.scoring import pictures, rows, score


@pytest.fixture
def images(tmp_path: Path) -> Path:
    return pictures(tmp_path / "images")


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


def test_a_bucket_is_scored_as_a_folder_is_with_the_etag_of_each_object(
    bucket: fsspec.AbstractFileSystem, images: Path, tmp_path: Path, export: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scorer, "BATCHES_OF_A_PART", 2)
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


def test_of_an_object_so_much_is_read_as_is_asked_for(bucket: fsspec.AbstractFileSystem) -> None:
    bucket.pipe({"pictures/a": b"123", "pictures/b": b""})
    place = Place("s3://pictures")
    assert [place.read("a", size) for size in (2, 3, 4)] == [b"12", b"123", b"123"]
    assert (place.read("a"), place.read("b", 1), place.read("none", 1)) == (b"123", b"", None)


def test_a_bucket_that_is_not_there_is_told(bucket: fsspec.AbstractFileSystem, images: Path, export: Path) -> None:
    assert bucket.exists("pictures")
    with pytest.raises(ScoringInvalid, match="s3://nowhere/in has no object"):
        score("s3://nowhere/in", "s3://pictures/out", export)
    with pytest.raises(PlaceInvalid, match="s3://nowhere/out cannot be written to"):
        score(images, "s3://nowhere/out", export)
