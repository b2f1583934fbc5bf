"""The serving layer of a small region with a gateway, and what the gateway declares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pulumi

from lepton_infra.config.gateway import GatewayConfig
from lepton_infra.config.models import VersionConfig
from lepton_infra.fields import NodeCount
from lepton_infra.layers.cluster import ChartImage, ChartRelease, InternalLoadBalancer
from lepton_infra.layers.oversight import EventCollector
from lepton_infra.platform.serving.serving import ServingArgs
from lepton_infra.testing import Declared, Graph
from tests.kit import serving

DOMAIN = "inference.example.com"
OWN, OFFICE = "10.16.0.0/16", "192.0.2.0/24"
NAME = "us-east-serving-gateway"
BALANCER = InternalLoadBalancer(annotations={"example.com/internal": "true"}, class_name="example.com/inside")

STABLE = VersionConfig(version=3, digest="sha256:" + "3" * 64, weight=90)
CANARY = VersionConfig(version=4, digest="sha256:" + "4" * 64, weight=10)
OLD = VersionConfig(version=2, digest="sha256:" + "2" * 64, weight=0)
SHADOW = VersionConfig(version=5, digest="sha256:" + "5" * 64, weight=0, shadow=25)

CONFIG = GatewayConfig(
    domain=DOMAIN,
    client_networks=(OFFICE,),
    replicas=NodeCount(min=3, max=9),
    max_request_kib=2048,
    requests_per_second=100,
    timeout_seconds=20,
)


def collector() -> EventCollector:
    """One that the cloud asks for; called inside the program."""
    return EventCollector(
        chart=ChartRelease(
            name="collector",
            namespace="lepton-gateway",
            pin="collector",
            images=[ChartImage(key="collector")],
            values={"mode": "deployment"},
        ),
        service="collector",
        port=4317,
        labels={"app": "collector"},
        endpoints=[serving.AGENT],
        ready=pulumi.Output.from_input("association-2"),
    )


def arguments(config: GatewayConfig | None = CONFIG, *, collected: bool = False, **changes: Any) -> ServingArgs:
    """A region with two versions of one model behind a gateway; ``collected``: its events are, in the cluster."""
    plain = serving.arguments(**{"models": [serving.model(versions=(STABLE, CANARY))], **changes})
    return replace(
        plain,
        gateway=config,
        clients=[OWN, OFFICE],
        events=collector() if collected else None,
        cluster=replace(plain.cluster, load_balancer=BALANCER),
    )


def record(config: GatewayConfig | None = CONFIG, *, collected: bool = False, **changes: Any) -> Graph:
    return serving.record(lambda: arguments(config, collected=collected, **changes))


def ours(graph: Graph) -> list[Declared]:
    """The objects that the gateway declares."""
    return [each for each in serving.objects(graph) if each.name.startswith(f"{NAME}-")]


def spec(graph: Graph, purpose: str) -> Mapping[str, Any]:
    """The spec of an object by the end of its logical name."""
    found: Mapping[str, Any] = graph[f"{NAME}-{purpose}"].inputs["spec"]
    return found


def needs(graph: Graph, purpose: str) -> set[str]:
    """What an object of the gateway waits for, at any distance, by the end of the logical name."""
    return {each.name.removeprefix(f"{NAME}-") for each in graph.dependencies(graph[f"{NAME}-{purpose}"])}
