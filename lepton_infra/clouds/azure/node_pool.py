"""A node pool on Azure: one AKS agent pool for each entry of its capacity order."""

from __future__ import annotations

import pulumi
from pulumi_azure_native import containerservice

from lepton_infra.clouds.azure import names
from lepton_infra.clouds.azure.cluster.cluster import AzureClusterOutputs
from lepton_infra.clouds.azure.cluster.control_plane import secure_boot
from lepton_infra.clouds.azure.iam.roles import Role, grant
from lepton_infra.clouds.azure.network.address_plan import pool_subnet
from lepton_infra.clouds.azure.nodes import capacity, machines
from lepton_infra.clouds.azure.nodes.gpu_software import DRIVER, GPU_SOFTWARE, OS, instance_profiles
from lepton_infra.clouds.azure.settings import Settings
from lepton_infra.engine.pulumi_internals import output_after
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

DRAIN_MINUTES = 30


class NodePool(Component[NodePoolOutputs]):
    """AKS agent pools of one machine size, one for each entry of the stack file's capacity order.

    It touches neither the cluster nor another pool. Each agent pool may grow to the pool's total by itself. Labels
    and taints go through the pool, never onto nodes, so that AKS's autoscaler knows the nodes of an empty pool (R12).
    AKS chooses the node image by the Kubernetes version; its release cannot be named.
    """

    def __init__(
        self,
        name: str,
        args: NodePoolArgs[AzureClusterOutputs],
        context: Context,
        settings: Settings,
        opts: pulumi.ResourceOptions,
    ) -> None:
        super().__init__("lepton:azure:NodePool", name, context, opts)
        self._name, self._args, self._settings = name, args, settings
        offered = machines.offered(args.accelerator, args.accelerators_per_node, args.cpus)
        self._size = settings.vm_sizes.get(args.pool, offered[0])
        self._labels = {POOL_LABEL: args.pool}
        if args.accelerator is not None:
            self._labels[ACCELERATOR_LABEL] = args.accelerator.value
        software = NO_GPU if args.accelerator is None else GPU_SOFTWARE[OS]
        self._labels |= plugin_labels(args.sharing, software)
        pools = [self._agent_pool(index, entry) for index, entry in enumerate(args.capacity)]
        spot = any(entry.kind is CapacityKind.SPOT for entry in args.capacity)
        parts = parts_of_node(args.accelerator, args.accelerators_per_node, args.sharing)
        self.publish(
            NodePoolOutputs(
                name=args.pool,
                labels=self._labels,
                taints=[capacity.SPOT_KEY] if spot else [],
                machine_type=self._size,
                gpus=args.max_nodes * parts,
                gpus_per_node=parts,
                gpu_software=software,
                sharing=args.sharing,
                measured_per_node=measured_on_node(args.accelerator, args.accelerators_per_node, args.sharing),
                ready=output_after(pools[0], args.pool),
            )
        )

    def _agent_pool(self, index: int, entry: Capacity) -> containerservice.AgentPool:
        """The AKS agent pool of one entry of the capacity order."""
        args, cluster = self._args, self._args.cluster
        gpu, spot = args.accelerator is not None, entry.kind is CapacityKind.SPOT
        name = f"{self._name}-{entry.kind}-{index}" if entry.id else f"{self._name}-{entry.kind}"
        zones = machines.zones_of(self._size, args.zones, self._settings.size_zones)
        subnet = pool_subnet(args.pool, len(cluster.pool_subnets))
        immutable: dict[str, object] = {
            "capacity": [entry.kind, entry.id],
            "disk_gib": args.disk_gib,
            "driver": DRIVER if gpu else None,
            "size": self._size,
            "subnet": subnet,
            "zones": zones,
        }
        if not gpu:
            immutable["secure_boot"] = True
        profile = None
        if args.accelerator and args.sharing and args.sharing.mig:
            immutable["instances"] = profile = instance_profiles(args.accelerator)[args.sharing.mig]
        # AKS does not scale pools of multi-instance GPUs ("Create a multi-instance GPU node pool", limitations).
        scales = profile is None
        least = baseline_nodes(args.capacity, args.min_nodes)
        return containerservice.AgentPool(
            name,
            agent_pool_name=names.agent_pool(args.pool, index, immutable),
            resource_name_=cluster.cluster_name,
            resource_group_name=cluster.group,
            mode=containerservice.AgentPoolMode.USER,
            type=containerservice.AgentPoolType.VIRTUAL_MACHINE_SCALE_SETS,
            vm_size=self._size,
            os_type=containerservice.OSType.LINUX,
            os_sku=OS,
            os_disk_type=containerservice.OSDiskType.MANAGED,
            os_disk_size_gb=args.disk_gib,
            enable_encryption_at_host=True,
            enable_node_public_ip=False,
            security_profile=None if gpu else secure_boot(),
            orchestrator_version=cluster.version,
            availability_zones=zones or None,
            vnet_subnet_id=cluster.pool_subnets[subnet],
            enable_auto_scaling=scales,
            min_count=least if scales else None,
            max_count=args.max_nodes if scales else None,
            count=least,
            scale_down_mode=containerservice.ScaleDownMode.DELETE,
            scale_set_priority=capacity.PRIORITIES[entry.kind],
            scale_set_eviction_policy=containerservice.ScaleSetEvictionPolicy.DELETE if spot else None,
            spot_max_price=-1 if spot else None,
            capacity_reservation_group_id=entry.id,
            gpu_instance_profile=profile,
            gpu_profile=containerservice.GPUProfileArgs(driver=DRIVER) if gpu else None,
            node_labels=self._node_labels(entry.kind),
            node_taints=self._node_taints(entry.kind),
            upgrade_settings=_upgrade(entry.kind),
            tags=dict(self.context.tags),
            # The autoscaler owns the count once the pool exists (R8).
            opts=self.child(
                ignore_changes=["count"] if scales else [], depends_on=self._reservation_right(name, entry)
            ),
        )

    def _node_labels(self, kind: CapacityKind) -> dict[str, str]:
        spot = {capacity.SPOT_KEY: capacity.SPOT_VALUE} if kind is CapacityKind.SPOT else {}
        return {**self._labels, CAPACITY_LABEL: kind.value, **spot}

    def _node_taints(self, kind: CapacityKind) -> list[str]:
        gpu = [f"{GPU_TAINT_KEY}={GPU_TAINT_VALUE}:NoSchedule"] if self._args.accelerator is not None else []
        spot = [f"{capacity.SPOT_KEY}={capacity.SPOT_VALUE}:NoSchedule"] if kind is CapacityKind.SPOT else []
        return [*gpu, *spot]

    def _reservation_right(self, name: str, entry: Capacity) -> list[pulumi.Resource]:
        """Contributor role of the cluster's identity on the capacity reservation group, so that AKS may use it."""
        if entry.id is None:
            return []
        right = grant(
            self,
            f"{name}-right",
            role=Role.CONTRIBUTOR,
            to=self._args.cluster.principal,
            scope=entry.id,
            settings=self._settings,
        )
        return [right]


def _upgrade(kind: CapacityKind) -> containerservice.AgentPoolUpgradeSettingsArgs | None:
    """Upgrade settings: a surge node first; for a reservation, which has no spare machine, an old node goes first.

    AKS takes one of the two settings, never both, and neither for spot nodes.
    """
    if kind is CapacityKind.SPOT:
        return None
    first_new = kind is not CapacityKind.RESERVATION
    return containerservice.AgentPoolUpgradeSettingsArgs(
        max_surge="1" if first_new else None,
        max_unavailable=None if first_new else "1",
        drain_timeout_in_minutes=DRAIN_MINUTES,
        undrainable_node_behavior=containerservice.UndrainableNodeBehavior.CORDON,
    )
