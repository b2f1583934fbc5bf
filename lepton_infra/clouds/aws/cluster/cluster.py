"""The Kubernetes cluster of a region on AWS."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import eks

from lepton_infra.clouds.aws.cluster import addons
from lepton_infra.clouds.aws.cluster.access import administrators, kubeconfig_of
from lepton_infra.clouds.aws.cluster.autoscaler import autoscaler_chart, autoscaler_identity
from lepton_infra.clouds.aws.cluster.control_plane import control_plane
from lepton_infra.clouds.aws.cluster.load_balancer import internal_load_balancer
from lepton_infra.clouds.aws.cluster.metrics import metrics_chart
from lepton_infra.clouds.aws.iam import key_policies, policies
from lepton_infra.clouds.aws.iam.keys import customer_key
from lepton_infra.clouds.aws.iam.roles import granted_role
from lepton_infra.clouds.aws.network.network import AwsNetworkOutputs
from lepton_infra.clouds.aws.nodes import capacity, images, machines
from lepton_infra.clouds.aws.nodes.node_groups import NodeGroupSpec, node_group
from lepton_infra.clouds.aws.settings import Settings
from lepton_infra.clouds.aws.validation import SYSTEM_POOL
from lepton_infra.layers.cluster import ClusterArgs, ClusterOutputs, VolumeClass
from lepton_infra.layers.component import Component
from lepton_infra.layers.context import Context
from lepton_infra.layers.node_pool import POOL_LABEL, Capacity, CapacityKind

SYSTEM_DISK_GIB = 100


@dataclass(frozen=True, kw_only=True)
class AwsClusterOutputs(ClusterOutputs):
    """EKS cluster outputs that node pools and identities take.

    ``cluster_name`` is ``name`` once the cluster stands. ``nodes_need`` is what must be there before a node joins,
    ``egress`` by zone what its zone needs besides. ``disks_key`` is the ARN of the key of the nodes' disks.
    """

    cluster_name: pulumi.Output[str]
    node_role: pulumi.Output[str]
    disks_key: pulumi.Output[str]
    subnets: Mapping[str, pulumi.Output[str]]
    egress: Mapping[str, pulumi.Resource]
    nodes_need: Sequence[pulumi.Resource]


class Cluster(Component[AwsClusterOutputs]):
    """EKS with its own system nodes, add-ons, administrators and autoscaler.

    The control plane takes ten minutes, so it waits only for the subnets, its role, its key and its log group; NATs,
    buckets and the registry are made meanwhile. The API is private, or open to the listed operator networks only.
    Rights come from access entries; the creator has none by itself.
    """

    def __init__(
        self,
        name: str,
        args: ClusterArgs[AwsNetworkOutputs],
        context: Context,
        settings: Settings,
        opts: pulumi.ResourceOptions,
    ) -> None:
        super().__init__("lepton:aws:Cluster", name, context, opts)
        self._name, self._args, self._settings = name, args, settings
        disks_key = self._key(
            "disks", "Node disks and volumes", key_policies.for_disks(settings.account, settings.region)
        )
        secrets_key = self._key("secrets", "Kubernetes secrets", key_policies.for_secrets(settings.account))
        self._cluster = control_plane(self, name, args, secrets_key)
        rights = administrators(self, name, cluster_name=self._cluster.name, roles=settings.administrators)
        early = [self._addon(spec) for spec in (addons.NETWORK, addons.KUBE_PROXY, addons.POD_IDENTITY)]
        node_role = granted_role(
            self,
            f"{name}-node-role",
            trust=policies.service_trust("ec2.amazonaws.com"),
            managed=["AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly"],
        )
        nodes_need = [*early, *node_role.grants]
        self._system_nodes(node_role.arn, disks_key, nodes_need)
        # These two are degraded until there is a node to run on, which the provider takes for still being created. Made
        # beside the nodes and not after them, they are past the add-on API's slow first minutes when the nodes come.
        self._addon(addons.DNS)
        driver = self._addon(addons.volumes(disks_key))
        autoscaler_identity(self, name, cluster=name, cluster_name=self._cluster.name, settings=settings)
        self.publish(
            AwsClusterOutputs(
                name=name,
                endpoint=self._cluster.endpoint,
                kubeconfig=kubeconfig_of(self._cluster, name=name, region=settings.region, rights=rights),
                version=args.version,
                resource=self._cluster,
                charts=[autoscaler_chart(name, settings.region, args.max_nodes), metrics_chart()],
                load_balancer=internal_load_balancer(self.context.tags),
                # https://github.com/kubernetes-sigs/aws-ebs-csi-driver/blob/master/docs/parameters.md
                volumes=VolumeClass(
                    driver="ebs.csi.aws.com",
                    parameters={"type": "gp3", "encrypted": "true", "kmsKeyId": disks_key},
                    needs=[driver],
                ),
                cluster_name=self._cluster.name,
                node_role=node_role.arn,
                disks_key=disks_key,
                subnets=args.network.private_subnets,
                egress=args.network.egress,
                nodes_need=nodes_need,
            )
        )

    def _key(self, purpose: str, description: str, policy: policies.Document) -> pulumi.Output[str]:
        """The ARN of a key that goes with the cluster: what it encrypts goes too."""
        return customer_key(
            self,
            f"{self._name}-{purpose}-key",
            description=f"{description} of {self._name}",
            policy=policy,
            outlives_region=False,
        ).arn

    def _addon(self, spec: addons.AddonSpec) -> eks.Addon:
        return addons.addon(
            self,
            self._name,
            spec,
            cluster=self._name,
            cluster_name=self._cluster.name,
            version=self._args.version,
            settings=self._settings,
        )

    def _system_nodes(
        self, node_role: pulumi.Output[str], disks_key: pulumi.Output[str], needs: Sequence[pulumi.Resource]
    ) -> eks.NodeGroup:
        """The CPU nodes that carry the cluster's own pods, in every zone, on demand."""
        args, family = self._args, images.IMAGE_FAMILIES[self._settings.image_family]
        types = machines.CPU_MACHINES[args.system_cpus]
        immutable: dict[str, object] = {"image_type": family.cpu_type, "machines": list(types)}
        immutable["zones"] = list(args.network.private_subnets)
        return node_group(
            self,
            f"{self._name}-{SYSTEM_POOL}",
            NodeGroupSpec(
                group=capacity.group_name(SYSTEM_POOL, 0, Capacity(kind=CapacityKind.ON_DEMAND), immutable),
                image_type=family.cpu_type,
                image_release=images.image_release(self.context.pins, self._settings.image_family, args.version),
                version=args.version,
                capacity_type=capacity.CAPACITY_TYPES[CapacityKind.ON_DEMAND],
                machines=types,
                min_nodes=args.system_min,
                max_nodes=args.system_max,
                subnet_ids=list(args.network.private_subnets.values()),
                disk=family.disk,
                disk_gib=SYSTEM_DISK_GIB,
                labels={POOL_LABEL: SYSTEM_POOL},
            ),
            cluster_name=self._cluster.name,
            node_role=node_role,
            disks_key=disks_key,
            needs=[*needs, *args.network.egress.values()],
        )
