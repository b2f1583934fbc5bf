"""A node pool on a private site: nodes that stand there already."""

from __future__ import annotations

import pulumi

from lepton_infra.clouds.private.nodes import machines
from lepton_infra.clouds.private.nodes.gpu_software import gpu_software
from lepton_infra.clouds.private.settings import Settings
from lepton_infra.layers.cluster import ClusterOutputs
from lepton_infra.layers.component import Component
from lepton_infra.layers.context import Context
from lepton_infra.layers.gpus import measured_on_node, parts_of_node
from lepton_infra.layers.node_pool import GPU_TAINT_KEY, NodePoolArgs, NodePoolOutputs


class NodePool(Component[NodePoolOutputs]):
    """Makes nothing: selects the site's machines of the pool's shape by their labels.

    The site has put the labels and the GPU taint on its nodes. There is nothing to buy, so nodes neither come nor go
    with demand, and of a pool's capacity order only what the site owns (``on-demand``) is ever to be had.
    """

    def __init__(
        self,
        name: str,
        args: NodePoolArgs[ClusterOutputs],
        context: Context,
        settings: Settings,
        opts: pulumi.ResourceOptions,
    ) -> None:
        super().__init__("lepton:private:NodePool", name, context, opts)
        kind = machines.of_shape(
            settings.machines, args.accelerator, args.accelerators_per_node, args.cpus, args.sharing
        )
        assert kind is not None, "a file without machines for a pool is refused before"
        parts = parts_of_node(args.accelerator, args.accelerators_per_node, args.sharing)
        self.publish(
            NodePoolOutputs(
                name=args.pool,
                labels=machines.labels_in(kind, args.zones),
                taints=[key for key in machines.taint_keys(kind) if key != GPU_TAINT_KEY],
                machine_type=machines.described(kind),
                gpus=args.max_nodes * parts,
                gpus_per_node=parts,
                gpu_software=gpu_software(kind),
                sharing=args.sharing,
                measured_per_node=measured_on_node(args.accelerator, args.accelerators_per_node, args.sharing),
                ready=pulumi.Output.from_input(settings.site.name),
            )
        )
