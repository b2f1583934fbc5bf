"""What is published, in which order, and what is refused: into a folder that stands for the bucket."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from lepton_infra.delivery import manifest
from lepton_infra.delivery.manifest import NAME
from lepton_infra.delivery.publish import Published, Version, publish
from lepton_infra.delivery.publish.embedded import FolderBucket
from lepton_infra.errors import LeptonError
from tests.kit.exports import FILES, export, held


class Watched(FolderBucket):
    """A bucket that remembers what was done to it, and breaks off after its first ``copies``."""

    def __init__(self, root: Path, copies: int = 9) -> None:
        super().__init__(root)
        self.done: list[str] = []
        self._copies = copies

    def copy(self, source: Path, folder: str) -> None:
        super().copy(source, folder)
        self.done.append(f"copy {folder}")
        if len(self.done) >= self._copies:
            raise OSError("the line is cut")

    def finish(self, source: Path, folder: str) -> None:
        super().finish(source, folder)
        self.done.append(f"finish {folder}")


@pytest.fixture
def exports(tmp_path: Path) -> Path:
    return tmp_path / "exports"


@pytest.fixture
def bucket(tmp_path: Path) -> Watched:
    return Watched(tmp_path / "bucket")


def test_a_version_is_copied_with_its_manifest_last(exports: Path, bucket: Watched) -> None:
    version = export(exports)

    assert list(publish([version], exports, bucket)) == [Published(version=version, anew=True)]

    assert bucket.done == ["copy cifar10/1", "finish cifar10/1"]
    assert held(bucket.root / "cifar10" / "1") == held(exports / "cifar10" / "1")
    assert list(bucket.root.iterdir()) == [bucket.root / "cifar10"]


def test_what_is_published_already_is_left_and_needs_no_export(exports: Path, bucket: Watched, tmp_path: Path) -> None:
    version = export(exports)
    list(publish([version], exports, bucket))
    bucket.done.clear()

    for folder in (exports, tmp_path / "elsewhere"):
        assert list(publish([version], folder, bucket)) == [Published(version=version, anew=False)]

    assert bucket.done == []


def test_another_export_under_the_same_number_is_refused(exports: Path, bucket: Watched) -> None:
    first = export(exports)
    list(publish([first], exports, bucket))
    before = held(bucket.root)
    second = export(exports, changes={"model.json": b'{"accuracy": 1}\n'})

    with pytest.raises(LeptonError, match=rf"published as {first.digest}, the stack file pins {second.digest}; .*next"):
        list(publish([second], exports, bucket))

    assert held(bucket.root) == before


def test_nothing_is_copied_before_all_are_known_good(exports: Path, bucket: Watched) -> None:
    versions = [export(exports, 1), export(exports, 2)]
    (exports / "cifar10" / "2" / "model.json").write_bytes(b"{}\n")

    with pytest.raises(LeptonError, match=r"model cifar10 version 2: model\.json has changed"):
        list(publish(versions, exports, bucket))

    assert bucket.done == []


def test_a_missing_export_is_named(exports: Path, bucket: Watched, tmp_path: Path) -> None:
    version = export(exports)

    with pytest.raises(LeptonError, match=r"there is no export in .*/none/cifar10/1; .* --from"):
        list(publish([version], tmp_path / "none", bucket))


def test_an_export_that_is_not_the_pinned_one_is_refused_though_that_is_published(
    exports: Path, bucket: Watched
) -> None:
    version = export(exports)
    list(publish([version], exports, bucket))
    export(exports, changes={"model.json": b"other\n"})

    with pytest.raises(LeptonError, match="another export of the model"):
        list(publish([version], exports, bucket))


def test_what_its_pods_would_not_start_with_is_refused(exports: Path, bucket: Watched) -> None:
    version = export(exports, changes={"batching_params.pbtxt": b"num_batch_threads { value: 0 }\n"})

    with pytest.raises(LeptonError, match=r"version 1: batching_params\.pbtxt:1: .* is no line that a model may set"):
        list(publish([version], exports, bucket))

    assert bucket.done == []


def test_a_broken_attempt_is_not_published_and_is_written_over(exports: Path, bucket: Watched, tmp_path: Path) -> None:
    version = export(exports)
    with pytest.raises(OSError, match="the line is cut"):
        list(publish([version], exports, Watched(bucket.root, copies=1)))
    assert NAME not in bucket.names("cifar10/1")
    half = bucket.root / "cifar10" / "1" / "saved_model.pb"
    half.write_bytes(b"\x00" * len(FILES["saved_model.pb"]))

    list(publish([version], exports, bucket))

    assert held(bucket.root / "cifar10" / "1") == held(exports / "cifar10" / "1")


def test_an_object_that_is_not_the_models_is_never_left_in_its_folder(exports: Path, bucket: Watched) -> None:
    version = export(exports)
    stranger = bucket.root / "cifar10" / "1" / "notes.txt"
    stranger.parent.mkdir(parents=True)
    stranger.write_bytes(b"x")

    with pytest.raises(LeptonError, match=r"is not published, .* notes\.txt; delete cifar10/1/ there"):
        list(publish([version], exports, bucket))

    assert bucket.done == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("remove", "lacks saved_model.pb"),
        ("add", "has an object that is not the model's: x.pb"),
        ("change", "has a changed saved_model.pb"),
    ],
)
def test_a_published_folder_that_was_tampered_with_is_told(
    exports: Path, bucket: Watched, change: str, words: str
) -> None:
    version = export(exports)
    list(publish([version], exports, bucket))
    folder = bucket.root / "cifar10" / "1"
    changes: dict[str, Callable[[], object]] = {
        "remove": (folder / "saved_model.pb").unlink,
        "add": lambda: (folder / "x.pb").write_bytes(b"x"),
        "change": lambda: (folder / "saved_model.pb").write_bytes(FILES["saved_model.pb"][:-1] + b"\x00"),
    }
    changes[change]()

    with pytest.raises(LeptonError, match=f"{words}; no pod will take it"):
        list(publish([version], exports, bucket))


def test_only_the_versions_own_manifest_is_kept_for_the_end(exports: Path, bucket: Watched) -> None:
    version = export(exports, changes={f"assets.extra/{NAME}": b"of something else"})

    list(publish([version], exports, bucket))

    assert held(bucket.root / "cifar10" / "1") == held(exports / "cifar10" / "1")


@pytest.mark.parametrize(
    ("added", "words"),
    [
        (b"caf\xe9\n", r"SHA256SUMS:7: .*is not '<sha256>"),
        (b"0" * 64 + b"  a\x0c" + b"0" * 64 + b"  b\n", r"SHA256SUMS:7: .*is not '<sha256>"),
    ],
)
def test_a_manifest_that_no_pod_would_take_is_refused_before_and_after(
    exports: Path, bucket: Watched, added: bytes, words: str
) -> None:
    export(exports)
    folder = exports / "cifar10" / "1"
    (folder / NAME).write_bytes((folder / NAME).read_bytes() + added)
    version = Version(model="cifar10", number=1, digest=manifest.digest_of(folder))

    with pytest.raises(LeptonError, match=words):
        list(publish([version], exports, bucket))
    assert bucket.done == []

    shutil.copytree(folder, bucket.root / version.path)
    with pytest.raises(LeptonError, match=rf"pinned and published is none: {words}"):
        list(publish([version], exports, bucket))


def test_a_manifest_that_cannot_be_put_in_place_leaves_nothing_beside_the_models(
    exports: Path, bucket: Watched
) -> None:
    version = export(exports)
    (bucket.root / version.path).mkdir(parents=True)
    (bucket.root / version.path / NAME).mkdir()

    with pytest.raises(OSError, match=NAME):
        list(publish([version], exports, bucket))

    assert list(bucket.root.iterdir()) == [bucket.root / "cifar10"]
