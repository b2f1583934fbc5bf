"""Region: the layers of a region in build order, and the mapping of its config to their arguments. Read this first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import pulumi
import pulumi_kubernetes as kubernetes

from lepton_infra import clouds
from lepton_infra.clouds import Cloud
from lepton_infra.config.models import ModelConfig
from lepton_infra.config.region import NodePoolConfig, RegionConfig
from lepton_infra.errors import ConfigError
from lepton_infra.layers import naming
from lepton_infra.layers.adoption import adopting
from lepton_infra.layers.cluster import ClusterArgs, ClusterOutputs
from lepton_infra.layers.component import Component
from lepton_infra.layers.context import Context
from lepton_infra.layers.identity import IdentityArgs
from lepton_infra.layers.network import NetworkArgs, NetworkOutputs
from lepton_infra.layers.node_pool import Capacity, NodePoolArgs
from lepton_infra.layers.oversight import OversightArgs
from lepton_infra.layers.registry import RegistryArgs
from lepton_infra.layers.storage import StorageArgs, StorageOutputs
from lepton_infra.lock import Pins
from lepton_infra.platform.gateway.names import EVENTS
from lepton_infra.platform.monitoring import Monitoring, MonitoringArgs
from lepton_infra.platform.scaling.installing import taken_by_name
from lepton_infra.platform.serving.runtime import namespace_of, service_account_of
from lepton_infra.platform.serving.serving import Serving, ServingArgs

N = TypeVar("N", bound=NetworkOutputs)
St = TypeVar("St", bound=StorageOutputs)
C = TypeVar("C", bound=ClusterOutputs)


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
    """Exports of a stack: address of every model by name (at the gateway, or in the cluster), the cluster, and where
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
        config, context = args.config, context_of(name, args.config, args.pins)
        adoption = pulumi.ResourceOptions(transformations=[adopting(config.adopt)])
        super().__init__("lepton:index:Region", name, context, pulumi.ResourceOptions.merge(opts, adoption))
        cloud = args.cloud.bound(config.cloud, context, self.child())

        network = cloud.network(network_args(config))
        storage = cloud.storage(storage_args(config, network))
        registry = cloud.registry(RegistryArgs(network=network, by_name=taken_by_name(config.models)))
        cluster = cloud.cluster(cluster_args(config, network))
        oversight = cloud.oversight(oversight_args(config, network, storage, cluster))
        pools = {pool.name: cloud.node_pool(pool_args(config, pool, cluster)) for pool in config.node_pools}
        identities = {
            model.name: cloud.identity(model.name, identity_args(model, cluster, storage)) for model in config.models
        }
        in_cluster = self.child(providers=[kubernetes_provider(f"{name}-kubernetes", cluster, self.child())])
        serving = Serving(
            f"{name}-serving",
            ServingArgs(
                models=config.models,
                storage=storage,
                cluster=cluster,
                pools=pools,
                identities=identities,
                images=registry.images,
                gateway=config.gateway,
                events=oversight.events,
                clients=gateway_clients(config),
            ),
            context,
            in_cluster,
        )
        Monitoring(
            f"{name}-monitoring",
            MonitoringArgs(
                config=config.monitoring,
                models=config.models,
                gateway=has_gateway(config),
                contacts=config.compliance.contacts.named(),
                cluster=cluster,
                pools=pools,
                images=registry.images,
            ),
            context,
            in_cluster,
        )
        self.publish(
            RegionOutputs(
                endpoints=serving.outputs.endpoints,
                cluster=cluster.name,
                models_uri=storage.models.uri,
                gpus=sum(pool.gpus for pool in pools.values()),
            )
        )


def context_of(name: str, config: RegionConfig[Any], pins: Pins) -> Context:
    """Context of a region: tags with the stack's own, protection unless in teardown, rotation and log retention."""
    return Context(
        region=name,
        tags=naming.tags(stack=name, residency=config.residency, extra=config.tags),
        protect=not config.teardown,
        key_rotation_days=config.encryption.rotation_days,
        log_days=config.retention.log_days,
        pins=pins,
    )


def network_args(config: RegionConfig[Any]) -> NetworkArgs:
    """Arguments of the network: its CIDR, and its zones in the order of the file."""
    return NetworkArgs(cidr=config.network.cidr, zones=config.network.zones)


def storage_args(config: RegionConfig[Any], network: N) -> StorageArgs[N]:
    """Arguments of the buckets."""
    return StorageArgs(network=network, noncurrent_version_days=config.storage.noncurrent_version_days)


def cluster_args(config: RegionConfig[Any], network: N) -> ClusterArgs[N]:
    """Arguments of the cluster; ``max_nodes`` is the sum of the system nodes' maximum and of every pool's."""
    system = config.cluster.system_nodes
    return ClusterArgs(
        network=network,
        version=config.cluster.version,
        operator_networks=config.cluster.operator_networks,
        system_min=system.min,
        system_max=system.max,
        system_cpus=system.cpus,
        max_nodes=system.max + sum(pool.nodes.max for pool in config.node_pools),
    )


def oversight_args(config: RegionConfig[Any], network: N, storage: St, cluster: C) -> OversightArgs[N, St, C]:
    """Arguments of audit, alerts and backups; backups are kept as long as replaced objects."""
    return OversightArgs(
        network=network,
        storage=storage,
        cluster=cluster,
        contacts=config.compliance.contacts.named(),
        break_glass_minutes=config.compliance.break_glass_minutes,
        backup_days=config.storage.noncurrent_version_days,
        events=EVENTS if has_gateway(config) else None,
    )


def pool_args(config: RegionConfig[Any], pool: NodePoolConfig, cluster: C) -> NodePoolArgs[C]:
    """Arguments of one node pool, in all zones of the network unless it names some."""
    return NodePoolArgs(
        cluster=cluster,
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
    )


def identity_args(model: ModelConfig, cluster: C, storage: St) -> IdentityArgs[C, St]:
    """Arguments of one model's workload identity: it reads the model's own prefix of the models bucket."""
    return IdentityArgs(
        cluster=cluster,
        storage=storage,
        namespace=namespace_of(model),
        service_account=service_account_of(model),
        prefix=f"{model.name}/",
    )


def has_gateway(config: RegionConfig[Any]) -> bool:
    """True if there is a gateway: the file has its section, and there are models behind it."""
    return config.gateway is not None and bool(config.models)


def gateway_clients(config: RegionConfig[Any]) -> list[str]:
    """CIDRs that may call through the gateway: the region's own network and those of the file."""
    return [config.network.cidr, *(config.gateway.client_networks if config.gateway else ())]


def kubernetes_provider(name: str, cluster: ClusterOutputs, opts: pulumi.ResourceOptions) -> kubernetes.Provider:
    """Provider of in-cluster objects, by the cluster's kubeconfig, with server-side apply."""
    return kubernetes.Provider(
        name,
        kubeconfig=cluster.kubeconfig,
        context=cluster.context,
        enable_server_side_apply=True,
        # An API out of reach has gone with the cluster only where the cluster is the region's own.
        delete_unreachable=cluster.resource is not None,
        opts=opts,
    )
