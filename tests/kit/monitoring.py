"""The monitoring layer alone, of a small region that is all facts, and what it declares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pulumi
from pulumi_kubernetes.rbac.v1 import ClusterRole

from lepton_infra.config.models import ModelConfig, ObjectivesConfig, VersionConfig
from lepton_infra.config.monitoring import MailConfig, MonitoringConfig
from lepton_infra.fields import NodeCount
from lepton_infra.layers.cluster import ClusterOutputs
from lepton_infra.lock import ChartPin, ImagePin, Pins
from lepton_infra.platform.monitoring import Monitoring, MonitoringArgs, objectives, rules
from lepton_infra.platform.monitoring.chart import CHART
from lepton_infra.testing import Graph, declared
from tests.kit.contexts import context
from tests.kit.serving import pool

NAME = "us-east-monitoring"
CLUSTER = "cluster"
DIGEST = "sha256:" + "a" * 64
IMAGES = {
    "prometheus-operator": "v0.85.0",
    "prometheus-config-reloader": "v0.85.0",
    "prometheus": "v3.6.0",
    "alertmanager": "v0.28.1",
    "kube-state-metrics": "v2.17.0",
    "grafana": "12.1.1",
}
CONTACTS = {"dpo": "dpo@example.com", "security": "oncall@example.com"}
MAIL = MailConfig(relay="mail.example.com", sender="alerts@example.com")


def model(name: str = "cifar10", *versions: VersionConfig, **objectives: Any) -> ModelConfig:
    return ModelConfig(
        name=name,
        versions=versions or (VersionConfig(version=1),),
        node_pool="l4",
        replicas=NodeCount(min=2, max=8),
        objectives=ObjectivesConfig(**objectives),
    )


def canaried() -> ModelConfig:
    return model("cifar10", VersionConfig(version=1, weight=90), VersionConfig(version=2, weight=10))


def rule_groups() -> list[dict[str, Any]]:
    """All groups of a region with that model and a gateway; those that others read come first."""
    return [*objectives.groups(canaried(), measured=True), *rules.groups(gateway=True)]


def pins() -> Pins:
    read = {"read_from": "https://example.com", "read_on": "2026-01-01"}
    return Pins(
        images={
            key: ImagePin(source=f"docker.io/{key}", tag=tag, digest=DIGEST, **read) for key, tag in IMAGES.items()
        },
        charts={CHART: ChartPin(repository="https://charts.example.com", chart=CHART, version="77.14.0", **read)},
        node_images={},
    )


def cluster(**changes: Any) -> ClusterOutputs:
    return ClusterOutputs(
        name="us-east",
        endpoint=pulumi.Output.from_input("https://api"),
        kubeconfig=pulumi.Output.from_input("{}"),
        version="1.33",
        resource=ClusterRole(CLUSTER, metadata={"name": CLUSTER}),
        charts=[],
        **changes,
    )


def arguments(**changes: Any) -> MonitoringArgs:
    """Called inside the program, since outputs need an engine."""
    if "cluster" not in changes:
        changes["cluster"] = cluster()
    facts: dict[str, Any] = {
        "config": MonitoringConfig(),
        "models": [canaried()],
        "gateway": True,
        "contacts": CONTACTS,
        "pools": {"l4": pool("l4")},
        "images": {key: pulumi.Output.from_input(f"registry.example.com/team/{key}@{DIGEST}") for key in IMAGES},
    }
    return MonitoringArgs(**{**facts, **changes})


def record(build: Callable[[], MonitoringArgs] = arguments, *, locked: Pins | None = None) -> Graph:
    """What ``Monitoring`` declares for the arguments; what it publishes is exported."""
    of_region = context(pins=locked or pins())
    return declared(lambda: pulumi.export("prometheus", Monitoring(NAME, build(), of_region).outputs.prometheus))


def of(graph: Graph, type: str) -> dict[str, Mapping[str, Any]]:
    """Inputs by logical name of the cluster's objects of one type, such as ``core/v1:Namespace``."""
    return {resource.name.removeprefix(f"{NAME}-"): resource.inputs for resource in graph.of(f"kubernetes:{type}")}


def values(graph: Graph) -> Mapping[str, Any]:
    """What the chart is told."""
    (inputs,) = of(graph, "helm.sh/v3:Release").values()
    return dict(inputs["values"])
