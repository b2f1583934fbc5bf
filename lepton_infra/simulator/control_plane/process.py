"""The control plane as a process of this one."""

from __future__ import annotations

import json
import select
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from lepton_infra.simulator.control_plane import program
from lepton_infra.simulator.control_plane.api import Api

NODE_GRACE_SECONDS = 20
"""A node that is silent for so long is lost. Kubernetes waits 50 s; nothing here is slow enough to need that."""

EVICTION_SECONDS = 300
"""How long pods stay on a node that is lost or not ready, unless they say otherwise: what Kubernetes has."""

_READY_SECONDS = 120.0  # It takes four seconds of two processors; a machine may be busy with other things.
_END_SECONDS = 15.0
_LOG_LINES = 15


class Failed(Exception):
    """The control plane did not start; the message has the end of its log."""


@dataclass(frozen=True, kw_only=True)
class ControlPlane:
    """A control plane that is ready. ``token`` is of an administrator; ``kubeconfig`` is the same as a file."""

    endpoint: str
    ca_file: Path
    token: str = field(repr=False)
    kubeconfig: Path
    pid: int

    def client(self) -> Api:
        """A new client; it can do everything."""
        return Api(endpoint=self.endpoint, ca_file=self.ca_file, token=self.token)


@contextmanager
def start(
    data: Path, *, node_grace_seconds: int = NODE_GRACE_SECONDS, eviction_seconds: int = EVICTION_SECONDS
) -> Iterator[ControlPlane]:
    """A control plane over what is in ``data``, for as long as the block lasts; with an empty folder a new cluster.

    It ends with this process, however this one ends. Its log is ``data/log``. It is not in the terminal's process
    group, so that an interrupt does not take it away from a Pulumi that is still tidying up.

    Raises:
        Unavailable: if the program has not been built.
        Failed: if it ends before it is ready, or is not ready within two minutes.
    """
    command = [
        str(program.find()),
        f"-data={data.resolve()}",
        f"-node-grace={node_grace_seconds}s",
        f"-eviction={eviction_seconds}s",
    ]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    ) as process:
        try:
            yield _read(process, data)
        finally:
            _end(process)


def _read(process: subprocess.Popen[bytes], data: Path) -> ControlPlane:
    assert process.stdout is not None
    readable, _, _ = select.select([process.stdout], [], [], _READY_SECONDS)
    line = process.stdout.readline() if readable else b""
    if not line:
        what = "ended before it was ready" if readable else f"is not ready within {_READY_SECONDS:.0f} s"
        _end(process)
        raise Failed(f"the control plane {what}:\n{_last_words(process, data / 'log')}")
    said = json.loads(line)
    return ControlPlane(
        endpoint=said["endpoint"],
        ca_file=Path(said["ca_file"]),
        token=said["token"],
        kubeconfig=Path(said["kubeconfig"]),
        pid=said["pid"],
    )


def _last_words(process: subprocess.Popen[bytes], log: Path) -> str:
    """What it wrote before it had a log, or else the end of its log."""
    assert process.stderr is not None
    early = process.stderr.read().decode(errors="replace").strip()
    if early or not log.exists():
        return early
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-_LOG_LINES:])


def _end(process: subprocess.Popen[bytes]) -> None:
    """End it by what ends it anyway, its standard input; by force if it does not listen."""
    assert process.stdin is not None
    process.stdin.close()
    try:
        process.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
