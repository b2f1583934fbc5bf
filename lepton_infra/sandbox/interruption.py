"""Take up where a killed run stopped: its lock, the operations it left without an outcome, and lost objects.

A run on the embedded clouds can look at them, so it settles each unfinished creation by itself: what the cloud made
becomes the stack's, under the id it has; what it did not make is forgotten. Nothing is created twice.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from lepton_infra.engine.recovery import CREATING, Pending, logical_name
from lepton_infra.errors import LeptonError
from lepton_infra.simulator.behaviour import Stored


@dataclass(frozen=True, kw_only=True)
class Lock:
    """A lock of the file backend: which process took it, and when."""

    path: Path
    pid: int
    host: str
    since: str

    def stale(self) -> bool:
        """True if its process is known to be gone. Of another host's processes nothing is known."""
        return self.host == socket.gethostname() and not _is_pulumi(self.pid)


def read_lock(path: Path) -> Lock | None:
    """The lock in a file of the engine; None if the file is gone already.

    Raises:
        LeptonError: if it cannot be read.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return Lock(path=path, pid=content["pid"], host=content["hostname"], since=content["timestamp"][:19])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LeptonError(f"the lock {path} cannot be read ({error!r}). If no run is going on, remove it.") from error


def release(locks: Iterable[Lock]) -> list[str]:
    """Remove the locks of dead processes; returns what was done, in words.

    Raises:
        LeptonError: if a lock may be a living run's.
    """
    done = []
    for lock in locks:
        if not lock.stale():
            raise LeptonError(
                f"another run works on this stack: process {lock.pid} on {lock.host} since {lock.since}. "
                f"Wait for it to end. If that machine is gone, remove {lock.path}."
            )
        lock.path.unlink(missing_ok=True)
        done.append(f"released the lock of process {lock.pid}, which died without doing so (taken {lock.since})")
    return done


def _is_pulumi(pid: int) -> bool:
    """Whether a live process with this id may be an engine; the id of a dead one can be another's by now."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return True
    return b"pulumi" in command


def made(pending: Iterable[Pending], known: set[tuple[str, str]], cloud: Iterable[Stored]) -> dict[str, str]:
    """Unfinished creations that the cloud did carry out: URN to provider id.

    An older object of the same URN that the state knows (a replacement was going on) is not meant.
    """
    creating = {operation.urn for operation in pending if operation.kind == CREATING}
    return {
        resource.urn: resource.id
        for resource in cloud
        if resource.urn in creating and (resource.urn, resource.id) not in known
    }


def lost(known: set[tuple[str, str]], cloud: Iterable[Stored], prefix: str) -> dict[str, str]:
    """Objects of a stack (by the prefix of its URNs) that its state does not know: logical name to provider id."""
    return {
        logical_name(resource.urn): resource.id
        for resource in cloud
        if resource.urn.startswith(prefix) and (resource.urn, resource.id) not in known
    }
