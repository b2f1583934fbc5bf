"""What a program declares, brought to an API server as Pulumi's provider for Kubernetes brings it there."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Iterable, Mapping
from graphlib import TopologicalSorter
from typing import Any

from lepton_infra.simulator.control_plane.api import Api, ApiRefused, Object
from lepton_infra.testing import Declared, Graph
from tests.serving.recording import CLUSTER

MANAGER = "pulumi-kubernetes"
_RELEASE = "kubernetes:helm.sh/v3:Release"
_DEPLOYMENT = "kubernetes:apps/v1:Deployment"
_SECONDS = 90.0
_ASK_EVERY_SECONDS = 0.05

Change = Callable[[Object], Object]


class Stalled(Exception):
    """A Deployment has missed its progress deadline; the message says what its pods wait for."""


def deploy(api: Api, graph: Graph, *, instead_of: Graph | None = None, changed: Change = lambda object: object) -> None:
    """Apply what is declared in the order of its dependencies, then delete what only ``instead_of`` declares.

    A Deployment is ready before anything that depends on it is applied, and at the end. Charts are left out, for nobody
    renders them; ``changed`` may shorten a time that no test can wait for.

    Raises:
        ApiRefused: what the API server refuses.
        Stalled: if a Deployment does not come up; what depends on it is then not applied.
    """
    awaited: set[str] = set()
    ordered = in_order(graph)
    for each in ordered:
        _wait(api, [need for need in graph.dependencies(each) if need.urn not in awaited])
        awaited |= {need.urn for need in graph.dependencies(each)}
        api.apply(changed(_as_ignored(api, each)), MANAGER)
    _wait(api, [each for each in ordered if each.urn not in awaited])
    kept = {_identity(each) for each in ordered}
    for each in reversed(in_order(instead_of) if instead_of else []):
        if _identity(each) not in kept:
            api.delete(*_identity(each))


def in_order(graph: Graph) -> list[Declared]:
    """The objects that are declared, each after all that it needs."""
    objects = {each.urn: each for each in graph.of("kubernetes:*") if each.name != CLUSTER and each.type != _RELEASE}
    needs = {
        urn: [need.urn for need in graph.dependencies(each) if need.urn in objects] for urn, each in objects.items()
    }
    return [objects[urn] for urn in TopologicalSorter(needs).static_order()]


def differing(before: Graph, after: Graph) -> set[str]:
    """Kind and name of the objects that differ between two programs, as ``Service/cifar10``."""
    sides = [{_identity(each): each.inputs for each in in_order(graph)} for graph in (before, after)]
    changed = {key for key in sides[0].keys() | sides[1].keys() if sides[0].get(key) != sides[1].get(key)}
    return {f"{kind.rpartition('/')[2]}/{name}" for kind, name, _ in changed}


def is_complete(deployment: Object) -> bool:
    """Whether a rollout has ended well: every replica is of the newest template and ready, and none is left over."""
    wanted, status = deployment["spec"]["replicas"], deployment.get("status", {})
    counts = [status.get(name, 0) for name in ("replicas", "updatedReplicas", "readyReplicas", "availableReplicas")]
    return status.get("observedGeneration", 0) >= deployment["metadata"]["generation"] and counts == [wanted] * 4


def condition(object: Object, type: str) -> Mapping[str, Any]:
    """A condition in an object's status; empty if it has none of that type."""
    found = (each for each in object.get("status", {}).get("conditions", []) if each["type"] == type)
    return next(found, {})


def _wait(api: Api, declared: Iterable[Declared]) -> None:
    for each in declared:
        if each.type == _DEPLOYMENT:
            _wait_for(api, each["metadata.name"], each["metadata.namespace"])


def _wait_for(api: Api, name: str, namespace: str) -> None:
    deadline = time.monotonic() + _SECONDS
    while not is_complete(live := api.get("apps/v1/Deployment", name, namespace)):
        progress = condition(live, "Progressing")
        seen = live.get("status", {}).get("observedGeneration", 0) >= live["metadata"]["generation"]
        if seen and progress.get("reason") == "ProgressDeadlineExceeded":
            raise Stalled("; ".join([progress["message"], *_complaints(api, namespace)]))
        assert time.monotonic() < deadline, f"waited in vain for Deployment {name}: {live.get('status')}"
        time.sleep(_ASK_EVERY_SECONDS)


def _complaints(api: Api, namespace: str) -> list[str]:
    """What init containers of pods in a namespace have failed of."""
    statuses = [
        each for pod in api.list("v1/Pod", namespace) for each in pod["status"].get("initContainerStatuses", [])
    ]
    waiting = [(each["name"], each["state"]["waiting"]) for each in statuses if "waiting" in each["state"]]
    return sorted({f"{name}: {why['reason']}: {why['message']}" for name, why in waiting if "message" in why})


def _as_ignored(api: Api, declared: Declared) -> Object:
    """An object's inputs; of an object that is there, what the program ignores is as somebody has set it since."""
    inputs = copy.deepcopy(dict(declared.inputs))
    if not declared.ignore_changes:
        return inputs
    try:
        live = api.get(*_identity(declared))
    except ApiRefused as refused:
        if refused.reason == "NotFound":
            return inputs
        raise
    for path in declared.ignore_changes:
        *parents, last = path.split(".")
        here, there = inputs, live
        for key in parents:
            here, there = here[key], there[key]
        here[last] = there[last]
    return inputs


def _identity(declared: Declared) -> tuple[str, str, str | None]:
    inputs = declared.inputs
    metadata = inputs["metadata"]
    return f"{inputs['apiVersion']}/{inputs['kind']}", metadata["name"], metadata.get("namespace")
