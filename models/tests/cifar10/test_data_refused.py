"""What is wrong with a data set is told: where, what, and what to do."""

from __future__ import annotations

import os
import pickle
import struct
import tarfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from models.cifar10.data import DataInvalid, load
from models.tests.cifar10.data_files import PER_CLASS, batches, packed, pictures


def no_class(folder: Path) -> None:
    for path in (folder / "train" / "frog").iterdir():
        path.unlink()


def no_test(folder: Path) -> None:
    (folder / "test").rename(folder / "elsewhere")


def strange_class(folder: Path) -> None:
    (folder / "train" / "frog").rename(folder / "train" / "toad")


def large(folder: Path) -> None:
    Image.new("RGB", (64, 32)).save(folder / "train" / "cat" / "0000.png")


def grey(folder: Path) -> None:
    Image.new("L", (32, 32)).save(folder / "train" / "cat" / "0000.png")


def no_picture(folder: Path) -> None:
    (folder / "train" / "cat" / "0000.png").write_bytes(b"text")


def half_picture(folder: Path) -> None:
    path = next((folder / "train" / "cat").iterdir())
    path.write_bytes(path.read_bytes()[:200])


def damaged_picture(folder: Path) -> None:
    path = next((folder / "train" / "cat").iterdir())
    path.write_bytes(path.read_bytes().replace(b"IDAT", b"ID\0T"))


def huge_picture(folder: Path) -> None:
    """Some bytes that say that they unfold to 1.2 GB."""
    header = struct.pack(">IIBBBBB", 20_000, 20_000, 8, 2, 0, 0, 0)
    chunks = [
        struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        for kind, content in ((b"IHDR", header), (b"IDAT", zlib.compress(b"")))
    ]
    (folder / "train" / "cat" / "0000.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(chunks))


def twice(folder: Path) -> None:
    packed(folder / "train", "gz").rename(folder / "train.tar.gz")


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (no_class, "none of the class 'frog'"),
        (no_test, "has no test images"),
        (strange_class, "there is no class 'toad'; the classes are airplane, automobile"),
        (large, "0000.png is 64x32 RGB; pictures of CIFAR-10 are 32x32 RGB"),
        (grey, "0000.png is 32x32 L"),
        (no_picture, "0000.png is no picture .neither JPEG nor PNG.; get it again"),
        (half_picture, "is no picture"),
        (damaged_picture, "is no picture"),
        (huge_picture, "0000.png is no picture .Image size .400000000 pixels. exceeds limit"),
        (twice, r"train/\w+/\d+.png is there twice, also as .*, in an archive and beside it for example; name one"),
    ],
)
def test_pictures_that_are_not_cifar_are_refused(
    tmp_path: Path, kept: Path, harm: Callable[[Path], None], words: str
) -> None:
    folder = pictures(tmp_path / "cifar")
    harm(folder)
    with pytest.raises(DataInvalid, match=words):
        load(folder, whole=False, folder=kept)


