"""A node pool on a private site: nodes that stand there already."""

from __future__ import annotations

import pulumi

from lepton_infra.clouds.private import machines
from lepton_infra.clouds.private.settings import Settings
from lepton_infra.cluster import ClusterOutputs
from lepton_infra.component import Component
from lepton_infra.node_pool import GPU_TAINT_KEY, GpuSoftware, NodePoolArgs, NodePoolOutputs

NO_GPU = GpuSoftware(driver="none", toolkit="none", device_plugin="none")


class NodePool(Component[NodePoolOutputs]):
    """Makes nothing: selects the site's machines of the pool's shape by their labels.

    The site has put the labels and the GPU taint on its nodes. There is nothing to buy, so nodes neither come nor go
    with demand, and of a pool's capacity order only what the site owns (``on-demand``) is ever to be had.
    """

    def __init__(
        self, name: str, args: NodePoolArgs[ClusterOutputs], settings: Settings, opts: pulumi.ResourceOptions
    ) -> None:
        super().__init__("lepton:private:NodePool", name, opts)
        kind = machines.of_shape(settings.machines, args.accelerator, args.accelerators_per_node, args.cpus)
        assert kind is not None, "a file without machines for a pool is refused before"
        software = kind.gpu_software
        self.publish(
            NodePoolOutputs(
                name=args.pool,
                labels=machines.labels_in(kind, args.zones),
                taints=[key for key in machines.taint_keys(kind) if key != GPU_TAINT_KEY],
                machine_type=machines.described(kind),
                gpus=args.max_nodes * args.accelerators_per_node,
                gpus_per_node=args.accelerators_per_node,
                gpu_software=GpuSoftware(
                    driver=software.driver, toolkit=software.toolkit, device_plugin=software.device_plugin
                )
                if software
                else NO_GPU,
                ready=pulumi.Output.from_input(settings.site.name),
            )
        )
