"""Charts of KEDA and its HTTP add-on, installed where some model needs them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_kubernetes.core import v1 as core
from pulumi_kubernetes.helm.v3 import Release
from pulumi_kubernetes.meta.v1 import ObjectMetaArgs
from pulumi_kubernetes.networking import v1 as networking

from lepton_infra.config.models import ModelConfig
from lepton_infra.layers.cluster import ChartRelease, ClusterOutputs, ImageForm
from lepton_infra.layers.component import Component
from lepton_infra.layers.context import Context
from lepton_infra.platform.helm import release
from lepton_infra.platform.network_policies import GATEWAY_LABEL, default_deny
from lepton_infra.platform.pod_security import pod_security
from lepton_infra.platform.scaling import http_interceptor, keda, needs_keda, network_policies


@dataclass(frozen=True, kw_only=True)
class AutoscalingArgs:
    """``held`` are the namespaces of the models before which a proxy holds requests; none: no proxy is installed."""

    held: Sequence[str]
    cluster: ClusterOutputs
    images: Mapping[str, pulumi.Output[str]]


@dataclass(frozen=True, kw_only=True)
class AutoscalingOutputs:
    """``ready`` is known once objects of KEDA's and its add-on's own kinds can be made."""

    ready: pulumi.Output[str]


class Autoscaling(Component[AutoscalingOutputs]):
    """KEDA, and its add-on that holds requests, each in a closed namespace of its own.

    The add-on's proxies stand in the way of requests and so reach the models; KEDA itself reaches none.
    """

    def __init__(
        self, name: str, args: AutoscalingArgs, context: Context, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("lepton:kubernetes:Autoscaling", name, context, opts)
        self._name, self._args = name, args
        scaler = self._install(
            keda.chart(),
            {},
            {"operator": network_policies.operator(), "metrics-api": network_policies.metrics_api()},
            [],
        )
        ready = scaler
        if args.held:
            ways = {
                "proxies": network_policies.proxies(args.held),
                "counting": network_policies.counting(),
                "add-on-operator": network_policies.add_on_operator(),
            }
            ready = self._install(http_interceptor.chart(), GATEWAY_LABEL, ways, [scaler])
        self.publish(AutoscalingOutputs(ready=pulumi.Output.from_input(ready.id)))

    def _install(
        self,
        chart: ChartRelease,
        labels: Mapping[str, str],
        ways: Mapping[str, networking.NetworkPolicySpecArgs],
        needs: Sequence[pulumi.Resource],
    ) -> Release:
        """A chart in a namespace that is closed but for ``ways`` before anything runs in it."""
        args, cluster = self._args, self._args.cluster.resource
        namespace = core.Namespace(
            f"{self._name}-{chart.name}-namespace",
            metadata=ObjectMetaArgs(
                name=chart.namespace,
                labels={**self.context.labels, **labels, **pod_security("restricted", args.cluster.version)},
            ),
            opts=self.child(deleted_with=cluster),
        )
        policies = [
            networking.NetworkPolicy(
                f"{self._name}-{chart.name}-{way}",
                metadata=ObjectMetaArgs(name=way, namespace=namespace.metadata.name, labels=self.context.labels),
                spec=spec,
                opts=self.child(deleted_with=cluster),
            )
            for way, spec in {"default-deny": default_deny(), **ways}.items()
        ]
        options = self.child(deleted_with=cluster, depends_on=[*policies, *needs])
        return release(f"{self._name}-{chart.name}", chart, self.context.pins, args.images, options)


def scaling_charts(models: Sequence[ModelConfig]) -> list[ChartRelease]:
    """The charts that ``models`` need to be scaled."""
    if not any(needs_keda(model) for model in models):
        return []
    return [
        keda.chart(),
        *([http_interceptor.chart()] if any(model.scaling.buffer_requests for model in models) else []),
    ]


def taken_by_name(models: Sequence[ModelConfig]) -> list[str]:
    """Keys of the images that those charts take by name alone: one tag is all that is said of several of them."""
    images = (image for chart in scaling_charts(models) for image in chart.images)
    return [image.key for image in images if image.form is ImageForm.REPOSITORY]
