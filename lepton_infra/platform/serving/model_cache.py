"""A cache of one model's versions in the cluster, which pods ask before the bucket."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
from pulumi_kubernetes.apps import v1 as apps
from pulumi_kubernetes.core import v1 as core
from pulumi_kubernetes.meta.v1 import LabelSelectorArgs, ObjectMetaArgs
from pulumi_kubernetes.networking import v1 as networking

from lepton_infra.config.models import ModelConfig
from lepton_infra.layers.component import Component
from lepton_infra.layers.context import Context
from lepton_infra.platform import pod_parts
from lepton_infra.platform.network_policies import CachePods, cache_traffic
from lepton_infra.platform.pod_security import restricted_container, restricted_pod
from lepton_infra.platform.serving.runtime import ModelServerArgs, namespace_of, selector_of_model

PORT = 8080

_FOLDER = "/cache"


def name_of(model: ModelConfig) -> str:
    """Name of the cache's Deployment and Service."""
    return f"{model.name}-cache"


def cache_of(model: ModelConfig) -> CachePods:
    """The cache's pods, which are no servers of the model."""
    selector = {"app.kubernetes.io/name": "model-cache", "app.kubernetes.io/instance": model.name}
    return CachePods(selector=selector, port=PORT)


SERVE = ("rclone", "serve", "http")
"""What a cache runs; then comes the rclone path of its folder of versions, which ends in ``/``, and :func:`flags`."""


def flags(*, address: str, folder: str, mib: int) -> list[str]:
    """Answer at ``address`` and keep in ``folder`` up to ``mib`` of what was read.

    Nothing can be written. What is in the bucket is looked up anew every second, so that a version is there as soon as
    it is published. Times of files are the store's own, for others would have to be asked for file by file.
    """
    return [
        f"--addr={address}",
        "--read-only",
        "--vfs-cache-mode=full",
        f"--cache-dir={folder}",
        f"--vfs-cache-max-size={mib}Mi",
        "--vfs-cache-max-age=8760h",
        "--dir-cache-time=1s",
        "--use-server-modtime",
        f"--config={folder}/.no-config",
    ]


@dataclass(frozen=True, kw_only=True)
class ModelCacheArgs:
    """The model of ``server``, which has ``cache_gib``.

    ``namespace`` and ``service_account`` are known once they are there; ``closed`` is what shuts the namespace.
    """

    server: ModelServerArgs
    namespace: pulumi.Input[str]
    service_account: pulumi.Input[str]
    closed: pulumi.Resource


@dataclass(frozen=True, kw_only=True)
class ModelCacheOutputs:
    """``url`` is where pods find it."""

    url: str


class ModelCache(Component[ModelCacheOutputs]):
    """One pod that reads the bucket as the model does and hands on what it has read.

    Nobody has to trust it, for pods verify what they get and otherwise ask the bucket; so nobody waits for it either,
    and it has no second replica and no disruption budget. It runs where pods without GPUs do.
    """

    def __init__(
        self, name: str, args: ModelCacheArgs, context: Context, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("lepton:kubernetes:ModelCache", name, context, opts)
        model, identity, runtime = args.server.model, args.server.identity, args.server.runtime
        cluster, pods, own = runtime.cluster.resource, cache_of(model), name_of(model)
        labels = {**context.labels, **pods.selector}

        def named(object_name: str, **annotations: pulumi.Input[str]) -> ObjectMetaArgs:
            return ObjectMetaArgs(name=object_name, namespace=args.namespace, labels=labels, annotations=annotations)

        networking.NetworkPolicy(
            f"{name}-traffic",
            metadata=named("cache-traffic"),
            spec=cache_traffic(pods, selector_of_model(model), [*runtime.storage.endpoints, *identity.endpoints]),
            opts=self.child(deleted_with=cluster),
        )
        unawaited: dict[str, pulumi.Input[str]] = {
            "pulumi.com/skipAwait": "true",
            "lepton.dev/identity": identity.ready,
        }
        apps.Deployment(
            f"{name}-deployment",
            metadata=named(own, **unawaited),
            spec=apps.DeploymentSpecArgs(
                replicas=1,
                selector=LabelSelectorArgs(match_labels=pods.selector),
                template=core.PodTemplateSpecArgs(
                    metadata=ObjectMetaArgs(
                        labels={**labels, **identity.labels},
                        annotations={"cluster-autoscaler.kubernetes.io/safe-to-evict": "true"},
                    ),
                    spec=_pod(args, pods),
                ),
            ),
            opts=self.child(deleted_with=cluster, depends_on=[args.closed]),
        )
        core.Service(
            f"{name}-service",
            metadata=named(own, **{"pulumi.com/skipAwait": "true"}),
            spec=core.ServiceSpecArgs(
                type="ClusterIP",
                selector=pods.selector,
                ports=[core.ServicePortArgs(name="http", port=PORT, target_port="http")],
            ),
            opts=self.child(deleted_with=cluster),
        )
        self.publish(ModelCacheOutputs(url=f"http://{own}.{namespace_of(model)}.svc.cluster.local:{PORT}"))


def _pod(args: ModelCacheArgs, pods: CachePods) -> core.PodSpecArgs:
    model, identity, runtime = args.server.model, args.server.identity, args.server.runtime
    gib = model.cache_gib or 0
    source = pulumi.Output.concat("store:", runtime.storage.models.path, f"/{model.name}/")
    storage_class = runtime.cluster.storage_class
    return core.PodSpecArgs(
        service_account_name=args.service_account,
        automount_service_account_token=False,
        enable_service_links=False,
        security_context=restricted_pod(),
        priority_class_name=runtime.priority_class,
        topology_spread_constraints=pod_parts.spread(pods.selector),
        containers=[
            core.ContainerArgs(
                name="cache",
                image=runtime.fetch_image,
                command=[*SERVE, source, *flags(address=f":{PORT}", folder=_FOLDER, mib=model.cached_mib())],
                env=pod_parts.environment(pod_parts.store_access(runtime.storage.rclone, identity)),
                ports=[core.ContainerPortArgs(name="http", container_port=PORT)],
                resources=pod_parts.resources(
                    cpus=1, memory_gib=1, accelerators=0, disk_gib=pod_parts.node_disk_gib(gib, storage_class)
                ),
                security_context=restricted_container(),
                # The list of versions comes from the store: a cache that cannot read there is not asked.
                readiness_probe=pod_parts.http_probe("/", "http", period=10, failures=3),
                liveness_probe=core.ProbeArgs(
                    tcp_socket=core.TCPSocketActionArgs(port="http"), period_seconds=10, failure_threshold=6
                ),
                termination_message_policy="FallbackToLogsOnError",
                volume_mounts=[
                    core.VolumeMountArgs(name="cache", mount_path=_FOLDER),
                    core.VolumeMountArgs(name="scratch", mount_path=pod_parts.SCRATCH),
                    *pod_parts.token_mounts(identity),
                ],
            )
        ],
        volumes=[
            pod_parts.disk("cache", gib, storage_class),
            pod_parts.scratch(),
            *pod_parts.token_volumes(identity),
        ],
    )
