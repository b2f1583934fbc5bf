"""The GPU software that the region itself puts on nodes: NVIDIA's device plugin and its exporter of measurements.

Drivers, container toolkit and the cutting of GPUs into instances are others' (``node_pool.GpuSoftware``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_kubernetes.core import v1 as core
from pulumi_kubernetes.meta.v1 import ObjectMetaArgs
from pulumi_kubernetes.networking import v1 as networking

from lepton_infra.layers.cluster import ChartRelease, ClusterOutputs
from lepton_infra.layers.component import Component
from lepton_infra.layers.context import Context
from lepton_infra.layers.node_pool import NodePoolOutputs
from lepton_infra.platform.gpu import device_plugin, exporter
from lepton_infra.platform.gpu.network_policies import asks_the_api, scraped
from lepton_infra.platform.gpu.placing import NAMESPACE as NAMESPACE
from lepton_infra.platform.helm import release
from lepton_infra.platform.network_policies import default_deny
from lepton_infra.platform.pod_security import pod_security

_FORMER_TYPE = "lepton:kubernetes:DevicePlugin"


@dataclass(frozen=True, kw_only=True)
class GpuSoftwareArgs:
    """The ``charts`` that :func:`gpu_charts` chose for ``pools``, and what it takes to install them."""

    charts: Sequence[ChartRelease]
    pools: Sequence[NodePoolOutputs]
    cluster: ClusterOutputs
    images: Mapping[str, pulumi.Output[str]]


@dataclass(frozen=True, kw_only=True)
class GpuSoftwareOutputs:
    """``versions`` are those of the charts, as installed, by name."""

    versions: Mapping[str, str]


class GpuSoftware(Component[GpuSoftwareOutputs]):
    """Device plugin and exporter in one namespace, the only privileged one; it is closed but for what they need.

    Nobody waits for them: pods that ask for a GPU stay pending until the plugin has announced the GPUs of their node.
    """

    def __init__(
        self, name: str, args: GpuSoftwareArgs, context: Context, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        renamed = pulumi.ResourceOptions(aliases=[pulumi.Alias(type_=_FORMER_TYPE)])
        super().__init__("lepton:kubernetes:GpuSoftware", name, context, pulumi.ResourceOptions.merge(opts, renamed))
        cluster = args.cluster.resource
        namespace = core.Namespace(
            f"{name}-namespace",
            metadata=ObjectMetaArgs(
                name=NAMESPACE, labels={**context.labels, **pod_security("privileged", args.cluster.version)}
            ),
            opts=self.child(deleted_with=cluster),
        )

        def policy(of: str, spec: networking.NetworkPolicySpecArgs) -> networking.NetworkPolicy:
            return networking.NetworkPolicy(
                f"{name}-{of}",
                metadata=ObjectMetaArgs(name=of, namespace=namespace.metadata.name, labels=context.labels),
                spec=spec,
                opts=self.child(deleted_with=cluster),
            )

        needs = [policy("default-deny", default_deny())]
        wanted = {chart.name for chart in args.charts}
        if exporter.NAME in wanted:
            needs.append(policy("exporter-is-scraped", scraped(exporter.SELECTOR, exporter.PORT)))
        if device_plugin.reads_its_node(args.pools):
            needs.append(policy("plugin-reads-its-node", asks_the_api(device_plugin.SELECTOR)))
        for chart in args.charts:
            options = self.child(deleted_with=cluster, depends_on=needs)
            release(f"{name}-{_CHILDREN[chart.name]}", chart, context.pins, args.images, options)
        self.publish(
            GpuSoftwareOutputs(versions={chart.name: context.pins.charts[chart.pin].version for chart in args.charts})
        )


_CHILDREN = {device_plugin.NAME: "chart", exporter.NAME: "exporter"}
"""The charts' logical names behind the component's own."""


def gpu_charts(pools: Sequence[NodePoolOutputs]) -> list[ChartRelease]:
    """Charts of GPU software that the region installs: each part for the pools that leave it to the region."""
    return [chart for chart in (device_plugin.chart(pools), exporter.chart(pools)) if chart is not None]
