"""What is known of a model's servers at every moment, made of the events of an API server as they come."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lepton_infra.simulator.control_plane.api import Object


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
    """The state of one namespace. Every change makes a ``Moment``, so that a minimum over them is over all the time.

    ``pods`` are those that are there, by their uid; ``seen`` are the uids of all that ever were.
    """

    def __init__(self) -> None:
        self.moments: list[Moment] = []
        self.pods: dict[str, Pod] = {}
        self.seen: set[str] = set()
        self._slices: dict[str, tuple[str, tuple[Endpoint, ...]]] = {}
        self._routes: dict[str, Mapping[str, int]] = {}
        self._dead: frozenset[str] = frozenset()
        self.mark(0)

    @property
    def now(self) -> Moment:
        """The last moment."""
        return self.moments[-1]

    @property
    def serving(self) -> frozenset[str]:
        """The uids of the pods that serve: ready, not being deleted, on a machine that is alive."""
        return frozenset(
            uid for uid, pod in self.pods.items() if pod.ready and not pod.leaving and pod.node not in self._dead
        )

    def slice_changed(self, at: float, change: str, slice: Object) -> None:
        """An EndpointSlice has come, changed or gone (``DELETED``)."""
        name = slice["metadata"]["name"]
        if change == "DELETED":
            self._slices.pop(name, None)
        else:
            service = slice["metadata"]["labels"]["kubernetes.io/service-name"]
            self._slices[name] = service, tuple(map(_endpoint, slice.get("endpoints") or []))
        self.mark(at)

    def route_changed(self, at: float, change: str, route: Object) -> None:
        """A route has come, changed or gone; its first rule has the weights."""
        name = route["metadata"]["name"]
        if change == "DELETED":
            self._routes.pop(name, None)
        else:
            backends = route["spec"]["rules"][0]["backendRefs"]
            self._routes[name] = {backend["name"]: backend["weight"] for backend in backends}
        self.mark(at)

    def pod_changed(self, at: float, change: str, pod: Object) -> None:
        """A pod has come, changed or gone."""
        uid = pod["metadata"]["uid"]
        if change == "DELETED":
            self.pods.pop(uid, None)
        else:
            self.pods[uid] = read_pod(pod)
            self.seen.add(uid)
        self.mark(at)

    def machines_died(self, at: float, nodes: Iterable[str]) -> None:
        """Nothing on these machines, and no others, answers from now on, whether the cluster knows or not."""
        self._dead = frozenset(nodes)
        self.mark(at)

    def mark(self, at: float) -> None:
        """Write down how things are."""
        found: dict[str, list[Endpoint]] = {}
        for service, endpoints in self._slices.values():
            found.setdefault(service, []).extend(each for each in endpoints if each.ready)
        ready = {service: len(endpoints) for service, endpoints in found.items()}
        answering = {
            service: sum(each.node not in self._dead for each in endpoints) for service, endpoints in found.items()
        }
        weights = {service: weight for route in self._routes.values() for service, weight in route.items()}
        self.moments.append(
            Moment(at=at, ready=ready, answering=answering, weights=weights, share=_share(weights, ready, answering))
        )


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
