"""All clusters of a run: started when they are needed, removed when their cloud no longer has them."""

from __future__ import annotations

import fcntl
import hashlib
import json
import shutil
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from threading import RLock
from typing import Any, Final

from lepton_infra.engine.go_build import Unavailable
from lepton_infra.simulator.behaviour import CloudError, Stored
from lepton_infra.simulator.clusters.pools import Declared
from lepton_infra.simulator.clusters.running import Running
from lepton_infra.simulator.control_plane.process import Failed
from lepton_infra.simulator.kubernetes.kinds import RELEASE
from lepton_infra.simulator.packages import PACKAGES, folder_of
from lepton_infra.simulator.store import Store

KUBERNETES: Final = "kubernetes"
_ABOUT: Final = "about.json"
_DATA: Final = "data"


class Clusters:
    """The clusters of the embedded clouds, by their scope's key in the store.

    What they hold is kept in ``folder``. ``wait_scale`` multiplies the time limits of resources; 1 is as the real
    provider does. ``standing`` is the cluster of a site, which no cloud has made.
    """

    def __init__(
        self, folder: Path, store: Store, *, wait_scale: float = 1.0, standing: Declared | None = None
    ) -> None:
        self.folder = folder
        self.wait_scale = wait_scale
        self.store, self._standing = store, standing
        self._lock = RLock()
        self._running: dict[str, Running] = {}

    def running(self, key: str) -> Running:
        """The cluster with this key, started now if need be.

        Raises:
            CloudError: if no cloud has it, or it does not start.
        """
        with self._lock:
            found = self._running.get(key)
            if found is None:
                if self._declared(key) is None:
                    raise CloudError("Unreachable", f"nothing answers at {key.removeprefix('kubernetes:')}")
                found = self._running[key] = self._start(key)
            found.check()
            return found

    def exists(self, key: str) -> bool:
        """True if some cloud, or the site, has a cluster with this key."""
        return self._declared(key) is not None

    def changed(self) -> None:
        """Follow what the clouds have now: the nodes of clusters that run, and clusters that are gone."""
        with self._lock:
            for home in self._homes():
                self._forget_if_gone(home)
            for running in self._running.values():
                running.reconcile()

    def close(self) -> None:
        """End all. What they hold stays."""
        with self._lock:
            while self._running:
                self._running.popitem()[1].close()

    def _start(self, key: str) -> Running:
        home = self.folder / hashlib.sha256(key.encode()).hexdigest()[:12]
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        about = {"key": key, "standing": not _is_made(self.store, key)}
        (home / _ABOUT).write_text(json.dumps(about), encoding="utf-8")
        try:
            return Running(home / _DATA, lambda: self._declared(key), lambda: self._releases(key))
        except (Unavailable, Failed) as error:
            raise CloudError("ControlPlaneFailed", str(error)) from error

    def _declared(self, key: str) -> Declared | None:
        return next((found for found in declared(self.store) if key_of(found) == key), self._standing)

    def _releases(self, key: str) -> list[Stored]:
        return self.store.all(RELEASE, package=KUBERNETES, scope=key)

    def _homes(self) -> list[Path]:
        return sorted(about.parent for about in self.folder.glob(f"*/{_ABOUT}"))

    def _forget_if_gone(self, home: Path) -> None:
        about: dict[str, Any] = json.loads((home / _ABOUT).read_text(encoding="utf-8"))
        key = str(about["key"])
        if about["standing"] or _is_made(self.store, key):
            return
        running = self._running.pop(key, None)
        if running is not None:
            running.close()
        elif _in_use(home / _DATA):
            return
        shutil.rmtree(home)
        for held in self.store.all(package=KUBERNETES, scope=key):
            self.store.delete(held)


def declared(store: Store) -> Iterator[Declared]:
    """Every cluster that a cloud has."""
    for package in PACKAGES:
        name = f"{folder_of(package)}.nodes"
        if find_spec(name) is not None:
            yield from import_module(name).clusters(store)


def key_of(cluster: Declared) -> str:
    """The key of a cluster's scope, which is its API server's address."""
    return f"{KUBERNETES}:{cluster.endpoint}"


def _is_made(store: Store, key: str) -> bool:
    return any(key_of(found) == key for found in declared(store))


def _in_use(data: Path) -> bool:
    """Whether another process's control plane works there."""
    lock = data / "lock"
    if not lock.exists():
        return False
    with lock.open("r+") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
