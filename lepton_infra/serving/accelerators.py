"""What makes GPUs schedulable where a pool's node image does not bring it: NVIDIA's device plugin."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pulumi
from pulumi_kubernetes.core import v1 as core
from pulumi_kubernetes.meta.v1 import ObjectMetaArgs
from pulumi_kubernetes.networking import v1 as networking

from lepton_infra.cluster import ChartImage, ChartRelease, ClusterOutputs
from lepton_infra.component import Component
from lepton_infra.node_pool import GPU_TAINT_KEY, POOL_LABEL, NodePoolOutputs
from lepton_infra.pins import Pins
from lepton_infra.serving.charts import release
from lepton_infra.serving.security import default_deny, pod_security

NAMESPACE = "gpu-device-plugin"
"""The plugin talks to the kubelet through a host path, which no level below privileged allows; it lives here alone."""

OWNER = "region"


@dataclass(frozen=True, kw_only=True)
class DevicePluginArgs:
    """The ``chart`` that :func:`device_plugin` chose, and what it takes to install it."""

    chart: ChartRelease
    cluster: ClusterOutputs
    pins: Pins
    images: Mapping[str, pulumi.Output[str]]
    labels: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class DevicePluginOutputs:
    """``version`` is the chart's, as installed."""

    version: str


class DevicePlugin(Component[DevicePluginOutputs]):
    """NVIDIA's device plugin in a namespace of its own, which nothing reaches and which reaches nothing.

    Nobody waits for it: pods that ask for a GPU stay pending until it has announced the GPUs of their node.
    """

    def __init__(self, name: str, args: DevicePluginArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("lepton:kubernetes:DevicePlugin", name, opts)
        cluster = args.cluster.resource
        namespace = core.Namespace(
            f"{name}-namespace",
            metadata=ObjectMetaArgs(
                name=args.chart.namespace,
                labels={**args.labels, **pod_security("privileged", args.cluster.version)},
            ),
            opts=self.child(deleted_with=cluster),
        )
        deny = networking.NetworkPolicy(
            f"{name}-default-deny",
            metadata=ObjectMetaArgs(name="default-deny", namespace=namespace.metadata.name, labels=args.labels),
            spec=default_deny(),
            opts=self.child(deleted_with=cluster),
        )
        options = self.child(deleted_with=cluster, depends_on=[deny])
        release(f"{name}-chart", args.chart, args.pins, args.images, options)
        self.publish(DevicePluginOutputs(version=args.pins.charts[args.chart.pin].version))


def device_plugin(pools: Iterable[NodePoolOutputs]) -> ChartRelease | None:
    """The plugin for the pools that leave it to the region, or None where every pool's image or nobody owns it.

    Pinned to those pools by name: a second plugin on a node would fight the image's own over the same socket.
    """
    owned = [pool for pool in pools if pool.gpu_software.device_plugin == OWNER]
    if not owned:
        return None
    names = sorted(pool.labels[POOL_LABEL] for pool in owned)
    on_owned = {"matchExpressions": [{"key": POOL_LABEL, "operator": "In", "values": names}]}
    taints = [GPU_TAINT_KEY, *sorted({key for pool in owned for key in pool.taints})]
    return ChartRelease(
        name="nvidia-device-plugin",
        namespace=NAMESPACE,
        pin="nvidia-device-plugin",
        images=[ChartImage(key="nvidia-device-plugin")],
        values={
            # Replaces the chart's own terms, which wait for labels of a discovery service that is not installed.
            "affinity": {
                "nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [on_owned]}}
            },
            "tolerations": [{"key": key, "operator": "Exists", "effect": "NoSchedule"} for key in taints],
        },
    )
