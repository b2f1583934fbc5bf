"""A simulated cluster for tests, and the smallest objects that it accepts."""

import copy
import json
from collections.abc import Mapping
from typing import Any

from lepton_infra.simulator.behaviour import Stored
from lepton_infra.simulator.changes import Change
from lepton_infra.simulator.cloud import SimulatedCloud
from lepton_infra.simulator.resource import Resource
from lepton_infra.simulator.store import Store

CONFIG_MAP = "kubernetes:core/v1:ConfigMap"
DEPLOYMENT = "kubernetes:apps/v1:Deployment"
NAMESPACE = "kubernetes:core/v1:Namespace"
POD = "kubernetes:core/v1:Pod"
RELEASE = "kubernetes:helm.sh/v3:Release"
SERVICE = "kubernetes:core/v1:Service"

Wire = dict[str, Any]


def kubeconfig(server: str = "https://one.example.com", **context: str) -> str:
    return json.dumps(
        {
            "current-context": "main",
            "contexts": [{"name": "main", "context": {"cluster": "one", **context}}],
            "clusters": [{"name": "one", "cluster": {"server": server}}],
        }
    )


def deployment(**pod: Any) -> Wire:
    """A Deployment of one container; ``pod`` changes its pod's specification."""
    labels = {"app": "web"}
    spec = {"containers": [container()], **pod}
    return {"spec": {"selector": {"matchLabels": labels}, "template": {"metadata": {"labels": labels}, "spec": spec}}}


def container(**changes: Any) -> Wire:
    return {"name": "web", "image": "registry.example.com/web:1", **changes}


def restricted() -> Wire:
    """The specification of a pod that the strictest pod security standard lets in."""
    security = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
    return {
        "containers": [container(securityContext=security)],
        "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
    }


def changed(value: Any, path: str, new: Any) -> Any:
    """A copy of ``value`` with what is at the dotted path replaced, or removed where ``new`` is ``...``."""
    result = copy.deepcopy(value)
    at = result
    *steps, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    for step in steps:
        at = at[step]
    if new is ...:
        del at[last]
    else:
        at[last] = new
    return result


class Cluster:
    """One cluster and a provider for it. ``config`` is the provider's own, such as ``namespace``."""

    def __init__(self, **config: Any) -> None:
        self.cloud = SimulatedCloud("kubernetes", Store())
        self.scope = self.cloud.configure({"kubeconfig": kubeconfig(), **config})

    def checked(self, type: str, inputs: Mapping[str, Any], name: str = "x") -> Wire:
        """The inputs with defaults; fails if any is wrong."""
        found = self.cloud.check(self.scope, urn(type, name), type, {}, inputs)
        assert found.failures == []
        return found.inputs

    def failures(self, type: str, inputs: Mapping[str, Any]) -> dict[str, str]:
        """What is wrong with the inputs, by path."""
        found = self.cloud.check(self.scope, urn(type, "x"), type, {}, inputs)
        return {failure.path: failure.reason for failure in found.failures}

    def create(self, type: str, inputs: Mapping[str, Any], name: str = "x") -> Resource:
        return self.cloud.create(self.scope, urn(type, name), type, self.checked(type, inputs, name))

    def update(
        self, type: str, id: str, inputs: Mapping[str, Any], name: str = "x", ignored: frozenset[str] = frozenset()
    ) -> Resource:
        wanted = self.checked(type, inputs, name)
        return self.cloud.update(self.scope, urn(type, name), type, id, wanted, ignored=ignored)

    def delete(self, type: str, id: str, name: str = "x") -> None:
        self.cloud.delete(self.scope, urn(type, name), type, id)

    def diff(self, type: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
        return self.cloud.diff(self.scope, urn(type, "x"), type, old, new).changes

    def namespace(self, name: str, **labels: str) -> Resource:
        return self.create(NAMESPACE, {"metadata": {"name": name, "labels": labels}}, name)

    def ids(self, *types: str) -> list[str]:
        found: list[Stored] = list(self.scope.all(*types))
        return [stored.id for stored in found]


def urn(type: str, name: str) -> str:
    return f"urn:pulumi:eu::shop::{type}::{name}"
