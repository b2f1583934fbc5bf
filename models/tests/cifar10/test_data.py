"""Both forms of the data set, made here in small, and what is wrong with each."""

from __future__ import annotations

import io
import os
import pickle
import tarfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from models.cifar10.data import CLASSES, Data, DataInvalid, Split, cache, load, sources
from models.tests.cifar10 import made

PER_CLASS = {"train": 5, "test": 2}


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "kept"


def batches(folder: Path) -> Path:
    """The original form: five batches and a test batch of pickled rows, all red first."""
    data = made.data(PER_CLASS["train"], PER_CLASS["test"])
    home = folder / "cifar-10-batches-py"
    home.mkdir(parents=True)
    parts = {f"data_batch_{n + 1}": data.train.take(np.arange(n, len(data.train), 5)) for n in range(5)}
    for name, split in {**parts, "test_batch": data.test}.items():
        rows = split.images.transpose(0, 3, 1, 2).reshape(len(split), -1)
        content = {b"batch_label": name.encode(), b"labels": split.labels.tolist(), b"data": rows, b"filenames": []}
        (home / name).write_bytes(pickle.dumps(content, protocol=2))
    (home / "batches.meta").write_bytes(pickle.dumps({b"label_names": [name.encode() for name in CLASSES]}))
    return home


def pictures(folder: Path) -> Path:
    """A folder for each class. PNG here, so that pixels can be compared."""
    for part, per_class in PER_CLASS.items():
        split = made.split(per_class, seed=len(part))
        for number, (image, label) in enumerate(zip(split.images, split.labels, strict=True)):
            path = folder / part / CLASSES[label] / f"{number:04}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(image).save(path)
    return folder


def packed(folder: Path, suffix: str) -> Path:
    archive = folder.with_name(f"{folder.name}.tar.{suffix}")
    with tarfile.open(archive, f"w:{suffix}") as stream:  # type: ignore[call-overload]
        stream.add(folder, folder.name)
    return archive


def counts(split: Split) -> list[int]:
    return np.bincount(split.labels, minlength=len(CLASSES)).tolist()  # type: ignore[no-any-return]


@pytest.mark.parametrize("make", [batches, pictures])
@pytest.mark.parametrize("form", ["folder", "gz", "xz"])
def test_each_form_is_read(tmp_path: Path, kept: Path, make: Callable[[Path], Path], form: str) -> None:
    folder = make(tmp_path / "cifar")
    data = load(folder if form == "folder" else packed(folder, form), whole=False, folder=kept)
    assert counts(data.train) == [PER_CLASS["train"]] * 10
    assert counts(data.test) == [PER_CLASS["test"]] * 10
    assert data.train.images.shape == (50, 32, 32, 3)
    assert data.train.images.dtype == np.uint8


def test_batches_keep_every_pixel_in_its_place(tmp_path: Path, kept: Path) -> None:
    data = load(batches(tmp_path), whole=False, folder=kept)
    assert np.array_equal(data.test.images, made.split(PER_CLASS["test"], 2).images)
    assert np.array_equal(data.test.labels, made.split(PER_CLASS["test"], 2).labels)


def test_pictures_keep_every_pixel_and_are_in_order_of_their_names(tmp_path: Path, kept: Path) -> None:
    data = load(pictures(tmp_path / "cifar"), whole=False, folder=kept)
    first = sorted((tmp_path / "cifar" / "train" / "airplane").iterdir())[0]
    assert np.array_equal(data.train.images[0], np.asarray(Image.open(first)))
    assert data.train.labels.tolist() == sorted(data.train.labels.tolist())


def test_a_folder_of_archives_is_read(tmp_path: Path, kept: Path) -> None:
    folder = pictures(tmp_path / "cifar")
    both = tmp_path / "both"
    both.mkdir()
    for part in PER_CLASS:
        packed(folder / part, "xz").rename(both / f"cifar-{part}.tar.xz")
    assert counts(load(both, whole=False, folder=kept).train) == [PER_CLASS["train"]] * 10


def test_jpeg_is_read(tmp_path: Path, kept: Path) -> None:
    folder = pictures(tmp_path / "cifar")
    for path in folder.rglob("*.png"):
        Image.open(path).save(path.with_suffix(".jpg"), quality=95)
        path.unlink()
    data = load(folder, whole=False, folder=kept)
    assert counts(data.train) == [PER_CLASS["train"]] * 10


