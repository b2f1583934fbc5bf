"""The GKE cluster of a region: its keys, node account, log bucket, control plane and system nodes."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
from pulumi_gcp import container

from lepton_infra.clouds.gcp import logs
from lepton_infra.clouds.gcp.cluster.access import administrators, kubeconfig_of
from lepton_infra.clouds.gcp.cluster.control_plane import control_plane
from lepton_infra.clouds.gcp.iam import agents, conditions
from lepton_infra.clouds.gcp.iam.accounts import node_account
from lepton_infra.clouds.gcp.iam.agents import Agent
from lepton_infra.clouds.gcp.iam.keys import customer_key
from lepton_infra.clouds.gcp.network.addresses import most_nodes
from lepton_infra.clouds.gcp.network.network import GcpNetworkOutputs
from lepton_infra.clouds.gcp.nodes import capacity, machines
from lepton_infra.clouds.gcp.nodes.node_groups import NodeGroupSpec, Nodes, node_group
from lepton_infra.clouds.gcp.services import Api
from lepton_infra.clouds.gcp.settings import Settings
from lepton_infra.clouds.gcp.validation import SYSTEM_POOL
from lepton_infra.layers.cluster import ClusterArgs, ClusterOutputs, InternalLoadBalancer, VolumeClass
from lepton_infra.layers.component import Component
from lepton_infra.layers.context import Context
from lepton_infra.layers.node_pool import POOL_LABEL

SYSTEM_DISK_GIB = 100
CLUSTER_APIS = (Api.KUBERNETES, Api.IMAGE_STREAMING, Api.MONITORING)


@dataclass(frozen=True, kw_only=True)
class GcpClusterOutputs(ClusterOutputs):
    """Outputs of the GKE cluster that node pools and identities read.

    ``cluster_id`` is the cluster's full name, ``nodes`` the account, disk key and dependencies of all its nodes,
    ``workload_pool`` the workload identity pool of its pods.
    """

    cluster_id: pulumi.Output[str]
    nodes: Nodes
    workload_pool: pulumi.Output[str]


class Cluster(Component[GcpClusterOutputs]):
    """A private, regional GKE cluster with system nodes and administrators.

    The control plane depends only on its subnetwork, its keys and its log bucket; the route to Google's services,
    buckets and the registry are made meanwhile. GKE brings autoscaler, metrics server, volume driver and GPU drivers,
    so no chart is installed. Its API is private, or open to the listed operator networks only.
    """

    def __init__(
        self,
        name: str,
        args: ClusterArgs[GcpNetworkOutputs],
        context: Context,
        settings: Settings,
        opts: pulumi.ResourceOptions,
    ) -> None:
        super().__init__("lepton:gcp:Cluster", name, context, opts)
        require_room(args)
        self._name, self._args, self._settings = name, args, settings
        apis = args.network.apis
        secrets_key, disks_key = (
            customer_key(
                self,
                f"{name}-{purpose}-key",
                rings=args.network.key_rings,
                users=[agents.member(agent, settings.project_number)],
                outlives_region=False,
            )
            for purpose, agent in (("secrets", Agent.KUBERNETES), ("disks", Agent.COMPUTE))
        )
        account = node_account(self, f"{name}-nodes", settings, apis[Api.IAM])
        kept = logs.regional_log(
            self,
            f"{name}-logs",
            store=args.network.log_store,
            settings=settings,
            log_filter=conditions.cluster_logs(name, settings.region),
        )
        nodes = Nodes(
            account=account.email,
            disks_key=disks_key.id,
            needs=[*disks_key.grants, *account.grants, *args.network.egress],
        )
        cluster = control_plane(
            self,
            name,
            args,
            settings,
            nodes=nodes,
            secrets_key=secrets_key.id,
            needs=[*secrets_key.grants, *disks_key.grants, *account.grants, kept, *(apis[api] for api in CLUSTER_APIS)],
        )
        self._system_nodes(cluster, nodes)
        rights = administrators(self, name, settings)
        self.publish(
            GcpClusterOutputs(
                name=name,
                endpoint=pulumi.Output.concat("https://", cluster.endpoint),
                kubeconfig=kubeconfig_of(cluster, name=name, rights=rights),
                version=args.version,
                resource=cluster,
                charts=[],
                # https://cloud.google.com/kubernetes-engine/docs/how-to/internal-load-balancing
                load_balancer=InternalLoadBalancer(annotations={"networking.gke.io/load-balancer-type": "Internal"}),
                # https://cloud.google.com/kubernetes-engine/docs/how-to/using-cmek
                volumes=VolumeClass(
                    driver="pd.csi.storage.gke.io",
                    parameters={
                        "type": machines.boot_disk(machines.CPU_MACHINES[args.system_cpus][0]),
                        "disk-encryption-kms-key": disks_key.id,
                    },
                ),
                cluster_id=cluster.id,
                nodes=nodes,
                workload_pool=cluster.workload_identity_config.apply(workload_pool),
            )
        )

    def _system_nodes(self, cluster: container.Cluster, nodes: Nodes) -> container.NodePool:
        """The system node pool: on-demand CPU nodes in every zone, for the cluster's own pods."""
        args = self._args
        machine = machines.CPU_MACHINES[args.system_cpus][0]
        return node_group(
            self,
            f"{self._name}-{SYSTEM_POOL}",
            NodeGroupSpec(
                group=capacity.pool_name(SYSTEM_POOL, 0, {"machine": machine}),
                machine=machine,
                min_nodes=args.system_min,
                max_nodes=args.system_max,
                zones=args.network.zones,
                disk_gib=SYSTEM_DISK_GIB,
                labels={POOL_LABEL: SYSTEM_POOL},
            ),
            cluster=cluster.id,
            nodes=nodes,
            settings=self._settings,
        )


def require_room(args: ClusterArgs[GcpNetworkOutputs]) -> None:
    """Refuse a cluster with more nodes than the network has pod addresses for; a stack file was checked before.

    Raises:
        pulumi.RunError: if there may be more nodes than addresses.
    """
    room = most_nodes(args.network.cidr)
    if args.max_nodes > room:
        raise pulumi.RunError(
            f"network {args.network.cidr} has pod addresses for {room} nodes, and there may be {args.max_nodes}; "
            "take a larger network or fewer nodes"
        )


def workload_pool(config: container.outputs.ClusterWorkloadIdentityConfig) -> str:
    """The name of a cluster's workload identity pool, which it has from its creation."""
    assert config.workload_pool is not None, "GKE reports a cluster without its workload identity pool"
    return config.workload_pool
