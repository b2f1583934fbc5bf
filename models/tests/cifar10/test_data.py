"""Both forms of the data set are read, wherever they lie, and decoded once."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from models.cifar10.data import CLASSES, Data, DataInvalid, Split, cache, load, sources
from models.tests.cifar10 import made
from models.tests.cifar10.data_files import PER_CLASS, batches, packed, pictures


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


def test_what_only_lies_beside_an_archive_is_not_read(tmp_path: Path, kept: Path) -> None:
    folder = tmp_path / "both"
    folder.mkdir()
    packed(pictures(tmp_path / "cifar"), "gz").rename(folder / "cifar.tar.gz")
    (folder / "cifar.tar.gz.sha256").write_text("0" * 64)
    assert counts(load(folder, whole=False, folder=kept).train) == [PER_CLASS["train"]] * 10


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


def other_arrays(stream: io.BytesIO) -> None:
    np.savez(stream, train_images=np.zeros(1))


def one_array(stream: io.BytesIO) -> None:
    np.save(stream, np.zeros(1))


def encrypted(stream: io.BytesIO) -> None:
    """Says that it is, in the flags of each entry of its directory."""
    np.savez(stream, train_images=np.zeros(1))
    content = bytearray(stream.getvalue())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    content[6] |= 1
    stream.seek(0)
    stream.write(content)


@pytest.mark.parametrize("write", [other_arrays, one_array, encrypted])
def test_a_kept_file_of_another_kind_is_not_read(kept: Path, write: Callable[[io.BytesIO], None]) -> None:
    cache.put(made.data(1, 1), kept)
    (file,) = kept.iterdir()
    stream = io.BytesIO()
    write(stream)
    file.write_bytes(stream.getvalue())
    assert cache.get(made.data(1, 1).digest, kept) is None