class Harmful:
    def __reduce__(self) -> tuple[object, ...]:
        return os.system, ("true",)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "data_batch_3 is no batch"),
        (pickle.dumps({b"labels": [1]}), "data_batch_3 is no batch of CIFAR-10 .KeyError"),
        (pickle.dumps({b"labels": [1], b"data": np.zeros((1, 100), np.uint8)}), r"uint8 \(1, 100\) for 1 labels"),
        (pickle.dumps({b"labels": [1], b"data": np.zeros((1, 3072))}), r"float64 \(1, 3072\) for 1 labels"),
        (pickle.dumps({b"labels": [1], b"data": [0] * 3072}), "holds list for 1 labels"),
        (pickle.dumps({b"labels": [10], b"data": np.zeros((1, 3072), np.uint8)}), r"labels \[10\]; labels go from 0"),
        (
            pickle.dumps({b"labels": [2**70], b"data": [0] * 3072}),
            "data_batch_3 is no batch of CIFAR-10 .OverflowError",
        ),
        (pickle.dumps(b"latin").replace(b"latin", b"l\xe4tin"), "data_batch_3 is no batch"),
        (b"c__builtin__\n\xff\n.", "data_batch_3 is no batch of CIFAR-10 .UnicodeDecodeError"),
        (pickle.dumps(Harmful()), "refers to posix.system, which is no array"),
    ],
)
def test_a_batch_that_is_none_is_refused(tmp_path: Path, kept: Path, content: bytes, words: str) -> None:
    folder = batches(tmp_path)
    (folder / "data_batch_3").write_bytes(content)
    with pytest.raises(DataInvalid, match=words):
        load(folder, whole=False, folder=kept)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "batches.meta names no classes .EOFError"),
        (
            pickle.dumps({b"label_names": [b"cat"] * 10}),
            "batches.meta names the classes cat, cat, .*; those of CIFAR-10",
        ),
    ],
)
def test_classes_that_are_not_those_of_cifar_are_refused(
    tmp_path: Path, kept: Path, content: bytes, words: str
) -> None:
    folder = batches(tmp_path)
    (folder / "batches.meta").write_bytes(content)
    with pytest.raises(DataInvalid, match=words):
        load(packed(folder, "gz"), whole=False, folder=kept)


@pytest.mark.parametrize("form", ["gz", "xz", "bz2"])
@pytest.mark.parametrize("part", [0, 0.001, 0.5, 0.97])
def test_an_archive_that_is_cut_off_is_refused(tmp_path: Path, kept: Path, form: str, part: float) -> None:
    archive = packed(pictures(tmp_path / "cifar"), form)
    content = archive.read_bytes()
    archive.write_bytes(content[: int(len(content) * part)])
    with pytest.raises(DataInvalid, match="is cut off or is no tar archive") as refused:
        load(archive, whole=False, folder=kept)
    assert "\n" not in str(refused.value)
    assert not kept.exists()


def headers(archive: Path) -> list[int]:
    with tarfile.open(archive) as stream:
        return [member.offset for member in stream]


def cut_between_files(archive: Path) -> None:
    archive.write_bytes(archive.read_bytes()[: headers(archive)[-3]])


def damage_a_header(archive: Path) -> None:
    content = bytearray(archive.read_bytes())
    content[headers(archive)[-3]] ^= 1
    archive.write_bytes(content)


@pytest.mark.parametrize("harm", [cut_between_files, damage_a_header])
def test_an_archive_without_its_end_is_refused(tmp_path: Path, kept: Path, harm: Callable[[Path], None]) -> None:
    """Nothing else tells that a plain one is not whole."""
    archive = packed(pictures(tmp_path / "cifar"))
    assert len(load(archive, whole=False, folder=kept).train) == 10 * PER_CLASS["train"]
    harm(archive)
    with pytest.raises(DataInvalid, match=r"is cut off or is no tar archive \(it has no end, or a damaged header"):
        load(archive, whole=False, folder=kept)


def test_a_path_that_the_system_refuses_is_refused(kept: Path) -> None:
    with pytest.raises(DataInvalid, match=r"x cannot be read \(.*File name too long.*; name another, or make it"):
        load(Path("x" * 300), folder=kept)


def test_a_part_must_be_asked_for(tmp_path: Path, kept: Path) -> None:
    folder = batches(tmp_path)
    with pytest.raises(DataInvalid, match="have 5 of the class 'airplane', CIFAR-10 has 5,000"):
        load(folder, folder=kept)


@pytest.mark.parametrize("make", [lambda path: path, lambda path: path.mkdir() or path])
def test_nothing_is_refused(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    with pytest.raises(DataInvalid, match=r"there is nothing at|has no train images"):
        load(make(tmp_path / "nothing"), folder=tmp_path / "kept")


def test_a_home_that_cannot_be_reached_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(**_: object) -> str:
        raise Exception("URL fetch failure")

    monkeypatch.setattr("keras.utils.get_file", unreachable)
    with pytest.raises(
        DataInvalid, match=r"could not be downloaded \(URL fetch failure\); name an archive or a folder"
    ):
        load()
