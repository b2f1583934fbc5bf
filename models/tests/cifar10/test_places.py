"""Objects under a URL: which are there, under which URL, and how much of one is read."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from models.cifar10.storage import Object, Place, PlaceInvalid, ahead

ENDINGS = (".png",)


def paths(url: object) -> list[str]:
    return [each.path for each in Place(str(url)).list(ENDINGS)]


def read(folder: Path, *objects: Object) -> list[bytes | None]:
    place = Place(str(folder))
    return [content for _, content in ahead(place, objects, limit=10, window=2, readers=2)]


@pytest.mark.parametrize("url", ["/", "//", "file:///", "local:///"])
def test_the_root_of_all_files_is_not_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    (tmp_path / "there.png").write_bytes(b"there")
    monkeypatch.chdir(tmp_path)
    place = Place(url)
    assert place.url == url
    assert place.read("there.png") is None
    assert place.read(str(tmp_path / "there.png")[1:]) == b"there"


@pytest.mark.parametrize("url", ["", "file://"])
def test_a_url_that_names_no_folder_is_refused(url: str) -> None:
    with pytest.raises(PlaceInvalid, match=f"^'{url}' names no folder; the current one is '.'$"):
        Place(url)


@pytest.mark.parametrize("before", ["", "file://"])
def test_a_folder_may_be_named_as_fsspec_joins_urls(tmp_path: Path, before: str) -> None:
    folder = tmp_path / "a::b"
    Place(f"{before}{folder}/").write("c::d.png", b"there")
    assert (folder / "c::d.png").read_bytes() == b"there"
    assert paths(f"{before}{folder}") == ["c::d.png"]


@pytest.mark.parametrize("url", ["s3://bucket/a::b", "simplecache::s3://bucket"])
def test_a_bucket_may_not(url: str) -> None:
    with pytest.raises(PlaceInvalid, match="has '::', which fsspec takes for several URLs joined; use a name without"):
        Place(url)


def test_what_has_no_end_is_no_object(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # The path of a socket must be short.
    (tmp_path / "file.png").write_bytes(b"1")
    (tmp_path / "folder.png").mkdir()
    os.mkfifo(tmp_path / "pipe.png")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket.png")
        for link, leads_to in {
            "to-device": "/dev/zero",
            "to-file": "file.png",
            "to-folder": "folder.png",
            "to-nothing": "none",
            "to-pipe": "pipe.png",
        }.items():
            (tmp_path / f"{link}.png").symlink_to(leads_to)

        assert paths(tmp_path) == ["file.png", "to-file.png", "to-nothing.png"]
    there = Place(str(tmp_path)).list(ENDINGS)
    assert read(tmp_path, *there) == [b"1", b"1", None]


def test_of_a_file_that_has_grown_a_byte_more_is_read_and_no_more(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"1")
    there = Place(str(tmp_path)).list(ENDINGS)
    (tmp_path / "a.png").write_bytes(b"123456789")
    held: list[int] = []

    class Watched(Place):
        def read(self, path: str, at_most: int | None = None) -> bytes | None:
            content = super().read(path, at_most)
            held.append(len(content or b""))
            return content

    assert list(ahead(Watched(str(tmp_path)), there, limit=10, window=2, readers=2)) == [(there[0], None)]
    assert held == [2]


def test_so_much_of_a_file_is_read_as_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"123")
    (tmp_path / "b.png").write_bytes(b"")
    place = Place(str(tmp_path))
    assert [place.read("a.png", size) for size in (2, 3, 4)] == [b"12", b"123", b"123"]
    assert (place.read("a.png"), place.read("b.png", 1), place.read("none.png", 1)) == (b"123", b"", None)


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
        def read(self, path: str, at_most: int | None = None) -> bytes | None:
            asked.append(path)
            return super().read(path, at_most)

    coming = ahead(Watched(str(tmp_path)), objects, limit=2, window=5, readers=2)
    first = [next(coming) for _ in range(3)]

    assert first == [(each, each.path.encode()) for each in objects[:3]]
    assert len(asked) <= 8
    (tmp_path / "15").write_bytes(b"longer")
    (tmp_path / "16").unlink()
    rest = list(coming)
    assert [each for each, content in rest if content is None] == objects[15:17]
    assert sorted(asked) == [each.path for each in objects]
