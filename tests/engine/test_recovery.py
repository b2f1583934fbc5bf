"""Unfinished creations: what is settled how, and ``lepton recover`` on a stack with its own backend."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from lepton_infra import project
from lepton_infra.engine import recovery
from lepton_infra.engine.recovery.command import recover
from lepton_infra.errors import LeptonError
from lepton_infra.simulator.folder import Folder
from lepton_infra.simulator.server import attached
from tests.kit.sim import Sim

_URN = "urn:pulumi:dev::small::aws:kms/key:Key::"


def _resource(name: str, **more: object) -> dict[str, Any]:
    return {"urn": f"{_URN}{name}", "custom": True, "type": "aws:kms/key:Key", "inputs": {"description": name}, **more}


def _deployment(*kinds: str) -> dict[str, Any]:
    return {
        "resources": [_resource("old", id="1")],
        "pending_operations": [
            {"type": kind, "resource": _resource(f"new{index}")} for index, kind in enumerate(kinds)
        ],
    }


def test_found_objects_join_the_state() -> None:
    settled = recovery.settled(_deployment("creating", "creating"), {f"{_URN}new1": "2"}, {f"{_URN}new0"})
    assert settled == {"resources": [_resource("old", id="1"), _resource("new1", id="2")], "pending_operations": []}


def test_what_is_not_answered_stays_open() -> None:
    before = _deployment("creating", "updating")
    assert recovery.settled(before, {f"{_URN}new1": "2"}, set()) == before


def test_the_object_before_a_replacement_is_marked_for_deletion() -> None:
    deployment = {
        "resources": [_resource("a", id="1"), _resource("b", id="2")],
        "pending_operations": [{"type": "creating", "resource": _resource("a")}],
    }
    settled = recovery.settled(deployment, {f"{_URN}a": "3"}, set())
    assert settled["resources"] == [
        _resource("a", id="3"),
        _resource("a", id="1", delete=True),
        _resource("b", id="2"),
    ]


def test_pending_operations_are_told_by_name() -> None:
    operations = recovery.pending(_deployment("creating", "deleting"))
    assert [(operation.kind, operation.name) for operation in operations] == [
        ("creating", "new0"),
        ("deleting", "new1"),
    ]
    assert recovery.pending({}) == []


@pytest.mark.parametrize("text", ['{"checkpoint": {"stack": "dev"}}', '{"checkpoint": {"latest": null}}'])
def test_a_stack_that_was_made_and_never_deployed_is_empty(tmp_path: Path, text: str) -> None:
    path = tmp_path / "dev.json"
    path.write_text(text)
    assert recovery.read_checkpoint(path) == {}


@pytest.mark.parametrize("text", ["", "{", "[]", '{"checkpoint": 1}'])
def test_a_damaged_checkpoint_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "dev.json"
    path.write_text(text)
    with pytest.raises(LeptonError, match=f"is damaged .* rm {path}"):
        recovery.read_checkpoint(path)


@pytest.fixture
def interrupted(sim: Sim, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sim]:
    """A stack of which two creations are open: ``key0`` exists in the cloud, ``key1`` does not.

    Its backend and its providers are in the environment, as a user's are.
    """
    sim.up()
    here = project.find(sim.root)
    folder = Folder.of(here)
    content = json.loads(sim.checkpoint.read_text())
    latest = content["checkpoint"]["latest"]
    keys = [item for item in latest["resources"] if item["urn"].endswith(("::key0", "::key1"))]
    open_now = sorted(keys, key=lambda item: str(item["urn"]))
    latest["resources"] = [item for item in latest["resources"] if item not in open_now]
    latest["pending_operations"] = [
        {"type": "creating", "resource": {key: item[key] for key in item.keys() - {"id", "outputs"}}}
        for item in open_now
    ]
    sim.checkpoint.write_text(json.dumps(content))
    monkeypatch.chdir(sim.root)
    with ExitStack() as resources:
        clouds = resources.enter_context(attached(folder.store))
        clouds.store.delete(next(item for item in clouds.store.all() if item.urn.endswith("::key1")))
        folder.copy_stack_file(here.stack_file("dev"), "dev")
        for key, value in (folder.environment() | clouds.environment).items():
            monkeypatch.setenv(key, value)
        yield sim


@pytest.mark.engine
def test_recover_settles_what_its_user_found(interrupted: Sim) -> None:
    key0 = next(item for item in interrupted.cloud() if item.urn.endswith("::key0"))
    said: list[str] = []
    recover("dev", [f"key0={key0.id}"], ["key1"], said.append)
    recover("dev", [], [], said.append)
    assert said[-1] == "dev has no open operations; nothing to recover"
    assert (key0.urn, key0.id) in interrupted.in_state()
    assert interrupted.in_state() == {(item.urn, item.id) for item in interrupted.cloud()}
    assert len(interrupted.cloud()) == 4


@pytest.mark.engine
@pytest.mark.parametrize(
    ("found", "absent", "message"),
    [
        ([], [], r"left open .*\n  key0 \(aws:kms/key:Key.*\n  key1 .*\nThen: lepton recover dev --found key0=ID"),
        (["key0=1"], [], r"\n  key1 \(aws:kms"),
        (["key0"], [], "--found takes NAME=ID, not 'key0'"),
        (["key9=1"], [], "not open: key9; open creations: key0, key1"),
        (["key0=1"], ["key0", "key1"], "both found and absent: key0"),
    ],
)
def test_recover_refuses_half_an_answer(interrupted: Sim, found: list[str], absent: list[str], message: str) -> None:
    before = interrupted.checkpoint.read_text()
    with pytest.raises(LeptonError, match=message):
        recover("dev", found, absent, lambda line: None)
    assert interrupted.checkpoint.read_text() == before
