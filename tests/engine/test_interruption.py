"""Runs that are killed or interrupted in the middle of ``up``, and the run after them (F1, F3, E1, E19)."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from lepton_infra import recovery
from lepton_infra.simulator.store import Store
from tests.engine.conftest import Sim

pytestmark = pytest.mark.engine

_SLOW = ("--latency", "20")
_PATIENCE_SECONDS = 60


@pytest.mark.parametrize("victim", ["the engine and the clouds", "lepton alone", "the engine alone"])
def test_killed_while_the_cloud_creates(sim: Sim, victim: str) -> None:
    """The objects exist, the state does not know of them."""
    run = sim.start_up(*_SLOW)
    _until(run, lambda: len(_pending(sim)) == 4 and len(sim.cloud()) == 5)
    _kill(run, victim)
    assert len(_pending(sim)) == 4
    again = sim.up()
    assert again.returncode == 0, again.stdout + again.stderr
    assert again.stderr.count("the cloud made it") == 4
    assert _made_twice(sim) == []
    _agree(sim)


@pytest.mark.parametrize("objects", range(1, 5))
def test_killed_when_the_cloud_has_this_many_objects(sim: Sim, objects: int) -> None:
    """One operation at a time, so that the kill falls into another object each time."""
    run = sim.start_up("--latency", "0.05", words=("--parallel", "1"))
    _until(run, lambda: sim.store.exists() and len(sim.cloud()) >= objects)
    _kill(run, "the engine and the clouds")
    again = sim.up()
    assert again.returncode == 0, again.stdout + again.stderr
    assert _made_twice(sim) == []
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
    _until(run, lambda: len(_pending(sim)) == 1 and len(sim.cloud()) == 6)
    _kill(run, "the engine and the clouds")
    again = sim.up()
    assert again.returncode == 0, again.stdout + again.stderr
    assert [count for _, count in _counts(sim).items() if count > 1] == [2]
    assert len(sim.cloud()) == 5
    _agree(sim)


def test_a_preview_tells_of_what_is_pending_and_changes_nothing(sim: Sim) -> None:
    run = sim.start_up(*_SLOW)
    _until(run, lambda: len(_pending(sim)) == 4)
    _kill(run, "the engine and the clouds")
    preview = sim.pulumi("preview", "-s", "dev")
    assert preview.returncode == 0
    assert "4 operations of an interrupted run are open" in preview.stderr
    assert len(_pending(sim)) == 4


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_interrupted_politely(sim: Sim, number: signal.Signals) -> None:
    """The engine finishes what is in flight, writes its state and lets go of the lock."""
    run = sim.start_up("--latency", "0.1")
    _until(run, lambda: len(_pending(sim)) >= 1)
    run.send_signal(number)
    output, _ = run.communicate(timeout=_PATIENCE_SECONDS)
    assert run.returncode != 0
    assert "cancel" in output
    assert "received; terminating" not in output
    assert _pending(sim) == []
    assert list(sim.root.glob(".lepton/sim/state/.pulumi/locks/**/*.json")) == []
    assert sim.in_state() == {(resource.urn, resource.id) for resource in sim.cloud()}
    assert sim.up().returncode == 0
    _agree(sim)


def test_ctrl_c_of_a_terminal_reaches_the_engine_once(sim: Sim) -> None:
    """Under a pseudo-terminal, where the keystroke goes to the whole foreground process group."""
    script = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))"
    words = ["sim", "--latency", "0.1", "--", "pulumi", "up", "-s", "dev", "--yes", "--skip-preview"]
    lepton = str(Path(sys.executable).with_name("lepton"))
    run = subprocess.Popen(
        [sys.executable, "-c", script, lepton, *words],
        cwd=sim.root,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    _until(run, lambda: len(_pending(sim)) >= 1)
    output, _ = run.communicate(b"\x03", timeout=_PATIENCE_SECONDS)
    assert run.returncode != 0
    assert b"cancelling" in output
    assert b"received; terminating" not in output
    assert _pending(sim) == []
    assert sim.up().returncode == 0
    _agree(sim)


def test_another_run_holds_the_lock(sim: Sim) -> None:
    run = sim.start_up("--latency", "0.2")
    _until(run, lambda: len(_pending(sim)) >= 1)
    second = sim.up()
    run.communicate(timeout=_PATIENCE_SECONDS)
    assert second.returncode == 1
    assert "another run works on this stack: process" in second.stderr
    assert run.returncode == 0
    _agree(sim)


def _until(run: subprocess.Popen[str] | subprocess.Popen[bytes], reached: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not reached():
        assert run.poll() is None, run.stdout.read() if run.stdout else ""
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _pending(sim: Sim) -> list[recovery.Pending]:
    return recovery.pending(recovery.read_checkpoint(sim.checkpoint)) if sim.checkpoint.exists() else []


def _kill(run: subprocess.Popen[str], victim: str) -> None:
    engine = _child(run.pid)
    if victim != "lepton alone":
        os.kill(engine, signal.SIGKILL)
    if victim != "the engine alone":
        run.kill()
    run.communicate(timeout=_PATIENCE_SECONDS)
    while _alive(engine):
        time.sleep(0.01)


def _child(pid: int) -> int:
    return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def _agree(sim: Sim) -> None:
    """State and cloud hold the same five objects, and another run finds nothing to do."""
    assert len(sim.cloud()) == 5
    assert sim.in_state() == {(resource.urn, resource.id) for resource in sim.cloud()}
    assert sim.up("--expect-no-changes").returncode == 0


def _counts(sim: Sim) -> Counter[str]:
    """How many objects each URN has ever had, deleted ones included."""
    with closing(Store(sim.store)) as store:
        return Counter({item.urn: store.made(item.package, item.urn) for item in store.all()})


def _made_twice(sim: Sim) -> list[str]:
    return [urn for urn, count in _counts(sim).items() if count != 1]


def _edit(checkpoint: Path, change: Callable[[dict[str, object]], object]) -> None:
    content = json.loads(checkpoint.read_text())
    change(content["checkpoint"]["latest"])
    checkpoint.write_text(json.dumps(content))


def _unmade(latest: dict[str, list[dict[str, object]]]) -> dict[str, object]:
    record = next(item for item in latest["resources"] if str(item["urn"]).endswith("::key0"))
    return {"type": "creating", "resource": {key: record[key] for key in record.keys() - {"id", "outputs"}}}


def _without_key0(latest: dict[str, list[dict[str, object]]]) -> list[dict[str, object]]:
    return [item for item in latest["resources"] if not str(item["urn"]).endswith("::key0")]


def _forget(sim: Sim, name: str) -> None:
    with closing(Store(sim.store)) as store:
        store.delete(next(item for item in store.all() if recovery.logical_name(item.urn) == name))
