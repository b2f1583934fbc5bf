"""A model's namespace, watched event by event while something happens to it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from types import TracebackType
from typing import Any

from lepton_infra.simulator.clusters.live.pod_reasons import reasons_of
from lepton_infra.simulator.control_plane.api import Api, Object
from tests.cluster.chaos.outcome import Outcome, assess
from tests.cluster.chaos.pod_history import MACHINES, POD, ROUTE, SLICE, Event, Ledger, Moment, Pod, moments
from tests.cluster.waiting import MANAGER, until

BUDGET = "policy/v1/PodDisruptionBudget"

_END = "end-of-watch"
_MARK = "mark-of-watch-"
_STREAM_SECONDS = 600
_PATIENCE_SECONDS = 90.0


class Watcher:
    """Follows endpoints, pods and weights in a namespace as long as its block lasts.

    When the block ends, an object of each kind is made and waited for: all that happened before has been seen then.
    """

    def __init__(self, api: Api, namespace: str) -> None:
        self._api, self._namespace = api, namespace
        self._ledger = Ledger()
        self._events: list[Event] = []
        self._begin = (0, 0)
        self._news = threading.Condition()
        self._failure: BaseException | None = None
        self._origin = time.monotonic()
        self._budgets: dict[str, int] = {}
        self._marks = 0
        self._marked: set[str] = set()
        self._served: frozenset[str] = frozenset()
        self._known: frozenset[str] = frozenset()
        self._threads = [
            threading.Thread(target=self._follow, args=(kind,), daemon=True) for kind in (SLICE, ROUTE, POD)
        ]

    def __enter__(self) -> Watcher:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if error is not None:
            return
        self._budgets = self._wanted() | self._budgets
        ends = [self._api.apply(end, MANAGER) for end in _ends(self._namespace)]
        for thread in self._threads:
            thread.join(_PATIENCE_SECONDS)
        assert not any(thread.is_alive() for thread in self._threads), "waited in vain for the last events"
        for end in ends:
            self._api.delete(f"{end['apiVersion']}/{end['kind']}", _END, self._namespace, grace_seconds=0)
        if self._failure is not None:
            raise self._failure

    @property
    def pods(self) -> list[Pod]:
        """The pods that are there and not being deleted."""
        with self._news:
            return [pod for pod in self._ledger.pods.values() if not pod.leaving]

    @property
    def now(self) -> Moment:
        """How things are."""
        with self._news:
            return self._ledger.now

    @property
    def seen(self) -> frozenset[str]:
        """The uids of all pods that there are or were."""
        with self._news:
            return frozenset(self._ledger.seen)

    def begin(self, ready: Mapping[str, int]) -> None:
        """Start the scenario as soon as these Services have so many ready endpoints and their budgets know of them."""
        self.until_ready(ready)
        self.until(lambda ledger: bool(ledger.now.weights), "a route")
        until(lambda: self._budgets_know(ready), "the disruption budgets")
        with self._news:
            self._begin = self._latest()
            self._served, self._known = self._ledger.serving, frozenset(self._ledger.seen)
        self._budgets = self._wanted()

    def until_ready(self, ready: Mapping[str, int]) -> None:
        """Wait until these Services have so many endpoints that answer, and endpoints are the pods that serve.

        What has happened to pods before the call is known then, so what was ready before does not count.
        """
        self._catch_up()
        self.until(
            lambda ledger: (
                _is_consistent(ledger)
                and all(
                    ledger.now.answering.get(service, 0) == ledger.now.ready.get(service, 0) == count
                    for service, count in ready.items()
                )
            ),
            f"ready endpoints: {dict(ready)}",
        )

    def until_weighted(self, weights: Mapping[str, int]) -> None:
        """Wait until the route has these weights."""
        self.until(lambda ledger: ledger.now.weights == weights, f"weights: {dict(weights)}")

    def until(self, ask: Callable[[Ledger], bool], what: str) -> None:
        """Wait until what is known answers ``ask``."""
        with self._news:
            met = self._news.wait_for(lambda: self._failure is not None or ask(self._ledger), _PATIENCE_SECONDS)
            if self._failure is not None:
                raise self._failure
            assert met, f"waited in vain for {what}: {self._ledger.now}; {self._complaints()}"

    def dead(self, nodes: Iterable[str]) -> None:
        """Say that these machines, and no others, answer nobody from now on."""
        with self._news:
            self._take(self._latest()[0], MACHINES, "", {"dead": list(nodes)})

    def outcome(self, scenario: str) -> Outcome:
        """What happened since ``begin``; only after the block."""
        return assess(
            scenario,
            moments(self._events, self._begin),
            self._budgets,
            pods_lost=len(self._served - self._ledger.serving),
            pods_started=len(self._ledger.seen - self._known),
        )

    def _follow(self, kind: str) -> None:
        try:
            for change, object in self._api.watch(kind, self._namespace, seconds=_STREAM_SECONDS):
                name = object["metadata"]["name"]
                if name == _END:
                    return
                with self._news:
                    if name.startswith(_MARK):
                        self._marked.add(name)
                    else:
                        self._take(int(object["metadata"]["resourceVersion"]), kind, change, object)
                    self._news.notify_all()
            raise RuntimeError(f"the watch over {kind} ended by itself")
        except BaseException as error:
            with self._news:
                self._failure = error
                self._news.notify_all()

    def _take(self, revision: int, kind: str, change: str, object: Object) -> None:
        at, number = time.monotonic() - self._origin, len(self._events) + 1
        event = Event(revision=revision, number=number, at=at, kind=kind, change=change, object=object)
        self._events.append(event)
        self._ledger.take(event)

    def _latest(self) -> tuple[int, int]:
        """The revision and number after all that is known."""
        return max((event.revision for event in self._events), default=0), len(self._events)

    def _catch_up(self) -> None:
        """Wait until all that has happened to pods is known: a pod that is made now has been seen."""
        self._marks += 1
        mark = f"{_MARK}{self._marks}"
        self._api.apply(_gated_pod(self._namespace, mark), MANAGER)
        self.until(lambda _: mark in self._marked, "the watch over pods to catch up")
        self._api.delete(POD, mark, self._namespace, grace_seconds=0)

    def _complaints(self) -> list[str]:
        return [reason for pod in self._api.list(POD, self._namespace) for reason in reasons_of(self._api, pod)]

    def _wanted(self) -> dict[str, int]:
        return {name: status["desiredHealthy"] for name, status in self._budget_statuses().items()}

    def _budget_statuses(self) -> dict[str, Mapping[str, Any]]:
        found = {each["metadata"]["name"]: each.get("status", {}) for each in self._api.list(BUDGET, self._namespace)}
        return {name: status for name, status in found.items() if "desiredHealthy" in status}

    def _budgets_know(self, ready: Mapping[str, int]) -> bool:
        statuses = self._budget_statuses()
        return all(statuses.get(service, {}).get("currentHealthy", 0) == count for service, count in ready.items())


def _is_consistent(ledger: Ledger) -> bool:
    """Whether the Services that the route names have as many ready endpoints as there are pods that serve."""
    weights = ledger.now.weights
    return not weights or sum(ledger.now.ready.get(service, 0) for service in weights) == len(ledger.serving)


def _ends(namespace: str) -> list[Object]:
    """An object of each kind that is watched."""
    metadata = {"name": _END, "namespace": namespace}
    slice = {"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4", "endpoints": []}
    route = {"apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute", "spec": {}}
    return [{**slice, "metadata": metadata}, {**route, "metadata": metadata}, _gated_pod(namespace, _END)]


def _gated_pod(namespace: str, name: str) -> Object:
    """A pod that is never scheduled, and that the namespace lets in."""
    shut = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
    spec = {
        "schedulingGates": [{"name": "lepton.dev/never"}],
        "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
        "containers": [{"name": "none", "image": "none.example/none", "securityContext": shut}],
    }
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": namespace}, "spec": spec}
