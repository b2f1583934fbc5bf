"""Runs that are killed or interrupted in the middle of ``up``, and the run after them (F1, F3, E1, E19)."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from lepton_infra.engine import recovery
from lepton_infra.simulator.store import Store
from tests.kit.sim import LEPTON, PATIENCE_SECONDS, Sim

pytestmark = pytest.mark.engine

_SLOW = ("--latency", "20")

_OPEN = ("--latency", "0.5")
"""Ten seconds in which four creations are in flight: the run cannot end before a signal reaches it, and ends soon."""


@pytest.mark.parametrize("victim", ["the engine and the clouds", "lepton alone", "the engine alone"])
def test_killed_while_the_cloud_creates(sim: Sim, victim: str) -> None:
    """The objects exist, the state does not know of them."""
    run = sim.start_up(*_SLOW)
    sim.until(run, lambda: _four_wait(sim))
    sim.kill(run, victim)
    assert len(sim.pending()) == 4
    again = sim.up()
    assert again.returncode == 0, again.stdout + again.stderr
    assert again.stderr.count("the cloud made it") == 4
    assert sim.made_twice() == []
    _agree(sim)


@pytest.mark.parametrize("objects", range(1, 5))
def test_killed_when_the_cloud_has_this_many_objects(sim: Sim, objects: int) -> None:
    """One operation at a time, so that the kill falls into another object each time."""
    run = sim.start_up("--latency", "0.05", words=("--parallel", "1"))
    sim.until(run, lambda: sim.store.exists() and len(sim.cloud()) >= objects)
    sim.kill(run, "the engine and the clouds")
    again = sim.up()
    assert again.returncode == 0, again.stdout + again.stderr
    assert sim.made_twice() == []
    _agree(sim)


def test_what_the_cloud_did_not_make_is_forgotten(sim: Sim) -> None:
    """The engine has written down that it creates; the killed cloud has not begun."""
    sim.up()
    _edit(
        sim.checkpoint,
        lambda latest: latest.update(pending_operations=[_unmade(latest)], resources=_without_key0(latest)),
    )
    _forget(sim, "key0")
    again = sim.up()
    assert again.returncode == 0, again.stdout + again.stderr
    assert "interrupted while creating key0: the cloud did not make it" in again.stderr
    _agree(sim)


def test_a_killed_replacement(sim: Sim) -> None:
    """The old object is in the state under the same URN as the new one, which is not."""
    sim.up()
    stack_file = sim.root / "Pulumi.dev.yaml"
    stack_file.write_text(stack_file.read_text().replace("10.0.0.0/16", "10.1.0.0/16"))
    run = sim.start_up(*_SLOW)
    sim.until(run, lambda: len(sim.pending()) == 1 and len(sim.cloud()) == 6)
    sim.kill(run, "the engine and the clouds")
    again = sim.up()
    assert again.returncode == 0, again.stdout + again.stderr
    assert [count for _, count in sim.made().items() if count > 1] == [2]
    assert len(sim.cloud()) == 5
    _agree(sim)


def test_a_preview_tells_of_what_is_pending_and_changes_nothing(sim: Sim) -> None:
    run = sim.start_up(*_SLOW)
    sim.until(run, lambda: _four_wait(sim))
    sim.kill(run, "the engine and the clouds")
    preview = sim.pulumi("preview", "-s", "dev")
    assert preview.returncode == 0
    assert "4 operations of an interrupted run are open" in preview.stderr
    assert len(sim.pending()) == 4


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_interrupted_politely(sim: Sim, number: signal.Signals) -> None:
    """The engine finishes what is in flight, writes its state and lets go of the lock."""
    run = sim.start_up(*_OPEN)
    sim.until(run, lambda: _four_wait(sim))
    run.send_signal(number)
    output, _ = run.communicate(timeout=PATIENCE_SECONDS)
    assert run.returncode != 0
    assert "cancel" in output
    assert "received; terminating" not in output
    assert sim.pending() == []
    assert list(sim.root.glob(".lepton/sim/state/.pulumi/locks/**/*.json")) == []
    assert sim.in_state() == {(resource.urn, resource.id) for resource in sim.cloud()}
    assert sim.up().returncode == 0
    _agree(sim)


def test_ctrl_c_of_a_terminal_reaches_the_engine_once(sim: Sim) -> None:
    """Under a pseudo-terminal, where the keystroke goes to the whole foreground process group."""
    script = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))"
    words = ["sim", *_OPEN, "--", "pulumi", "up", "-s", "dev", "--yes", "--skip-preview"]
    run = subprocess.Popen(
        [sys.executable, "-c", script, LEPTON, *words],
        cwd=sim.root,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    sim.until(run, lambda: _four_wait(sim))
    output, _ = run.communicate(b"\x03", timeout=PATIENCE_SECONDS)
    assert run.returncode != 0
    assert b"cancelling" in output
    assert b"received; terminating" not in output
    assert sim.pending() == []
    assert sim.up().returncode == 0
    _agree(sim)


def test_another_run_holds_the_lock(sim: Sim) -> None:
    run = sim.start_up("--latency", "0.2")
    sim.until(run, lambda: len(sim.pending()) >= 1)
    second = sim.up()
    run.communicate(timeout=PATIENCE_SECONDS)
    assert second.returncode == 1
    assert "another run works on this stack: process" in second.stderr
    assert run.returncode == 0
    _agree(sim)


def _four_wait(sim: Sim) -> bool:
    """All five are made, of which the bucket is ready at once and the others are waited for.

    The cloud is asked first: while it makes objects there are four pending operations at times, and then five.
    """
    return sim.store.exists() and len(sim.cloud()) == 5 and len(sim.pending()) == 4


def _agree(sim: Sim) -> None:
    """State and cloud hold the same five objects, and another run finds nothing to do."""
    assert len(sim.cloud()) == 5
    assert sim.in_state() == {(resource.urn, resource.id) for resource in sim.cloud()}
    assert sim.up("--expect-no-changes").returncode == 0


def _edit(checkpoint: Path, change: Callable[[dict[str, Any]], object]) -> None:
    content = json.loads(checkpoint.read_text())
    change(content["checkpoint"]["latest"])
    checkpoint.write_text(json.dumps(content))


def _unmade(latest: dict[str, Any]) -> dict[str, Any]:
    record = next(item for item in latest["resources"] if str(item["urn"]).endswith("::key0"))
    return {"type": "creating", "resource": {key: record[key] for key in record.keys() - {"id", "outputs"}}}


def _without_key0(latest: dict[str, Any]) -> list[dict[str, Any]]:
    return [item for item in latest["resources"] if not str(item["urn"]).endswith("::key0")]


def _forget(sim: Sim, name: str) -> None:
    with closing(Store(sim.store)) as store:
        store.delete(next(item for item in store.all() if recovery.logical_name(item.urn) == name))
