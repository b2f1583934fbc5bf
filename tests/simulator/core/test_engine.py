"""The real engine on the embedded clouds; ``life.py`` is the program and runs in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from lepton_infra.engine.sources import find
from lepton_infra.errors import LeptonError
from tests.simulator.core.engine_program import SECRET

pytestmark = pytest.mark.engine
Live: TypeAlias = Callable[..., list[Any]]


@pytest.fixture(scope="module")
def engine() -> Path:
    try:
        return find().command.parent
    except LeptonError as refused:
        pytest.skip(str(refused))


@pytest.fixture
def live(engine: Path, tmp_path: Path) -> Live:
    """Run commands on one stack and its clouds, each with servers of its own; returns what each did."""

    def live(*commands: dict[str, Any]) -> list[Any]:
        run = subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "tests.simulator.core.engine_program"],
            input=json.dumps([str(tmp_path), commands]),
            env={**os.environ, "PATH": f"{engine}{os.pathsep}{os.environ['PATH']}"},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
            timeout=240,
        )
        done: list[Any] = json.loads(run.stdout)
        return done

    return live


def test_a_stack_lives_from_preview_to_destruction(live: Live, tmp_path: Path) -> None:
    preview, first, second, changed = live(
        {"verb": "preview"}, {"verb": "up"}, {"verb": "up"}, {"verb": "up", "cidr": "10.1.0.0/16"}
    )
    state = (tmp_path / "state/.pulumi/stacks/life/dev.json").read_text()
    (destroyed,) = live({"verb": "destroy"})

    assert preview["changes"] == {"create": 12}
    assert "arn  : [unknown]" in preview["text"]
    assert 'cidr : "10.0.0.0/16"' in preview["text"]
    assert first["changes"] == {"create": 12}
    assert first["outputs"]["arn"][0].startswith("arn:aws:ec2:us-east-1:111122223333:vpc/vpc-")
    assert first["outputs"]["value"] == [SECRET, True]
    assert SECRET not in state
    assert {"aws:111122223333:us-east-1", "aws:111122223333:us-west-2", "gcp:lepton:asia-south1"} < {*first["scopes"]}
    assert second["changes"] == {"same": 12}
    assert changed["outputs"]["cidr"] == ["10.1.0.0/16", False]
    assert changed["outputs"]["arn"] != first["outputs"]["arn"]
    assert destroyed["error"] is None
    assert destroyed["scopes"] == []


@pytest.mark.parametrize(
    ("mistake", "message"),
    [
        ({"bad": True}, "unknown property 'lables'; did you mean 'labels'"),
        ({"twice": True}, "Duplicate resource URN"),
        ({"cidr": 5}, "expected a string, got the number 5; write it in quotes"),
    ],
)
def test_a_mistake_fails_the_preview_even_in_a_cluster_yet_to_be_made(
    live: Live, mistake: dict[str, Any], message: str
) -> None:
    (preview,) = live({"verb": "preview", **mistake})

    assert message in preview["error"]
    assert preview["scopes"] == []


def test_drift_is_seen_by_refresh_and_mended_by_up(live: Live) -> None:
    by_hand = {"type": "gcp:*", "name": "bucket", "path": "location", "value": "us-east1"}

    _, _, refreshed, mended = live({"verb": "up"}, {"verb": "drift", **by_hand}, {"verb": "refresh"}, {"verb": "up"})

    assert refreshed["changes"] == {"same": 11, "update": 1}
    assert mended["changes"] == {"same": 11, "replace": 1}


def test_what_another_stack_made_can_be_imported(live: Live) -> None:
    _, imported = live({"verb": "up"}, {"verb": "up", "stack": "other", "imported": True})

    assert imported["error"] is None
    assert "gcp:storage:Bucket bucket import" in imported["text"]


def test_a_lost_response_is_told_and_the_object_is_in_the_cloud(live: Live) -> None:
    (lost,) = live({"verb": "up", "strike": ["kind: lost-response, type: 'gcp:*'"]})

    assert "gcp:storage/bucket:Bucket bucket: RequestTimeout: the connection was lost" in lost["error"]
    assert "gcp:lepton:asia-south1" in lost["scopes"]


def test_a_crash_of_a_provider_ends_the_command_and_the_next_one_works(live: Live) -> None:
    crashing = {"verb": "up", "strike": ["kind: crash, type: 'azure-native:*'"]}

    crashed, next_one = live(crashing, crashing)

    assert "azure-native:resources:ResourceGroup" in crashed["error"]
    assert next_one["error"] is None
