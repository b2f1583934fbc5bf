"""What a program declares, brought to an API server as Pulumi's provider for Kubernetes brings it there."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Iterable, Mapping
from graphlib import TopologicalSorter
from typing import Any

from lepton_infra.simulator.clusters.live import readiness
from lepton_infra.simulator.clusters.live.ignoring import left_alone
from lepton_infra.simulator.control_plane.api import Api, ApiRefused, Object
from lepton_infra.testing import Declared, Graph
from tests.kit.serving import CLUSTER

MANAGER = "pulumi-kubernetes"
DEPLOYMENT = "apps/v1/Deployment"
_DEPLOYMENT_TYPE = "kubernetes:apps/v1:Deployment"
_RELEASE = "kubernetes:helm.sh/v3:Release"
_SECONDS = 90.0
_STEADY_SECONDS = 1
_ASK_EVERY_SECONDS = 0.1

Change = Callable[[Object], None]


class Stalled(Exception):
    """A Deployment has missed its progress deadline; the message says why it is not ready."""


def deploy(api: Api, graph: Graph, *, instead_of: Graph | None = None, change: Change = lambda object: None) -> None:
    """Apply what is declared in the order of its dependencies, then delete what only ``instead_of`` declares.

    A Deployment is ready before anything that depends on it is applied, and at the end. Charts are left out, for nobody
    renders them. Pods need to have been ready for one second only before a rollout goes on; ``change`` may shorten
    another time that no test can wait for.

    Raises:
        ApiRefused: what the API server refuses.
        Stalled: if a Deployment does not come up; what depends on it is then not applied.
    """
    awaited: set[str] = set()
    ordered = in_order(graph)
    for each in ordered:
        needs = [need for need in graph.dependencies(each) if need.urn not in awaited]
        _wait(api, needs)
        awaited |= {need.urn for need in needs}
        wanted = _as_ignored(api, each)
        _hasten(wanted)
        change(wanted)
        api.apply(wanted, MANAGER)
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
    old, new = ({_identity(each): each.inputs for each in in_order(graph)} for graph in (before, after))
    changed = {key for key in old.keys() | new.keys() if old.get(key) != new.get(key)}
    return {f"{kind.rpartition('/')[2]}/{name}" for kind, name, _ in changed}


def condition(object: Object, type: str) -> Mapping[str, Any]:
    """A condition in an object's status; empty if it has none of that type."""
    conditions = object.get("status", {}).get("conditions") or []
    found = (each for each in conditions if each["type"] == type)
    return next(found, {})


def _hasten(object: Object) -> None:
    if object["kind"] == "Deployment":
        object["spec"]["minReadySeconds"] = _STEADY_SECONDS


def _wait(api: Api, declared: Iterable[Declared]) -> None:
    for each in declared:
        if each.type == _DEPLOYMENT_TYPE:
            _wait_for(api, each["metadata.name"], each["metadata.namespace"])


def _wait_for(api: Api, name: str, namespace: str) -> None:
    deadline = time.monotonic() + _SECONDS
    while why := readiness.reasons(api, live := api.get(DEPLOYMENT, name, namespace)):
        current = live.get("status", {}).get("observedGeneration") == live["metadata"]["generation"]
        if current and condition(live, "Progressing").get("reason") == "ProgressDeadlineExceeded":
            raise Stalled("; ".join(why))
        assert time.monotonic() < deadline, f"waited in vain for Deployment {name}: {'; '.join(why)}"
        time.sleep(_ASK_EVERY_SECONDS)


def _as_ignored(api: Api, declared: Declared) -> Object:
    """An object's inputs; of an object that is there, what the program ignores is as somebody has set it since."""
    wanted = copy.deepcopy(dict(declared.inputs))
    if not declared.ignore_changes:
        return wanted
    try:
        live = api.get(*_identity(declared))
    except ApiRefused as refused:
        if refused.reason == "NotFound":
            return wanted
        raise
    return left_alone(wanted, live, declared.ignore_changes, MANAGER)


def _identity(declared: Declared) -> tuple[str, str, str | None]:
    """Kind, name and namespace of an object, as the API client takes them."""
    inputs = declared.inputs
    metadata = inputs["metadata"]
    return f"{inputs['apiVersion']}/{inputs['kind']}", metadata["name"], metadata.get("namespace")
