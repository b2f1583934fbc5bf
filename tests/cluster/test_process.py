"""The control plane leaves nothing behind, keeps what it has, and says why it fails."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from lepton_infra.engine.go_build import Unavailable
from lepton_infra.simulator.control_plane import process, program
from tests.cluster.waiting import MANAGER, until

_PARENT = """
import sys, time
from pathlib import Path
from lepton_infra.simulator.control_plane import process
with process.start(Path(sys.argv[1])) as plane:
    print(plane.pid, flush=True)
    time.sleep(600)
"""


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    # Where nobody collects orphans, what has ended stays on as a zombie.
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] != "Z"


def test_it_does_not_outlive_a_parent_that_was_killed(built: Path, data: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", _PARENT, str(data)], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert _alive(pid)
        parent.send_signal(signal.SIGKILL)
    until(lambda: not _alive(pid), "the control plane to end")


def test_what_is_in_it_survives_its_being_killed(built: Path, data: Path) -> None:
    kept = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "kept"}}
    with process.start(data) as first:
        uid = first.client().apply(kept, MANAGER)["metadata"]["uid"]
        with pytest.raises(process.Failed, match="in use by another"), process.start(data):
            pass
        os.kill(first.pid, signal.SIGKILL)
    assert not _alive(first.pid)
    with process.start(data) as second:
        assert second.client().get("v1/Namespace", "kept")["metadata"]["uid"] == uid
        assert second.token == first.token
        assert second.token not in repr(second)
    assert not _alive(second.pid)


def test_one_that_fails_says_so_with_the_end_of_its_log(built: Path, data: Path) -> None:
    (data / "secrets").mkdir()
    with pytest.raises(process.Failed, match="ended before it was ready"), process.start(data):
        pass


def test_without_a_build_it_is_unavailable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with pytest.raises(Unavailable, match="`lepton control-plane` gets them"):
        program.find()
