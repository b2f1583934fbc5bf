"""The serving layer alone, of a small region that is all facts, and what it declares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pulumi
from pulumi_kubernetes.rbac.v1 import ClusterRole

from lepton_infra.config.gateway import GatewayConfig
from lepton_infra.config.models import ModelConfig, VersionConfig
from lepton_infra.fields import NodeCount
from lepton_infra.layers.cluster import ChartImage, ChartRelease, ClusterOutputs, InternalLoadBalancer
from lepton_infra.layers.identity import IdentityOutputs
from lepton_infra.layers.network import Endpoint
from lepton_infra.layers.node_pool import ACCELERATOR_LABEL, POOL_LABEL, GpuSoftware, NodePoolOutputs, Owner
from lepton_infra.layers.storage import BucketOutputs, StorageOutputs
from lepton_infra.lock import ChartPin, ImagePin, Pins
from lepton_infra.platform.gateway.gateway import CHARTS as GATEWAY_CHARTS
from lepton_infra.platform.gateway.gateway import IMAGES as GATEWAY_IMAGES
from lepton_infra.platform.serving.serving import Serving, ServingArgs
from lepton_infra.testing import Declared, Graph, declared
from tests.kit.contexts import context

DIGEST = "sha256:" + "a" * 64
CLUSTER = "cluster"
"""The name of what stands for the cluster: some object that serving does not make."""

STORE = Endpoint(cidr="10.16.0.0/16", port=443)
AGENT = Endpoint(cidr="169.254.170.23/32", port=80)


def objects(graph: Graph) -> list[Declared]:
    """The cluster's objects that serving makes."""
    return [resource for resource in graph.of("kubernetes:*") if resource.name != CLUSTER]


def of(graph: Graph, type: str) -> dict[str, Mapping[str, Any]]:
    """Inputs by logical name of the cluster's objects of one type, such as ``core/v1:Namespace``."""
    return {resource.name: resource.inputs for resource in graph.of(f"kubernetes:{type}")}


def only(graph: Graph, type: str) -> Mapping[str, Any]:
    (inputs,) = of(graph, type).values()
    return inputs


def version(number: int, **changes: Any) -> VersionConfig:
    return VersionConfig(**{"version": number, "digest": f"sha256:{number:064x}", **changes})


def model(*, digest: str | None = DIGEST, **changes: Any) -> ModelConfig:
    versions = [VersionConfig(version=3, digest=digest)]
    facts = {"name": "cifar10", "versions": versions, "node_pool": "l4", "replicas": NodeCount(min=2, max=8)}
    return ModelConfig(**{**facts, **changes})


SOFTWARE = GpuSoftware(
    driver=Owner.IMAGE,
    toolkit=Owner.IMAGE,
    device_plugin=Owner.REGION,
    partitioning=Owner.NOBODY,
    exporter=Owner.REGION,
)


def pool(
    name: str, *, gpus: int = 9, gpus_per_node: int = 1, software: GpuSoftware = SOFTWARE, **changes: Any
) -> NodePoolOutputs:
    return NodePoolOutputs(
        name=name,
        labels={POOL_LABEL: name, ACCELERATOR_LABEL: "l4"},
        machine_type="g6.xlarge",
        gpus=gpus,
        gpus_per_node=gpus_per_node,
        gpu_software=software,
        ready=pulumi.Output.from_input(f"{name}-node-group"),
        **{"measured_per_node": 1, **changes},
    )


def pins() -> Pins:
    read = {"read_from": "https://example.com", "read_on": "2026-01-01"}
    charts = ("nvidia-device-plugin", "dcgm-exporter", "cluster-autoscaler", "keda", "keda-add-ons-http")
    parts = ("keda-metrics-apiserver", "keda-http-operator", "keda-http-interceptor", "keda-http-scaler")
    entrance = [*GATEWAY_IMAGES, *(image.key for chart in GATEWAY_CHARTS for image in chart.images), "collector"]
    keys = ("tensorflow-serving", "tensorflow-serving-cpu", "rclone", *charts, *parts, *entrance)
    return Pins(
        images={key: ImagePin(source=f"docker.io/{key}", tag=f"1-{key}", digest=DIGEST, **read) for key in keys},
        charts={
            **{
                key: ChartPin(repository="https://charts.example.com", chart=f"{key}-chart", version="1.2.3", **read)
                for key in charts
            },
            **{
                key: ChartPin(repository="oci://charts.example.com/x", chart=key, version="v1.2.3", **read)
                for key in [*(chart.pin for chart in GATEWAY_CHARTS), "collector"]
            },
        },
        node_images={},
    )


def image(key: str) -> str:
    return f"111122223333.dkr.example.com/{key}@{DIGEST}"


def arguments(**changes: Any) -> ServingArgs:
    """A region with one GPU pool and one model; called inside the program, since outputs need an engine."""
    models = changes.get("models", [model()])
    locked = pins()
    bucket = BucketOutputs(path=pulumi.Output.from_input("us-east-models"), uri=pulumi.Output.from_input("s3://x"))
    identity = IdentityOutputs(
        annotations={"example.com/role": pulumi.Output.from_input("reader")},
        labels={"example.com/use": "true"},
        endpoints=[AGENT],
        ready=pulumi.Output.from_input("association-1"),
    )
    facts: dict[str, Any] = {
        "models": models,
        "storage": StorageOutputs(
            models=bucket,
            data=bucket,
            rclone={"type": "s3", "env_auth": "true", "region": "us-east-1"},
            endpoints=[STORE],
        ),
        "cluster": ClusterOutputs(
            name="us-east",
            endpoint=pulumi.Output.from_input("https://api"),
            kubeconfig=pulumi.Output.from_input("{}"),
            version="1.33",
            resource=ClusterRole(CLUSTER, metadata={"name": CLUSTER}),
            charts=[
                ChartRelease(
                    name="cluster-autoscaler",
                    namespace="kube-system",
                    pin="cluster-autoscaler",
                    images=[ChartImage(key="cluster-autoscaler")],
                    values={"autoDiscovery": {"clusterName": "us-east"}},
                )
            ],
        ),
        "pools": {"l4": pool("l4")},
        "identities": {each.name: identity for each in models},
        "images": {key: pulumi.Output.from_input(image(key)) for key in locked.images},
    }
    return ServingArgs(**{**facts, **changes})


def entered(timeout_seconds: int = 30, **changes: Any) -> ServingArgs:
    """The same behind a gateway."""
    given = arguments(**changes)
    return replace(
        given,
        cluster=replace(
            given.cluster, load_balancer=InternalLoadBalancer(annotations={"example.com/internal": "true"})
        ),
        gateway=GatewayConfig(domain="inference.example.com", timeout_seconds=timeout_seconds),
        clients=["10.16.0.0/16"],
    )


def record(build: Callable[[], ServingArgs] = arguments, *, locked: Pins | None = None) -> Graph:
    """What ``Serving`` declares for the arguments; its endpoints are exported."""
    of_region = context(pins=locked or pins())
    return declared(
        lambda: pulumi.export("endpoints", Serving("us-east-serving", build(), of_region).outputs.endpoints)
    )
