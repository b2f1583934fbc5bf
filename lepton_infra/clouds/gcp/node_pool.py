"""A node pool on Google Cloud: one GKE node pool for each entry of its capacity order."""

from __future__ import annotations

import pulumi
from pulumi_gcp import container

from lepton_infra.clouds.gcp.cluster.cluster import GcpClusterOutputs
from lepton_infra.clouds.gcp.nodes import capacity, machines
from lepton_infra.clouds.gcp.nodes.gpu_software import GPU_SOFTWARE
from lepton_infra.clouds.gcp.nodes.node_groups import Gpus, NodeGroupSpec, node_group
from lepton_infra.clouds.gcp.nodes.versions import NODE_IMAGE
from lepton_infra.clouds.gcp.settings import Settings
from lepton_infra.layers.component import Component
from lepton_infra.layers.context import Context
from lepton_infra.layers.gpus import measured_on_node, parts_of_node
from lepton_infra.layers.node_pool import (
    ACCELERATOR_LABEL,
    CAPACITY_LABEL,
    NO_GPU,
    POOL_LABEL,
    Capacity,
    NodePoolArgs,
    NodePoolOutputs,
    baseline_nodes,
)

GPU_PRESENT_LABEL = "nvidia.com/gpu.present"


class NodePool(Component[NodePoolOutputs]):
    """GKE node pools of one machine type, one for each entry of the stack file's capacity order.

    It touches neither the cluster nor another pool. GKE's autoscaler knows labels, taints and size of a pool's nodes
    while it has none, so every pool may scale from zero (R12).
    """

    def __init__(
        self,
        name: str,
        args: NodePoolArgs[GcpClusterOutputs],
        context: Context,
        settings: Settings,
        opts: pulumi.ResourceOptions,
    ) -> None:
        super().__init__("lepton:gcp:NodePool", name, context, opts)
        self._name, self._args, self._settings = name, args, settings
        offered = machines.offered(args.accelerator, args.accelerators_per_node, args.cpus)
        self._machine = settings.machine_types.get(args.pool) or offered[0]
        labels = {POOL_LABEL: args.pool}
        if args.accelerator is not None:
            labels |= {ACCELERATOR_LABEL: args.accelerator, GPU_PRESENT_LABEL: "true"}
        groups = [self._group(index, entry, labels) for index, entry in enumerate(args.capacity)]
        parts = parts_of_node(args.accelerator, args.accelerators_per_node, args.sharing)
        self.publish(
            NodePoolOutputs(
                name=args.pool,
                labels=labels,
                machine_type=self._machine,
                gpus=args.max_nodes * parts,
                gpus_per_node=parts,
                gpu_software=NO_GPU if args.accelerator is None else GPU_SOFTWARE[NODE_IMAGE],
                sharing=args.sharing,
                measured_per_node=measured_on_node(args.accelerator, args.accelerators_per_node, args.sharing),
                ready=groups[0].id,
            )
        )

    def _group(self, index: int, entry: Capacity, pool_labels: dict[str, str]) -> container.NodePool:
        """The GKE node pool of one entry of the capacity order."""
        args, cluster = self._args, self._args.cluster
        buying = capacity.buying(entry, flex_start=args.pool in self._settings.flex_start)
        gpus = None
        if args.accelerator is not None:
            kind = machines.GPU_TYPES[args.accelerator]
            gpus = Gpus(type=kind, count=args.accelerators_per_node, sharing=args.sharing)
        immutable: dict[str, object] = {
            "capacity": [entry.kind, entry.id, buying.flex_start],
            "gpus": [args.accelerator, args.accelerators_per_node],
            "machine": self._machine,
        }
        if args.sharing is not None:
            immutable["sharing"] = [args.sharing.mig, args.sharing.time_slices]
        suffix = entry.kind if entry.id is None else f"{entry.kind}-{entry.id.rpartition('/')[2]}"
        return node_group(
            self,
            f"{self._name}-{suffix}",
            NodeGroupSpec(
                group=capacity.pool_name(args.pool, index, immutable),
                machine=self._machine,
                min_nodes=0 if buying.flex_start else baseline_nodes(args.capacity, args.min_nodes),
                max_nodes=args.max_nodes,
                zones=args.zones,
                disk_gib=args.disk_gib,
                labels={**pool_labels, CAPACITY_LABEL: entry.kind.value},
                gpus=gpus,
                buying=buying,
                surge=gpus is None,
            ),
            cluster=cluster.cluster_id,
            nodes=cluster.nodes,
            settings=self._settings,
        )
