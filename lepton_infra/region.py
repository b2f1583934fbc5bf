"""What a region is made of, in build order. Read this first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_kubernetes as kubernetes

from lepton_infra import clouds
from lepton_infra.clouds import Cloud
from lepton_infra.config.region import RegionConfig
from lepton_infra.errors import ConfigError
from lepton_infra.layers import naming
from lepton_infra.layers.adoption import adopting
from lepton_infra.layers.cluster import ClusterArgs
from lepton_infra.layers.component import Component
from lepton_infra.layers.identity import IdentityArgs
from lepton_infra.layers.network import NetworkArgs
from lepton_infra.layers.node_pool import Capacity, NodePoolArgs
from lepton_infra.layers.oversight import OversightArgs
from lepton_infra.layers.registry import RegistryArgs
from lepton_infra.layers.storage import StorageArgs
from lepton_infra.lock import Pins
from lepton_infra.platform.gateway.names import EVENTS
from lepton_infra.platform.monitoring import Monitoring, MonitoringArgs
from lepton_infra.platform.scaling.installing import taken_by_name
from lepton_infra.platform.serving.serving import Serving, ServingArgs, namespace_of, service_account_of


@dataclass(frozen=True, kw_only=True)
class RegionArgs:
    """A region's facts (``config``), the cloud that realises them and the versions it runs (``pins``)."""

    config: RegionConfig[Any]
    cloud: Cloud[Any, Any, Any, Any]
    pins: Pins

    def __post_init__(self) -> None:
        """Check the rules between values, whoever made the config.

        Raises:
            ConfigError: with everything that is wrong.
        """
        found = clouds.problems(self.config)
        if found:
            raise ConfigError(found)


@dataclass(frozen=True, kw_only=True)
class RegionOutputs:
    """What a stack exports: address of every model by name (at the gateway, or in the cluster), the cluster, and where
    models are published."""

    endpoints: Mapping[str, str]
    cluster: str
    models_uri: pulumi.Output[str]
    gpus: int


