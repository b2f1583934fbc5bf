"""``load``: what the engine hands over becomes ``RegionArgs``, or one message without a traceback."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pulumi
import pytest

from lepton_infra import RegionArgs
from lepton_infra import lock as pins
from lepton_infra.stack.load import load
from tests.kit.stacks import model, region

LOCK = "images: {}\ncharts: {}\nnode_images: {}\n"
UNREAD = "images: {rclone: {source: a, tag: b, read_from: c, read_on: d}}\ncharts: {}\nnode_images: {}\n"
EXPORTED = [model("cifar10", "l4", versions=[{"version": 1, "digest": f"sha256:{'0' * 64}"}])]
STACK_FILE = """\
config:
  pulumi:disable-default-providers: ["*"]
  lepton:region:
    name: us-east
    residency: uk
"""


class NoResources(pulumi.runtime.Mocks):
    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        return args.name, args.inputs

    def call(self, args: pulumi.runtime.MockCallArgs) -> tuple[dict[Any, Any], list[tuple[str, str]] | None]:
        return {}, None


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, event_loop: asyncio.AbstractEventLoop) -> Iterator[Path]:
    """An empty project, selected stack us-east, on a real cloud."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(pins.SIMULATED, raising=False)
    (tmp_path / "Pulumi.yaml").write_text("name: lepton\nruntime: python\n", encoding="utf-8")
    (tmp_path / pins.LOCK_FILE).write_text(LOCK, encoding="utf-8")
    pulumi.runtime.set_mocks(NoResources(), project="lepton", stack="us-east")
    yield tmp_path
    pulumi.runtime.set_all_config({})
    event_loop.run_until_complete(asyncio.gather(*asyncio.all_tasks(event_loop)))


def loaded(raw: object, default_providers: str | None = '["*"]') -> RegionArgs:
    values = {"lepton:region": json.dumps(raw), "pulumi:disable-default-providers": default_providers}
    pulumi.runtime.set_all_config({key: value for key, value in values.items() if value is not None})
    return load(pulumi.Config("lepton"))


def test_a_region_is_loaded_with_its_cloud_and_its_pins(project: Path) -> None:
    args = loaded(region(models=EXPORTED))

    assert args.config.name == "us-east"
    assert args.cloud.settings is type(args.config.cloud)
    assert args.pins.unpinned() == []


def test_the_message_is_that_of_check_where_there_is_a_file(project: Path) -> None:
    (project / "Pulumi.us-east.yaml").write_text(STACK_FILE, encoding="utf-8")

    with pytest.raises(pulumi.RunError) as caught:
        loaded({"name": "us-east", "residency": "uk"})

    assert "Pulumi.us-east.yaml:5: residency: is not an allowed value (given uk; " in str(caught.value)
    assert "Pulumi.us-east.yaml:3: network: is missing" in str(caught.value)


def test_without_a_file_the_keys_are_told(project: Path) -> None:
    with pytest.raises(pulumi.RunError, match=r"^residency: is not an allowed value \(given uk; "):
        loaded(region(residency="uk"))


def test_a_region_that_is_not_lawful_today_is_not_loaded(project: Path) -> None:
    waiver = {"control": "BCP-04", "resource": "*", "reason": "GPUs are in one zone", "expires": "2026-01-01"}

    with pytest.raises(pulumi.RunError, match=r"^compliance\.waivers\[0\]\.expires: is over: the waiver of BCP-04 has"):
        loaded(region(models=EXPORTED, compliance={"waivers": [waiver]}))


@pytest.mark.parametrize(
    ("raw", "default_providers", "expected"),
    [
        (region(name="us-west"), '["*"]', "is not the stack's name (given us-west; allowed: us-east)"),
        (region(cloud={"name": "oracle"}), '["*"]', "cloud.name: unknown cloud (given oracle; allowed:"),
        (region(), None, 'config.pulumi:disable-default-providers: is missing (allowed: ["*"])'),
        (
            region(),
            '["aws"]',
            'leaves default providers on, which may land in another region (given [aws]; allowed: ["',
        ),
        ([], '["*"]', "the region must be a mapping of keys to values (given [])"),
    ],
)
def test_what_is_wrong_ends_the_program_in_words(
    raw: object, default_providers: str | None, expected: str, project: Path
) -> None:
    with pytest.raises(pulumi.RunError) as caught:
        loaded(raw, default_providers)

    assert expected in str(caught.value)


def test_a_stack_without_region_is_told(project: Path) -> None:
    pulumi.runtime.set_all_config({})

    with pytest.raises(pulumi.RunError, match="lepton:region"):
        load(pulumi.Config("lepton"))


def test_text_in_place_of_a_region_is_told(project: Path) -> None:
    pulumi.runtime.set_all_config({"lepton:region": "us-east"})

    with pytest.raises(pulumi.RunError, match="lepton:region"):
        load(pulumi.Config("lepton"))


@pytest.mark.parametrize(
    ("lock", "models", "key"),
    [(UNREAD, EXPORTED, "images.rclone"), (LOCK, [model("cifar10", "l4")], "models.cifar10.1")],
)
def test_what_has_no_digest_is_refused_on_a_real_cloud(
    lock: str, models: list[dict[str, Any]], key: str, project: Path
) -> None:
    (project / pins.LOCK_FILE).write_text(lock, encoding="utf-8")

    with pytest.raises(pulumi.RunError, match=rf"^not pinned by digest, .*: {key}\. Remedy: `lepton pin`"):
        loaded(region(models=models))


def test_what_has_no_digest_is_one_warning_on_embedded_clouds(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / pins.LOCK_FILE).write_text(UNREAD, encoding="utf-8")
    monkeypatch.setenv(pins.SIMULATED, "1")
    warnings: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", warnings.append)

    assert loaded(region())
    assert warnings == [
        "Not pinned by digest yet, and refused by a real cloud: images.rclone, models.cifar10.1. Remedy: lepton pin."
    ]


def test_without_a_lock_file_nothing_runs(project: Path) -> None:
    (project / pins.LOCK_FILE).unlink()

    with pytest.raises(pulumi.RunError, match=r"lepton\.lock\.yaml does not exist"):
        loaded(region(models=EXPORTED))
