"""A simulated cluster over a real control plane, for tests of the provider's own behaviour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lepton_infra.simulator.behaviour import Stored
from lepton_infra.simulator.cloud import SimulatedCloud
from lepton_infra.simulator.clusters.live import readiness
from lepton_infra.simulator.clusters.pools import Declared, Pool
from lepton_infra.simulator.control_plane.api import Api
from lepton_infra.simulator.control_plane.nodes import Taint
from lepton_infra.simulator.resource import Resource
from tests.cluster.objects import GPU

CONFIG = {"kubeconfig": "/site/kubeconfig"}
KEY = "kubernetes:file:/site/kubeconfig"
CONFIG_MAP = "kubernetes:core/v1:ConfigMap"
DEPLOYMENT = "kubernetes:apps/v1:Deployment"
NAMESPACE = "kubernetes:core/v1:Namespace"
RELEASE = "kubernetes:helm.sh/v3:Release"

Wire = dict[str, Any]


def pool(name: str, **changes: Any) -> Pool:
    facts: Wire = {
        "machine_type": "small",
        "cpu": 4.0,
        "memory_gib": 16.0,
        "gpus": 0,
        "count": 1,
        "most": 1,
        "zones": ["a", "b"],
        "labels": {"lepton.dev/pool": name},
        "group": name,
    }
    return Pool(name=name, **{**facts, **changes})


SITE = Declared(
    endpoint="",
    region="site",
    pools=[
        pool("cpu"),
        pool("gpu", gpus=1, announced=False, taints=[Taint(key=GPU, value="present")]),
        pool("spot", count=0, most=1, group="first"),
        pool("dear", count=0, most=3, group="second", labels={"lepton.dev/pool": "spot"}, price=1),
    ],
)
"""A node of each kind, and two pools without any that have the same label."""


def urn(type: str, name: str) -> str:
    return f"urn:pulumi:test::test::{type}::{name}"


@dataclass(frozen=True, kw_only=True)
class Live:
    """The cloud, and its API server's client; ``namespace`` is a fresh one."""

    cloud: SimulatedCloud
    api: Api
    namespace: str

    def create(self, type: str, inputs: Wire, *, name: str = "", timeout: float = 0) -> Resource:
        scope = self.cloud.configure(CONFIG)
        identity = name or inputs.get("metadata", inputs)["name"]
        return self.cloud.create(scope, urn(type, identity), type, inputs, timeout=timeout)

    def update(self, type: str, id: str, inputs: Wire, *, name: str = "", timeout: float = 0) -> Resource:
        scope = self.cloud.configure(CONFIG)
        identity = name or id.rpartition("/")[2]
        return self.cloud.update(scope, urn(type, identity), type, id, inputs, timeout=timeout)

    def read(self, type: str, id: str) -> Resource | None:
        return self.cloud.read(self.cloud.configure(CONFIG), urn(type, id.rpartition("/")[2]), type, id)

    def delete(self, type: str, id: str, *, name: str = "") -> None:
        self.cloud.delete(self.cloud.configure(CONFIG), urn(type, name or id.rpartition("/")[2]), type, id)

    def settled(self, name: str) -> bool:
        """Whether a Deployment is what is asked of it: until then, reading it raises."""
        return not readiness.reasons(self.api, self.api.get("apps/v1/Deployment", name, self.namespace))

    def stored(self) -> list[Stored]:
        return self.cloud.store.all(package="kubernetes", scope=KEY)

    def config_map(self, name: str, **data: str) -> Wire:
        return {"metadata": {"name": name, "namespace": self.namespace}, "data": data}

    def deployment(self, name: str, spec: Wire, *, replicas: int = 1, annotations: Wire | None = None) -> Wire:
        labels = {"app": name}
        return {
            "metadata": {"name": name, "namespace": self.namespace, "annotations": annotations or {}},
            "spec": {
                "replicas": replicas,
                "selector": {"matchLabels": labels},
                "template": {"metadata": {"labels": labels}, "spec": spec},
            },
        }
