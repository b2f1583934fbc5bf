from __future__ import annotations

from pathlib import Path

import pytest

from lepton_infra import lock as pins
from lepton_infra.errors import LeptonError
from lepton_infra.platform.serving.runtime import FETCH_IMAGE, SERVER_IMAGES

ROOT = Path(__file__).parents[1]
DIGEST = "sha256:" + "a" * 64


@pytest.fixture(scope="module")
def locked() -> pins.Pins:
    return pins.locked(ROOT)


def lock(folder: Path, text: str) -> Path:
    (folder / pins.LOCK_FILE).write_text(text, encoding="utf-8")
    return folder


def test_the_repositorys_lock_has_what_serving_runs(locked: pins.Pins) -> None:
    assert {*SERVER_IMAGES.values(), FETCH_IMAGE, "nvidia-device-plugin"} <= set(locked.images)
    assert "nvidia-device-plugin" in locked.charts


def test_no_pin_of_the_repository_follows_a_moving_tag(locked: pins.Pins) -> None:
    assert [
        key for key, pin in locked.images.items() if "latest" in pin.tag or not any(map(str.isdigit, pin.tag))
    ] == []


def test_every_pin_of_the_repository_says_where_and_when_it_was_read(locked: pins.Pins) -> None:
    every: list[pins.ImagePin | pins.ChartPin | pins.NodeImagePin] = [
        *locked.images.values(),
        *locked.charts.values(),
        *locked.node_images.values(),
    ]
    for pin in every:
        assert pin.read_from.startswith("https://")
        assert len(pin.read_on) == len("2026-01-01")


def test_the_server_for_gpus_is_a_gpu_image(locked: pins.Pins) -> None:
    assert locked.images[SERVER_IMAGES[True]].tag.endswith("-gpu")
    assert not locked.images[SERVER_IMAGES[False]].tag.endswith("-gpu")


IMAGE = "images: {{x: {{source: docker.io/x/x, tag: '1', {digest} read_from: here, read_on: today}}}}\n"
REST = "charts: {}\nnode_images: {}\n"


@pytest.mark.parametrize(
    ("digest", "unpinned"), [("", ["images.x"]), ("digest: null,", ["images.x"]), (f"digest: '{DIGEST}',", [])]
)
def test_what_has_no_digest_is_named(tmp_path: Path, digest: str, unpinned: list[str]) -> None:
    assert pins.locked(lock(tmp_path, IMAGE.format(digest=digest) + REST)).unpinned() == unpinned


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (IMAGE.format(digest="digest: sha256:abc,") + REST, "images.x.digest"),
        (IMAGE.format(digest="digest: latest,") + REST, "images.x.digest"),
        (IMAGE.format(digest="size: 1,") + REST, "images.x.size"),
        (REST, "images"),
        ("images: [", "cannot be read"),
        ("", "lepton.lock.yaml"),
    ],
)
def test_a_wrong_lock_file_is_refused_with_the_key(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(LeptonError, match=words):
        pins.locked(lock(tmp_path, text))


def test_a_missing_lock_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LeptonError, match="does not exist"):
        pins.locked(tmp_path)
