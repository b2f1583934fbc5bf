"""One cluster as a control plane that runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from decimal import Decimal
from pathlib import Path
from threading import Event, RLock, Thread
from typing import Any, Final

import urllib3

from lepton_infra.simulator.behaviour import Stored
from lepton_infra.simulator.clusters import autoscaler, pods
from lepton_infra.simulator.clusters.pools import Declared, Pool, nodes, number_of
from lepton_infra.simulator.control_plane import nodes as machines
from lepton_infra.simulator.control_plane import process
from lepton_infra.simulator.control_plane.api import Api, ApiRefused
from lepton_infra.simulator.kubernetes import charts, operators

_LOOK_SECONDS: Final = 0.5
_PASSING: Final = frozenset({"NotFound", "Conflict", "AlreadyExists"})
"""Refusals that only mean that somebody else was faster."""


class Running:
    """A control plane over ``data``, whose nodes follow what is ``declared`` and what waits for a node.

    ``releases`` are the Helm releases of the cluster. In the background it does what the node autoscaler and other
    controllers of charts would do; what goes wrong there is raised by ``check``.

    Raises:
        Unavailable: if the program has not been built.
        Failed: if it does not start.
    """

    def __init__(
        self, data: Path, declared: Callable[[], Declared | None], releases: Callable[[], list[Stored]]
    ) -> None:
        self._declared, self._releases = declared, releases
        self._lock, self._ended = RLock(), Event()
        self._trouble: Exception | None = None
        self._resources = ExitStack()
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        plane = self._resources.enter_context(process.start(data))
        self.api = plane.client()
        self.pid = plane.pid
        try:
            self.reconcile()
        except BaseException:
            self._resources.close()
            raise
        self._thread = Thread(target=self._look_after, args=(plane.client(),), name="cluster", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End it; what it holds stays in its folder. Closing twice is harmless."""
        self._ended.set()
        self._thread.join()
        self._resources.close()

    def check(self) -> None:
        """Raise what went wrong in the background."""
        if self._trouble is not None:
            raise self._trouble

    def reconcile(self) -> None:
        """Make nodes, and the GPUs that they announce, what the pools say now. Nodes that were added for pods stay."""
        declared = self._declared()
        if declared is None:
            return
        with self._lock:
            counts = self._counts(self.api, declared)
            self._have(self.api, declared, {pool.name: max(pool.count, counts[pool.name]) for pool in declared.pools})

    def _counts(self, api: Api, declared: Declared) -> dict[str, int]:
        names = [node["metadata"]["name"] for node in api.list("v1/Node")]
        return {
            pool.name: min(pool.most, sum(number_of(pool, name) is not None for name in names))
            for pool in declared.pools
        }

    def _have(self, api: Api, declared: Declared, counts: Mapping[str, int]) -> None:
        announcing = charts.announcers(self._releases())
        wanted = [
            node
            for pool in declared.pools
            for node in nodes(pool, declared.region, range(counts[pool.name]), announced=_announced(pool, announcing))
        ]
        machines.reconcile(api, wanted)

    def _look_after(self, api: Api) -> None:
        while not self._ended.wait(_LOOK_SECONDS):
            try:
                self._autoscale(api)
                operators.step(api, self._brought())
            except ApiRefused as refused:
                if refused.reason not in _PASSING:
                    self._trouble = refused
            except (urllib3.exceptions.HTTPError, OSError) as error:
                if not self._ended.is_set():
                    self._trouble = error
            except Exception as error:
                self._trouble = error

    def _brought(self) -> list[str]:
        """The sets of definitions that releases have brought, whose controllers therefore run."""
        return list(
            dict.fromkeys(name for release in self._releases() for name in charts.chart_of(release).definitions)
        )

    def _autoscale(self, api: Api) -> None:
        declared = self._declared()
        if declared is None or not any(pool.scaled for pool in declared.pools):
            return
        releases = self._releases()
        brought = [release for release in releases if charts.name_of(release.inputs) == declared.autoscaler]
        if declared.autoscaler is not None and not brought:
            return
        every = api.list("v1/Pod")
        waiting = [pod for pod in every if pods.is_waiting(pod)]
        if not waiting:
            return
        with self._lock:
            counts = self._counts(api, declared)
            added = autoscaler.additions(
                waiting,
                declared.pools,
                counts,
                self._coming(api, declared, every),
                autoscaler.read_priorities(_priorities(api)),
                _most(brought),
            )
            if added:
                grown = {name: count + added.get(name, 0) for name, count in counts.items()}
                self._have(api, declared, grown)

    def _coming(self, api: Api, declared: Declared, every: list[dict[str, Any]]) -> list[tuple[Pool, pods.Amounts]]:
        """Nodes that the scheduler could not have used yet: not ready, or without the GPUs expected of them."""
        found = []
        for node in api.list("v1/Node"):
            name = node["metadata"]["name"]
            pool = next((pool for pool in declared.pools if number_of(pool, name) is not None), None)
            if pool is None or _usable(node, pool):
                continue
            free = autoscaler.room(pool)
            for pod in every:
                if pod["spec"].get("nodeName") == name:
                    free = pods.without(free, pods.requests(pod))
            found.append((pool, free))
        return found


def _announced(pool: Pool, announcing: list[Mapping[str, Any]]) -> bool:
    return pool.announced or any(pods.accepts(pod, pool.labels, pool.taints) for pod in announcing)


def _usable(node: Mapping[str, Any], pool: Pool) -> bool:
    conditions = node["status"].get("conditions", [])
    ready = any(condition["type"] == "Ready" and condition["status"] == "True" for condition in conditions)
    gpus = Decimal(node["status"].get("allocatable", {}).get(autoscaler.GPUS, 0))
    return ready and gpus >= pool.template.gpus


def _priorities(api: Api) -> Mapping[str, Any] | None:
    try:
        return api.get("v1/ConfigMap", autoscaler.PRIORITIES, "kube-system")
    except ApiRefused as refused:
        if refused.reason == "NotFound":
            return None
        raise


def _most(brought: list[Stored]) -> int | None:
    """The nodes that a cluster may have in all, where the autoscaler's chart was told so."""
    for release in brought:
        arguments = (release.inputs.get("values") or {}).get("extraArgs") or {}
        if "max-nodes-total" in arguments:
            return int(arguments["max-nodes-total"])
    return None