class Region(Component[RegionOutputs]):
    """One region of the service: network, storage, registry, cluster, its oversight, node pools and model serving.

    Creates the providers itself, one for the cloud (where there is one) and one for the cluster, so that nothing can
    land in another region.
    It does not route traffic between regions and does not copy data between them.
    """

    def __init__(self, name: str, args: RegionArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        config, cloud, pins = args.config, args.cloud, args.pins
        adoption = pulumi.ResourceOptions(transformations=[adopting(config.adopt)])
        super().__init__("lepton:index:Region", name, pulumi.ResourceOptions.merge(opts, adoption))
        settings = config.cloud
        tags = naming.tags(stack=name, residency=config.residency, extra=config.tags)
        protect = not config.teardown
        rotation = config.encryption.rotation_days
        provider = cloud.provider(f"{name}-cloud", settings, self.child())
        on_cloud = self.child(providers=[provider] if provider else [], transformations=list(cloud.transformations))

        network = cloud.network(
            f"{name}-network",
            NetworkArgs(
                cidr=config.network.cidr,
                zones=config.network.zones,
                log_retention_days=config.retention.log_days,
                key_rotation_days=rotation,
                tags=tags,
                protect=protect,
            ),
            settings,
            on_cloud,
        )
        storage = cloud.storage(
            f"{name}-storage",
            StorageArgs(
                network=network.outputs,
                noncurrent_version_days=config.storage.noncurrent_version_days,
                access_log_days=config.retention.log_days,
                key_rotation_days=rotation,
                tags=tags,
                protect=protect,
            ),
            settings,
            on_cloud,
        )
        registry = cloud.registry(
            f"{name}-registry",
            RegistryArgs(
                network=network.outputs,
                images=pins.images,
                by_name=taken_by_name(config.models),
                key_rotation_days=rotation,
                tags=tags,
                protect=protect,
            ),
            settings,
            on_cloud,
        )
        cluster = cloud.cluster(
            f"{name}-cluster",
            ClusterArgs(
                network=network.outputs,
                version=config.cluster.version,
                operator_networks=config.cluster.operator_networks,
                system_min=config.cluster.system_nodes.min,
                system_max=config.cluster.system_nodes.max,
                system_cpus=config.cluster.system_nodes.cpus,
                max_nodes=config.cluster.system_nodes.max + sum(pool.nodes.max for pool in config.node_pools),
                log_retention_days=config.retention.log_days,
                key_rotation_days=rotation,
                pins=pins,
                tags=tags,
                protect=protect,
            ),
            settings,
            on_cloud,
        )
        oversight = cloud.oversight(
            f"{name}-oversight",
            OversightArgs(
                network=network.outputs,
                storage=storage.outputs,
                cluster=cluster.outputs,
                contacts=config.compliance.contacts.named(),
                break_glass_minutes=config.compliance.break_glass_minutes,
                log_retention_days=config.retention.log_days,
                backup_days=config.storage.noncurrent_version_days,
                key_rotation_days=rotation,
                tags=tags,
                protect=protect,
                events=EVENTS if config.gateway and config.models else None,
            ),
            settings,
            on_cloud,
        )
        pools = {
            pool.name: cloud.node_pool(
                f"{name}-pool-{pool.name}",
                NodePoolArgs(
                    cluster=cluster.outputs,
                    pool=pool.name,
                    accelerator=pool.accelerator,
                    accelerators_per_node=pool.accelerators_per_node,
                    sharing=pool.shared(),
                    cpus=pool.cpus,
                    min_nodes=pool.nodes.min,
                    max_nodes=pool.nodes.max,
                    capacity=[Capacity(kind=entry.kind, id=entry.id) for entry in pool.capacity],
                    zones=pool.zones or config.network.zones,
                    disk_gib=pool.disk_gib,
                    pins=pins,
                    tags=tags,
                ),
                settings,
                on_cloud,
            ).outputs
            for pool in config.node_pools
        }
        identities = {
            model.name: cloud.identity(
                f"{name}-identity-{model.name}",
                IdentityArgs(
                    cluster=cluster.outputs,
                    storage=storage.outputs,
                    namespace=namespace_of(model),
                    service_account=service_account_of(model),
                    prefix=f"{model.name}/",
                    tags=tags,
                ),
                settings,
                on_cloud,
            ).outputs
            for model in config.models
        }
        in_cluster = kubernetes.Provider(
            f"{name}-kubernetes",
            kubeconfig=cluster.outputs.kubeconfig,
            context=cluster.outputs.context,
            enable_server_side_apply=True,
            # An API out of reach has gone with the cluster only where the cluster is the region's own.
            delete_unreachable=cluster.outputs.resource is not None,
            opts=self.child(),
        )
        serving = Serving(
            f"{name}-serving",
            ServingArgs(
                models=config.models,
                storage=storage.outputs,
                cluster=cluster.outputs,
                pools=pools,
                identities=identities,
                images=registry.outputs.images,
                pins=pins,
                labels=naming.labels(tags),
                gateway=config.gateway,
                events=oversight.outputs.events,
                clients=[config.network.cidr, *(config.gateway.client_networks if config.gateway else ())],
            ),
            self.child(providers=[in_cluster]),
        )
        Monitoring(
            f"{name}-monitoring",
            MonitoringArgs(
                region=name,
                config=config.monitoring,
                models=config.models,
                gateway=config.gateway is not None and bool(config.models),
                contacts=config.compliance.contacts.named(),
                cluster=cluster.outputs,
                pools=pools,
                images=registry.outputs.images,
                pins=pins,
                labels=naming.labels(tags),
            ),
            self.child(providers=[in_cluster]),
        )
        self.publish(
            RegionOutputs(
                endpoints=serving.outputs.endpoints,
                cluster=cluster.outputs.name,
                models_uri=storage.outputs.models.uri,
                gpus=sum(pool.gpus for pool in pools.values()),
            )
        )
