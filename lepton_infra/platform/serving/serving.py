"""Model serving, written once: speaks only Kubernetes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_kubernetes.core.v1 import ConfigMap
from pulumi_kubernetes.meta.v1 import ObjectMetaArgs
from pulumi_kubernetes.scheduling.v1 import PriorityClass

from lepton_infra.config.gateway import GatewayConfig
from lepton_infra.config.models import ModelConfig
from lepton_infra.layers.cluster import ChartRelease, ClusterOutputs
from lepton_infra.layers.component import Component
from lepton_infra.layers.context import Context
from lepton_infra.layers.identity import IdentityOutputs
from lepton_infra.layers.node_pool import NodePoolOutputs
from lepton_infra.layers.oversight import EventCollector
from lepton_infra.layers.storage import StorageOutputs
from lepton_infra.lock import LOCK_FILE, Pins
from lepton_infra.platform.gateway.gateway import CHARTS as GATEWAY_CHARTS
from lepton_infra.platform.gateway.gateway import IMAGES as GATEWAY_IMAGES
from lepton_infra.platform.gateway.gateway import Gateway, GatewayArgs
from lepton_infra.platform.gpu import GpuSoftware, GpuSoftwareArgs, gpu_charts
from lepton_infra.platform.helm import release
from lepton_infra.platform.scaling.installing import Autoscaling, AutoscalingArgs, scaling_charts
from lepton_infra.platform.serving.model_server import ModelServer
from lepton_infra.platform.serving.rollout import has_room
from lepton_infra.platform.serving.runtime import (
    FETCH_IMAGE,
    SERVER_IMAGES,
    ModelServerArgs,
    ServingRuntime,
    namespace_of,
)
from lepton_infra.platform.serving.sizing import REQUEST_SECONDS

SERVING_PRIORITY = 1_000_000
"""Above the default of 0; what users define may go up to 1,000,000,000, above which are the system's own classes."""


@dataclass(frozen=True, kw_only=True)
class ServingArgs:
    """Inputs of serving: ``pools`` by name, ``identities`` by model name, ``images`` by lock key.

    ``clients`` are the networks (CIDRs) that may call through the gateway, where there is one; its time-out is how long
    a request may take. ``events`` brings what it writes of requests to the region's log, where the cloud does not.
    """

    models: Sequence[ModelConfig]
    storage: StorageOutputs
    cluster: ClusterOutputs
    pools: Mapping[str, NodePoolOutputs]
    identities: Mapping[str, IdentityOutputs]
    images: Mapping[str, pulumi.Output[str]]
    gateway: GatewayConfig | None = None
    clients: Sequence[str] = ()
    events: EventCollector | None = None


@dataclass(frozen=True, kw_only=True)
class ServingOutputs:
    """``endpoints`` are the addresses of the models' REST API by model name: at the gateway, or within the cluster."""

    endpoints: Mapping[str, str]


class Serving(Component[ServingOutputs]):
    """The model servers of a region and what they need in the cluster.

    Everything in the cluster dies with the cluster (``deleted_with``), so that a region can be destroyed although its
    API is gone already.
    """

    def __init__(
        self, name: str, args: ServingArgs, context: Context, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("lepton:kubernetes:Serving", name, context, opts)
        cluster = args.cluster.resource
        pools = list(args.pools.values())
        on_gpus = gpu_charts(pools)
        gateway = args.gateway if args.models else None
        entrance = [*GATEWAY_CHARTS, *([args.events.chart] if args.events else [])] if gateway else []
        missing = missing_pins(
            args, context.pins, [*args.cluster.charts, *on_gpus, *entrance, *scaling_charts(args.models)]
        )
        if missing:
            raise pulumi.RunError(
                f"{LOCK_FILE} has no {', '.join(missing)}, which this region runs; add each with its version and with "
                "the place where that was read, then: lepton pin"
            )
        for chart in args.cluster.charts:
            release(f"{name}-{chart.name}", chart, context.pins, args.images, self.child(deleted_with=cluster))
        for setting in args.cluster.in_cluster_settings:
            ConfigMap(
                f"{name}-{setting.name}",
                metadata=ObjectMetaArgs(name=setting.name, namespace=setting.namespace, labels=context.labels),
                data=setting.data,
                opts=self.child(deleted_with=cluster),
            )
        if on_gpus:
            GpuSoftware(
                f"{name}-device-plugin",
                GpuSoftwareArgs(
                    charts=on_gpus,
                    pools=pools,
                    cluster=args.cluster,
                    images=args.images,
                ),
                context,
                self.child(),
            )
        scaler = None
        if scaling_charts(args.models):
            scaler = Autoscaling(
                f"{name}-autoscaling",
                AutoscalingArgs(
                    held=[namespace_of(model) for model in args.models if model.scaling.buffer_requests],
                    cluster=args.cluster,
                    images=args.images,
                ),
                context,
                self.child(),
            ).outputs.ready
        priority = PriorityClass(
            f"{name}-priority",
            metadata=ObjectMetaArgs(name="lepton-serving", labels=context.labels),
            value=SERVING_PRIORITY,
            description="Model servers, which answer users: before batch work, after the cluster's own pods.",
            opts=self.child(deleted_with=cluster),
        )
        runtime = ServingRuntime(
            cluster=args.cluster,
            storage=args.storage,
            images=args.images,
            priority_class=priority.metadata.name,
            request_seconds=args.gateway.timeout_seconds if args.gateway else REQUEST_SECONDS,
            scaler=scaler,
            domain=gateway.domain if gateway else None,
        )
        servers = {
            model.name: ModelServer(f"{name}-{model.name}", server_args(args, model, runtime), context, self.child())
            for model in args.models
        }
        endpoints: Mapping[str, str] = {model: server.outputs.endpoint for model, server in servers.items()}
        if gateway is not None:
            endpoints = Gateway(
                f"{name}-gateway",
                GatewayArgs(
                    config=gateway,
                    models=args.models,
                    namespaces={model.name: namespace_of(model) for model in args.models},
                    ready={model: server.outputs.namespace for model, server in servers.items()},
                    answering={model: server.outputs.answering for model, server in servers.items()},
                    clients=args.clients,
                    events=args.events,
                    cluster=args.cluster,
                    images=args.images,
                    priority_class=priority.metadata.name,
                ),
                context,
                self.child(),
            ).outputs.endpoints
        self.publish(ServingOutputs(endpoints=endpoints))


def server_args(args: ServingArgs, model: ModelConfig, runtime: ServingRuntime) -> ModelServerArgs:
    """Arguments of one model's server: its pool, its identity, and whether the pool has room for a surge."""
    pool = args.pools[model.node_pool]
    of_pool = [other for other in args.models if other.node_pool == model.node_pool]
    return ModelServerArgs(
        model=model,
        pool=pool,
        identity=args.identities[model.name],
        surge=has_room(model, pool, of_pool),
        runtime=runtime,
    )


def missing_pins(args: ServingArgs, pins: Pins, charts: Iterable[ChartRelease]) -> list[str]:
    """Pins that the region needs and the lock file does not have, as ``images.<key>`` or ``charts.<key>``."""
    wanted = list(charts)
    models = {SERVER_IMAGES[model.accelerators > 0] for model in args.models} | (
        {FETCH_IMAGE} if args.models else set()
    )
    entrance = set(GATEWAY_IMAGES) if args.gateway and args.models else set()
    images = models | entrance | {image.key for chart in wanted for image in chart.images}
    return [
        *(f"images.{key}" for key in sorted(images - set(args.images))),
        *(f"charts.{key}" for key in sorted({chart.pin for chart in wanted} - set(pins.charts))),
    ]