def test_what_was_decoded_is_not_decoded_again(tmp_path: Path, kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = packed(batches(tmp_path / "cifar"), "gz")
    first = load(archive, whole=False, folder=kept)
    monkeypatch.setattr("models.cifar10.data.reading.read", None)
    second = load(archive, whole=False, folder=kept)
    assert np.array_equal(first.train.images, second.train.images)
    assert np.array_equal(first.test.labels, second.test.labels)
    assert first.digest == second.digest


def test_a_kept_file_that_is_cut_off_is_made_again(tmp_path: Path, kept: Path) -> None:
    folder = batches(tmp_path)
    load(folder, whole=False, folder=kept)
    (file,) = kept.iterdir()
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    load(folder, whole=False, folder=kept)
    assert file.read_bytes() == whole


def test_data_can_be_read_where_nothing_can_be_kept(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    data = load(batches(tmp_path / "cifar"), whole=False, folder=tmp_path / "file" / "kept")
    assert len(data.test) == 20


def test_other_data_has_another_digest(tmp_path: Path) -> None:
    folder = pictures(tmp_path / "cifar")
    before = sources.digest_of(folder)
    (folder / "README.md").write_text("not part of the data")
    assert sources.digest_of(folder) == before
    victim = next(folder.rglob("*.png"))
    victim.write_bytes(victim.read_bytes() + b"\0")
    assert sources.digest_of(folder) != before


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


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (no_class, "none of the class 'frog'"),
        (no_test, "has no test images"),
        (strange_class, "there is no class 'toad'; the classes are airplane, automobile"),
        (large, "0000.png is 64x32 RGB; pictures of CIFAR-10 are 32x32 RGB"),
        (grey, "0000.png is 32x32 L"),
        (no_picture, "0000.png is no picture"),
        (half_picture, "is no picture"),
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
        (pickle.dumps(Harmful()), "refers to posix.system, which is no array"),
    ],
)
def test_a_batch_that_is_none_is_refused(tmp_path: Path, kept: Path, content: bytes, words: str) -> None:
    folder = batches(tmp_path)
    (folder / "data_batch_3").write_bytes(content)
    with pytest.raises(DataInvalid, match=words):
        load(folder, whole=False, folder=kept)


@pytest.mark.parametrize("form", ["gz", "xz", "bz2"])
@pytest.mark.parametrize("part", [0.001, 0.5, 0.97])
def test_an_archive_that_is_cut_off_is_refused(tmp_path: Path, kept: Path, form: str, part: float) -> None:
    archive = packed(pictures(tmp_path / "cifar"), form)
    content = archive.read_bytes()
    archive.write_bytes(content[: int(len(content) * part)])
    with pytest.raises(DataInvalid, match="is cut off or is no tar archive"):
        load(archive, whole=False, folder=kept)
    assert not kept.exists()


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


@given(train=st.integers(2, 12), out=st.integers(1, 11))
def test_held_out_images_are_the_same_for_all_and_of_every_class(train: int, out: int) -> None:
    data = Data(train=made.split(train, 1), test=made.split(1, 2), digest="")
    if out >= train:
        with pytest.raises(DataInvalid, match="cannot hold out"):
            data.held_out(out)
        return
    rest, held = data.held_out(out)
    assert counts(held) == [out] * 10
    assert counts(rest) == [train - out] * 10
    seen = {image.tobytes() for image in rest.images} | {image.tobytes() for image in held.images}
    assert seen == {image.tobytes() for image in data.train.images}
    assert np.array_equal(data.held_out(out)[1].images, held.images)


def test_without_holding_out_progress_is_measured_on_the_test_images() -> None:
    data = made.data(2, 1)
    training, measured = data.held_out(0)
    assert training is data.train
    assert measured is data.test


def test_a_kept_file_of_another_kind_is_not_read(kept: Path) -> None:
    cache.put(made.data(1, 1), kept)
    (file,) = kept.iterdir()
    stream = io.BytesIO()
    np.savez(stream, train_images=np.zeros(1))
    file.write_bytes(stream.getvalue())
    assert cache.get(made.data(1, 1).digest, kept) is None
