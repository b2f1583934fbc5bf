"""A node pool on AWS: one managed node group for each way of buying its machines."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
from pulumi_aws import autoscaling, eks

from lepton_infra.clouds.aws.cluster.cluster import AwsClusterOutputs
from lepton_infra.clouds.aws.nodes import capacity, images, machines
from lepton_infra.clouds.aws.nodes.gpu_software import GPU_SOFTWARE
from lepton_infra.clouds.aws.nodes.node_groups import NodeGroupSpec, node_group
from lepton_infra.clouds.aws.settings import Settings
from lepton_infra.layers.component import Component
from lepton_infra.layers.context import Context
from lepton_infra.layers.gpus import measured_on_node, parts_of_node
from lepton_infra.layers.node_pool import (
    ACCELERATOR_LABEL,
    CAPACITY_LABEL,
    GPU_TAINT_KEY,
    GPU_TAINT_VALUE,
    NO_GPU,
    POOL_LABEL,
    Capacity,
    CapacityKind,
    NodePoolArgs,
    NodePoolOutputs,
    baseline_nodes,
    plugin_labels,
)

GPU_PRESENT_LABEL = "nvidia.com/gpu.present"
TEMPLATE = "k8s.io/cluster-autoscaler/node-template"


class NodePool(Component[NodePoolOutputs]):
    """Nodes of one shape, bought in the order that the stack file gives.

    It touches neither the cluster nor another pool. The autoscaler finds the groups by the tags that EKS itself puts on
    their scaling groups; the tags set here tell it what a node would be like while there is none.
    """

    def __init__(
        self,
        name: str,
        args: NodePoolArgs[AwsClusterOutputs],
        context: Context,
        settings: Settings,
        opts: pulumi.ResourceOptions,
    ) -> None:
        super().__init__("lepton:aws:NodePool", name, context, opts)
        self._name, self._args, self._settings = name, args, settings
        self._types = self._machine_types()
        labels = {POOL_LABEL: args.pool}
        if args.accelerator is not None:
            labels |= {ACCELERATOR_LABEL: args.accelerator, GPU_PRESENT_LABEL: "true"}
        software = NO_GPU if args.accelerator is None else GPU_SOFTWARE[settings.image_family]
        labels |= plugin_labels(args.sharing, software)
        self._parts = parts_of_node(args.accelerator, args.accelerators_per_node, args.sharing)
        groups = [self._group(index, entry, labels) for index, entry in enumerate(args.capacity)]
        self.publish(
            NodePoolOutputs(
                name=args.pool,
                labels=labels,
                machine_type=self._types[0],
                gpus=args.max_nodes * self._parts,
                gpus_per_node=self._parts,
                gpu_software=software,
                sharing=args.sharing,
                measured_per_node=measured_on_node(args.accelerator, args.accelerators_per_node, args.sharing),
                ready=groups[0].id,
            )
        )

    def _machine_types(self) -> Sequence[str]:
        """The pool's machine types, smallest first: those that the settings name, or the table's first few."""
        args = self._args
        if named := self._settings.instance_types.get(args.pool):
            return named
        return machines.offered(args.accelerator, args.accelerators_per_node, args.cpus)[: machines.CHOICES]

    def _group(self, index: int, entry: Capacity, pool_labels: dict[str, str]) -> eks.NodeGroup:
        """The group of one entry of the capacity order."""
        args, cluster = self._args, self._args.cluster
        family = images.IMAGE_FAMILIES[self._settings.image_family]
        gpu = args.accelerator is not None
        types = self._types[:1] if entry.kind in capacity.BOUGHT_BEFOREHAND else self._types
        labels = {**pool_labels, CAPACITY_LABEL: entry.kind.value}
        immutable: dict[str, object] = {
            "image_type": family.gpu_type if gpu else family.cpu_type,
            "capacity": [entry.kind, entry.id],
            "machines": list(types),
            "zones": list(args.zones),
        }
        name = f"{self._name}-{entry.kind}" if entry.id is None else f"{self._name}-{entry.kind}-{entry.id}"
        group = node_group(
            self,
            name,
            NodeGroupSpec(
                group=capacity.group_name(args.pool, index, entry, immutable),
                image_type=family.gpu_type if gpu else family.cpu_type,
                image_release=images.image_release(self.context.pins, self._settings.image_family, cluster.version),
                version=cluster.version,
                capacity_type=capacity.CAPACITY_TYPES[entry.kind],
                machines=types,
                min_nodes=baseline_nodes(args.capacity, args.min_nodes),
                max_nodes=args.max_nodes,
                subnet_ids=[cluster.subnets[zone] for zone in args.zones],
                disk=family.disk,
                disk_gib=args.disk_gib,
                labels=labels,
                taints=[_gpu_taint()] if gpu else [],
                reservation=entry.id,
                in_template=entry.kind is CapacityKind.CAPACITY_BLOCK,
                update_strategy="MINIMAL" if entry.kind in capacity.BOUGHT_BEFOREHAND else "DEFAULT",
            ),
            cluster_name=cluster.cluster_name,
            node_role=cluster.node_role,
            disks_key=cluster.disks_key,
            needs=[*cluster.nodes_need, *(cluster.egress[zone] for zone in args.zones)],
        )
        self._describe_nodes(name, group, labels)
        return group

    def _describe_nodes(self, name: str, group: eks.NodeGroup, labels: dict[str, str]) -> None:
        """Tags on the scaling group from which the autoscaler knows the nodes of an empty group."""
        described = {f"{TEMPLATE}/label/{label}": value for label, value in labels.items()}
        if self._args.accelerator is not None:
            described |= {
                f"{TEMPLATE}/taint/{GPU_TAINT_KEY}": f"{GPU_TAINT_VALUE}:NoSchedule",
                f"{TEMPLATE}/resources/{GPU_TAINT_KEY}": str(self._parts),
            }
        scaling_group = group.resources.apply(scaling_group_name)
        for key, value in described.items():
            autoscaling.Tag(
                f"{name}-{key.removeprefix(TEMPLATE + '/').replace('/', '-')}",
                autoscaling_group_name=scaling_group,
                tag=autoscaling.TagTagArgs(key=key, value=value, propagate_at_launch=False),
                opts=self.child(),
            )


def _gpu_taint() -> eks.NodeGroupTaintArgs:
    return eks.NodeGroupTaintArgs(key=GPU_TAINT_KEY, value=GPU_TAINT_VALUE, effect="NO_SCHEDULE")


def scaling_group_name(resources: Sequence[eks.outputs.NodeGroupResource]) -> str:
    """The name of the scaling group that EKS made for a node group; it makes exactly one."""
    name = (resources[0].autoscaling_groups or [])[0].name
    assert name is not None, "EKS reports a node group without the name of its scaling group"
    return name
