"""What is known of a model's servers at every moment, made of the events of an API server."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lepton_infra.simulator.control_plane.api import Object

SLICE = "discovery.k8s.io/v1/EndpointSlice"
ROUTE = "gateway.networking.k8s.io/v1/HTTPRoute"
POD = "v1/Pod"
MACHINES = "machines"
"""An event of the test's own: its object lists, as ``dead``, all machines that answer nobody from now on, whether the
cluster knows or not."""


@dataclass(frozen=True, kw_only=True, order=True)
class Event:
    """A change of an object, as a watch tells it (``ADDED``, ``MODIFIED``, ``DELETED``), received ``at`` a time.

    Events of several watches arrive in any order. In truth they happened by ``revision``, which an API server counts
    over all its objects; ``number`` is for those of the same.
    """

    revision: int
    number: int
    at: float
    kind: str
    change: str
    object: Object


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """A server behind a Service: the machine that it is on, and whether the cluster sends requests there."""

    node: str | None
    ready: bool


@dataclass(frozen=True, kw_only=True)
class Pod:
    """A pod of the model. ``leaving`` is one that is being deleted."""

    uid: str
    name: str
    node: str | None
    ready: bool
    leaving: bool


@dataclass(frozen=True, kw_only=True)
class Moment:
    """How things are from ``at`` on, in seconds.

    ``ready`` counts endpoints by Service that the cluster takes for ready, ``answering`` those of them whose machine is
    alive. ``weights`` are the route's, and ``share`` is the part of requests that reach a server that answers, when
    each Service's requests are spread evenly over its ready endpoints.
    """

    at: float
    ready: Mapping[str, int]
    answering: Mapping[str, int]
    weights: Mapping[str, int]
    share: float


class Ledger:
    """The state of one namespace. Every event makes a ``Moment``, so that a minimum over them is over all the time.

    ``pods`` are those that are there, by their uid; ``seen`` are the uids of all that ever were.
    """

    def __init__(self) -> None:
        self.pods: dict[str, Pod] = {}
        self.seen: set[str] = set()
        self._slices: dict[str, tuple[str, tuple[Endpoint, ...]]] = {}
        self._routes: dict[str, Mapping[str, int]] = {}
        self._dead: frozenset[str] = frozenset()
        self.now = self._moment(0)

    @property
    def serving(self) -> frozenset[str]:
        """The uids of the pods that serve: ready, not being deleted, on a machine that is alive."""
        return frozenset(
            uid for uid, pod in self.pods.items() if pod.ready and not pod.leaving and pod.node not in self._dead
        )

    def take(self, event: Event) -> Moment:
        """How things are after an event."""
        {SLICE: self._slice, ROUTE: self._route, POD: self._pod, MACHINES: self._machines}[event.kind](event)
        self.now = self._moment(max(event.at, self.now.at))
        return self.now

    def _slice(self, event: Event) -> None:
        name = event.object["metadata"]["name"]
        if event.change == "DELETED":
            self._slices.pop(name, None)
        else:
            service = event.object["metadata"]["labels"]["kubernetes.io/service-name"]
            self._slices[name] = service, tuple(map(_endpoint, event.object.get("endpoints") or []))

    def _route(self, event: Event) -> None:
        """The first rule has the weights."""
        name = event.object["metadata"]["name"]
        if event.change == "DELETED":
            self._routes.pop(name, None)
        else:
            backends = event.object["spec"]["rules"][0]["backendRefs"]
            self._routes[name] = {backend["name"]: backend["weight"] for backend in backends}

    def _pod(self, event: Event) -> None:
        uid = event.object["metadata"]["uid"]
        if event.change == "DELETED":
            self.pods.pop(uid, None)
        else:
            self.pods[uid] = read_pod(event.object)
            self.seen.add(uid)

    def _machines(self, event: Event) -> None:
        self._dead = frozenset(event.object["dead"])

    def _moment(self, at: float) -> Moment:
        found: dict[str, list[Endpoint]] = {}
        for service, endpoints in self._slices.values():
            found.setdefault(service, []).extend(each for each in endpoints if each.ready)
        ready = {service: len(endpoints) for service, endpoints in found.items()}
        answering = {
            service: sum(each.node not in self._dead for each in endpoints) for service, endpoints in found.items()
        }
        weights = {service: weight for route in self._routes.values() for service, weight in route.items()}
        return Moment(at=at, ready=ready, answering=answering, weights=weights, share=_share(weights, ready, answering))


def moments(events: Iterable[Event], begin: tuple[int, int]) -> list[Moment]:
    """How things were at a revision and number (``begin``), and after each event later than that, in true order."""
    ledger = Ledger()
    found: list[Moment] = []
    for event in sorted(events):
        if (event.revision, event.number) > begin and not found:
            found.append(ledger.now)
        moment = ledger.take(event)
        if found:
            found.append(moment)
    return found or [ledger.now]


def read_pod(pod: Object) -> Pod:
    """A pod as the API server gives it."""
    conditions = pod.get("status", {}).get("conditions", [])
    return Pod(
        uid=pod["metadata"]["uid"],
        name=pod["metadata"]["name"],
        node=pod["spec"].get("nodeName"),
        ready=any(each["type"] == "Ready" and each["status"] == "True" for each in conditions),
        leaving="deletionTimestamp" in pod["metadata"],
    )


def _endpoint(endpoint: Mapping[str, Any]) -> Endpoint:
    return Endpoint(node=endpoint.get("nodeName"), ready=bool(endpoint.get("conditions", {}).get("ready")))


def _share(weights: Mapping[str, int], ready: Mapping[str, int], answering: Mapping[str, int]) -> float:
    whole = sum(weights.values())
    reached = sum(
        weight * answering[service] / ready[service] for service, weight in weights.items() if ready.get(service)
    )
    return reached / whole if whole else 0.0
