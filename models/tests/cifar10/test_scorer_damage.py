"""Scoring of what is damaged: parts that are not whole, pictures that are none, names that are hard to write down."""

from __future__ import annotations

import io
import os
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import EpsImagePlugin, Image

from models.cifar10.score_files import Format, read
from models.cifar10.scorer import ScoringInvalid
from models.tests.cifar10.bytes_model import picture
from models.tests.cifar10.scoring import content, rows, score


@pytest.fixture
def images(tmp_path: Path) -> Path:
    folder = tmp_path / "images"
    folder.mkdir()
    for light, name in enumerate(("a.png", "b.png")):
        (folder / name).write_bytes(picture(200 * light))
    return folder


def changed(part: bytes, how: str) -> bytes:
    """A part of JSON lines as it must not be."""
    lines = part.splitlines(keepends=True)
    return {
        "empty": b"",
        "cut in a row": part[:-20],
        "cut before the last line end": part[:-1],
        "without a row": lines[0],
        "a row twice": lines[0] * 2,
        "in another order": lines[1] + lines[0],
        "by another model": part.replace(b"sha256:", b"sha256:0"),
        "of objects that are none": b"{}\n" * 2,
        "of lists": b"[]\n" * 2,
        "of numbers": b"1\n" * 2,
        "not UTF-8": b"\xff" + part,
        "too deep": b"[" * 100_000 + b"\n",
    }[how]


DAMAGES = (
    "empty",
    "cut in a row",
    "cut before the last line end",
    "without a row",
    "a row twice",
    "in another order",
    "by another model",
    "of objects that are none",
    "of lists",
    "of numbers",
    "not UTF-8",
    "too deep",
)


@pytest.mark.parametrize("format", Format)
def test_a_part_that_is_not_whole_is_refused_with_its_remedy(
    images: Path, tmp_path: Path, export: Path, format: Format
) -> None:
    to = tmp_path / "out"
    summary, _ = score(images, to, export, format=format)
    part = to / f"part-00000.{format}"
    whole = content(to)
    (to / "summary.json").unlink()
    before = {}
    for how in DAMAGES:
        part.write_bytes(changed(whole[part.name], how))
        before[how] = content(to)
        with pytest.raises(ScoringInvalid) as refused:
            score(images, to, export, format=format)
        assert str(refused.value) == (
            f"{part} has not a row by {summary.model} for each of its 2 pictures, in their order; delete it and start "
            "again, which makes it anew"
        )
        assert content(to) == before[how]

    part.unlink()
    assert score(images, to, export, format=format)[0] == summary
    assert content(to) == whole


def test_parts_without_a_plan_are_refused(images: Path, tmp_path: Path, export: Path) -> None:
    to = tmp_path / "out"
    score(images, to, export)
    (to / "plan.json").unlink()
    (images / "c.png").write_bytes(picture(3))
    before = content(to)

    for format in Format:
        with pytest.raises(ScoringInvalid, match=r"out has part-00000\.jsonl but no plan\.json, so it cannot be told"):
            score(images, to, export, format=format)
    assert content(to) == before

    (to / "part-00000.jsonl").rename(to / "notes.jsonl")
    assert score(images, to, export)[0].objects == 3


def png(*chunks: tuple[bytes, bytes]) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )


def header(side: int) -> tuple[bytes, bytes]:
    return b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)


def other(kind: str) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(np.zeros((16, 16, 3), np.uint8)).save(stream, kind)
    return stream.getvalue()


DAMAGED = {
    "broken chunk": png(header(8), (b"\x00\x00\x00\x00", b"")),
    "truncated header": png((b"IHDR", b"\x00\x00")),
    "no data": png(header(8), (b"IEND", b"")),
    "a bomb": png(header(20_000), (b"IDAT", b"")),
    "half a JPEG": picture(9, "JPEG")[:200],
    "TIFF": other("TIFF"),
    "PPM": other("PPM"),
    "ICO": other("ICO"),
}


def test_a_damaged_picture_or_one_of_another_kind_is_a_row_that_says_so(
    images: Path, tmp_path: Path, export: Path
) -> None:
    for name, file in DAMAGED.items():
        (images / f"{name}.png").write_bytes(file)

    summary, _ = score(images, tmp_path / "out", export)

    assert summary.errors == len(DAMAGED)
    found = {row["object"].removesuffix(".png"): row["error"] for row in rows(tmp_path / "out")}
    assert found == {"a": None, "b": None, **dict.fromkeys(DAMAGED, "cannot be decoded")}


def test_no_other_program_is_started_for_a_file(
    images: Path, tmp_path: Path, export: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pillow gives EPS to Ghostscript, whatever the name of the file."""
    ghostscript = tmp_path / "bin" / "gs"
    ghostscript.parent.mkdir()
    ghostscript.write_text(f"#!/bin/sh\ntouch {tmp_path}/started\n")
    ghostscript.chmod(0o755)
    monkeypatch.setenv("PATH", f"{ghostscript.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(EpsImagePlugin, "gs_binary", None)
    (images / "b.png").write_bytes(
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 32 32\n%%EndComments\nshowpage\n%%EOF\n"
    )

    score(images, tmp_path / "out", export)

    assert [row["error"] for row in rows(tmp_path / "out")] == [None, "cannot be decoded"]
    assert not (tmp_path / "started").exists()


@pytest.mark.parametrize("format", Format)
def test_pictures_of_every_name_are_scored_and_their_rows_read_back(
    tmp_path: Path, export: Path, format: Format
) -> None:
    names = [b"a\xff.png", b"b\rc.png", b"d\ne.png", b"f\r\ng.png", b"h\",'i.png", "j\u2028é.png".encode()]
    folder = tmp_path / os.fsdecode(b"images\xff")
    folder.mkdir()
    for name in names:
        (folder / os.fsdecode(name)).write_bytes(picture(9))

    first, _ = score(folder, tmp_path / "out", export, format=format)
    again, said = score(folder, tmp_path / "out", export, format=format)

    assert (first.objects, first.errors) == (6, 0)
    assert (again, said) == (first, ["1 of 1 parts are there"])
    part = (tmp_path / "out" / f"part-00000.{format}").read_bytes()
    assert [os.fsencode(row["object"]) for row in read(part, format)] == names


def test_a_pipe_among_the_pictures_is_passed_over(images: Path, tmp_path: Path, export: Path) -> None:
    os.mkfifo(images / "pipe.png")
    assert score(images, tmp_path / "out", export)[0].objects == 2
