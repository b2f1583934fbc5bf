from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lepton_infra.delivery import manifest as manifest
from lepton_infra.delivery.manifest import Entry, ManifestError

SHA = "0" * 64


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "1"
    (folder / "variables").mkdir(parents=True)
    (folder / "saved_model.pb").write_bytes(b"graph")
    (folder / "variables" / "variables.index").write_bytes(b"index")
    return folder


def test_a_written_folder_verifies(folder: Path) -> None:
    digest = manifest.write(folder)
    assert [entry.path for entry in manifest.verify(folder, digest)] == ["saved_model.pb", "variables/variables.index"]


def test_the_digest_is_of_the_files_alone(folder: Path) -> None:
    digest = manifest.write(folder)
    os.utime(folder / "saved_model.pb", (0, 0))
    assert manifest.write(folder) == digest
    (folder / "saved_model.pb").write_bytes(b"other")
    assert manifest.write(folder) != digest


def test_coreutils_reads_the_manifest(folder: Path) -> None:
    manifest.write(folder)
    done = subprocess.run(["sha256sum", "-c", manifest.NAME], cwd=folder, capture_output=True, check=False)
    assert done.returncode == 0


def test_nothing_but_the_manifest_is_left_behind(folder: Path) -> None:
    manifest.write(folder)
    assert sorted(path.name for path in folder.parent.rglob("*") if path.is_file()) == [
        "SHA256SUMS",
        "saved_model.pb",
        "variables.index",
    ]


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (lambda folder: (folder / "saved_model.pb").write_bytes(b"Graph"), "saved_model.pb has changed"),
        (lambda folder: (folder / "saved_model.pb").unlink(), "saved_model.pb is in the manifest but not"),
        (lambda folder: (folder / "extra").write_bytes(b""), "extra is in"),
        (lambda folder: (folder / "link").symlink_to("saved_model.pb"), "link"),
        (lambda folder: (folder / manifest.NAME).unlink(), "has no SHA256SUMS"),
        (lambda folder: (folder / manifest.NAME).write_text(""), "pinned is"),
    ],
)
def test_harm_is_found(folder: Path, harm: Callable[[Path], object], words: str) -> None:
    digest = manifest.write(folder)
    harm(folder)
    with pytest.raises(ManifestError, match=words):
        manifest.verify(folder, digest)


@pytest.mark.parametrize("name", ["with space", "-rf", ".hidden", "line\nend", "naïve", "a\\b"])
def test_a_name_that_the_manifest_cannot_carry_is_refused(folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"")
    with pytest.raises(ManifestError, match="rename it"):
        manifest.write(folder)
    assert not (folder / manifest.NAME).exists()


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="holds no file"):
        manifest.write(tmp_path)


def test_parse_gives_the_entries() -> None:
    assert manifest.parse(f"{SHA}  a/b\n".encode()) == [Entry(path="a/b", sha256=SHA)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        f"{SHA}  a",
        f"{SHA} *a\n",
        f"{SHA}  ../a\n",
        f"{SHA}  /a\n",
        f"{SHA}  a/../b\n",
        f"{SHA}  a//b\n",
        f"{SHA[1:]}  a\n",
        f"{SHA}  a\n{SHA}  a\n",
        f"{SHA}  a\n\n",
        f"{SHA}  a\r\n",
        f"{SHA}  a\r{SHA}  b\n",
        f"{SHA}  a\f{SHA}  b\n",
        f"{SHA}  a\u2028{SHA}  b\n",
    ],
)
def test_what_is_not_a_manifest_is_refused(text: str) -> None:
    with pytest.raises(ManifestError):
        manifest.parse(text.encode())


def test_a_path_that_is_listed_twice_is_named() -> None:
    with pytest.raises(ManifestError, match="b is listed twice"):
        manifest.parse(f"{SHA}  a\n{SHA}  b\n{SHA}  b\n".encode())


def test_a_reader_does_not_ask_for_the_order() -> None:
    assert [entry.path for entry in manifest.parse(f"{SHA}  b\n{SHA}  a\n".encode())] == ["b", "a"]


def test_a_manifest_that_is_no_text_is_refused_by_its_line(folder: Path) -> None:
    manifest.write(folder)
    path = folder / manifest.NAME
    path.write_bytes(path.read_bytes() + SHA.encode() + b"  caf\xe9\n")
    with pytest.raises(ManifestError, match=r"SHA256SUMS:3: .*caf\\\\xe9"):
        manifest.verify(folder, manifest.digest_of(folder))


SEGMENTS = st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,8}", fullmatch=True)
FILES = st.dictionaries(st.tuples(SEGMENTS, SEGMENTS), st.binary(max_size=64), min_size=1, max_size=6)


@settings(deadline=None, max_examples=50)
@given(files=FILES, data=st.data())
def test_any_folder_verifies_until_any_byte_changes(files: dict[tuple[str, str], bytes], data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as root:
        folder = Path(root) / "1"
        for (parent, name), content in files.items():
            # Folders and files get different names, on file systems that ignore case too.
            path = folder / f"d_{parent.lower()}" / f"f_{name.lower()}"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        digest = manifest.write(folder)
        entries = manifest.verify(folder, digest)
        victim = folder / data.draw(st.sampled_from([entry.path for entry in entries]))
        victim.write_bytes(victim.read_bytes() + b"\0")
        with pytest.raises(ManifestError, match="has changed"):
            manifest.verify(folder, digest)


def test_a_disk_that_is_full_leaves_no_part_of_a_manifest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    (tmp_path / "1").mkdir()
    (tmp_path / "1" / "saved_model.pb").write_bytes(b"graph")
    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space left on device"):
        manifest.write(tmp_path / "1")
    assert [path.relative_to(tmp_path).as_posix() for path in sorted(tmp_path.rglob("*"))] == ["1", "1/saved_model.pb"]


def test_the_digest_of_a_manifest_is_that_which_was_given_when_it_was_written(tmp_path: Path) -> None:
    (tmp_path / "saved_model.pb").write_bytes(b"graph")
    with pytest.raises(manifest.ManifestError, match="has no SHA256SUMS"):
        manifest.digest_of(tmp_path)
    assert manifest.write(tmp_path) == manifest.digest_of(tmp_path)
