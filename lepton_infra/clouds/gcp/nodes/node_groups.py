"""The GKE node pool resource, shared by system nodes and the region's node pools."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pulumi
from pulumi_gcp import container

from lepton_infra.clouds.gcp.labels import labels
from lepton_infra.clouds.gcp.network.addresses import PODS_PER_NODE
from lepton_infra.clouds.gcp.nodes.capacity import Buying
from lepton_infra.clouds.gcp.nodes.machines import boot_disk
from lepton_infra.clouds.gcp.nodes.versions import GPU_DRIVER, NODE_IMAGE
from lepton_infra.clouds.gcp.settings import Settings
from lepton_infra.layers.component import Component
from lepton_infra.layers.gpus import Sharing
from lepton_infra.layers.node_pool import GPU_TAINT_KEY, GPU_TAINT_VALUE

METADATA = {"block-project-ssh-keys": "true", "disable-legacy-endpoints": "true"}
SCOPES = ("https://www.googleapis.com/auth/cloud-platform",)
"""OAuth scopes of nodes: the widest, because the service account's IAM roles limit its permissions."""


@dataclass(frozen=True, kw_only=True)
class Gpus:
    """GPUs of each node: Google's name of their kind, their count and sharing."""

    type: str
    count: int
    sharing: Sharing | None


@dataclass(frozen=True, kw_only=True)
class NodeGroupSpec:
    """Arguments of one GKE node pool.

    ``group`` is its physical name. Counts are totals over ``zones``. ``surge`` starts a new node before an old one
    goes; without it the old one goes first, for pools that have no machine to spare.
    """

    group: str
    machine: str
    min_nodes: int
    max_nodes: int
    zones: Sequence[str]
    disk_gib: int
    labels: Mapping[str, str]
    gpus: Gpus | None = None
    buying: Buying = field(default=Buying())
    surge: bool = True


@dataclass(frozen=True, kw_only=True)
class Nodes:
    """Service account, disk key and dependencies of all nodes of a cluster."""

    account: pulumi.Output[str]
    disks_key: pulumi.Output[str]
    needs: Sequence[pulumi.Resource]


def per_zone(nodes: int, zones: int) -> int:
    """Initial nodes of a pool in each zone, as GKE counts them; rounded down, so that they never exceed the total."""
    return nodes // zones


def node_group(
    parent: Component[Any],
    name: str,
    spec: NodeGroupSpec,
    *,
    cluster: pulumi.Input[str],
    nodes: Nodes,
    settings: Settings,
) -> container.NodePool:
    """A GKE node pool with auto-repair, which follows the control plane's release one node at a time.

    The autoscaler owns the count once the pool exists (R8): it looks for machines in any of the zones, and a pool that
    is made while some are short counts as made. Nodes of flex-start are not repaired, for they cannot be replaced.
    """
    return container.NodePool(
        name,
        name=spec.group,
        project=settings.project,
        location=settings.region,
        cluster=cluster,
        node_locations=list(spec.zones),
        initial_node_count=per_zone(spec.min_nodes, len(spec.zones)),
        autoscaling=container.NodePoolAutoscalingArgs(
            location_policy="ANY", total_min_node_count=spec.min_nodes, total_max_node_count=spec.max_nodes
        ),
        ignore_node_count_changes=True,
        best_effort_provisioning=container.NodePoolBestEffortProvisioningArgs(
            enabled=spec.gpus is not None and not spec.buying.flex_start
        ),
        management=container.NodePoolManagementArgs(auto_repair=not spec.buying.flex_start, auto_upgrade=True),
        max_pods_per_node=PODS_PER_NODE,
        network_config=container.NodePoolNetworkConfigArgs(enable_private_nodes=True),
        node_drain_configs=[container.NodePoolNodeDrainConfigArgs(respect_pdb_during_node_pool_deletion=True)],
        upgrade_settings=container.NodePoolUpgradeSettingsArgs(
            strategy="SURGE", max_surge=int(spec.surge), max_unavailable=int(not spec.surge)
        ),
        node_config=_node_config(spec, nodes, parent.context.tags),
        opts=parent.child(depends_on=list(nodes.needs), ignore_changes=["initialNodeCount"]),
    )


def _node_config(spec: NodeGroupSpec, nodes: Nodes, tags: Mapping[str, str]) -> container.NodePoolNodeConfigArgs:
    """Node image, account and disk key; Shielded VM; the GKE metadata server, which gives pods their own identity."""
    return container.NodePoolNodeConfigArgs(
        machine_type=spec.machine,
        image_type=NODE_IMAGE,
        disk_type=boot_disk(spec.machine),
        disk_size_gb=spec.disk_gib,
        boot_disk_kms_key=nodes.disks_key,
        service_account=nodes.account,
        oauth_scopes=list(SCOPES),
        metadata=METADATA,
        labels=dict(spec.labels),
        resource_labels=labels(tags),
        taints=[_gpu_taint()] if spec.gpus else [],
        guest_accelerators=[_accelerator(spec.gpus)] if spec.gpus else [],
        spot=spec.buying.spot,
        flex_start=spec.buying.flex_start,
        reservation_affinity=_reservation(spec.buying),
        shielded_instance_config=container.NodePoolNodeConfigShieldedInstanceConfigArgs(
            enable_secure_boot=True, enable_integrity_monitoring=True
        ),
        workload_metadata_config=container.NodePoolNodeConfigWorkloadMetadataConfigArgs(mode="GKE_METADATA"),
        kubelet_config=container.NodePoolNodeConfigKubeletConfigArgs(insecure_kubelet_readonly_port_enabled="FALSE"),
        gvnic=container.NodePoolNodeConfigGvnicArgs(enabled=True),
        gcfs_config=container.NodePoolNodeConfigGcfsConfigArgs(enabled=True),
    )


def _gpu_taint() -> container.NodePoolNodeConfigTaintArgs:
    """The GPU taint, always explicit: GKE adds one of its own only to a pool that is not the cluster's first (R5)."""
    return container.NodePoolNodeConfigTaintArgs(key=GPU_TAINT_KEY, value=GPU_TAINT_VALUE, effect="NO_SCHEDULE")


def _accelerator(gpus: Gpus) -> container.NodePoolNodeConfigGuestAcceleratorArgs:
    return container.NodePoolNodeConfigGuestAcceleratorArgs(
        type=gpus.type,
        count=gpus.count,
        gpu_driver_installation_config=(
            container.NodePoolNodeConfigGuestAcceleratorGpuDriverInstallationConfigArgs(gpu_driver_version=GPU_DRIVER)
        ),
        gpu_partition_size=gpus.sharing.mig if gpus.sharing else None,
        gpu_sharing_config=_turns(gpus.sharing.time_slices) if gpus.sharing and gpus.sharing.time_slices else None,
    )


def _turns(clients: int) -> container.NodePoolNodeConfigGuestAcceleratorGpuSharingConfigArgs:
    return container.NodePoolNodeConfigGuestAcceleratorGpuSharingConfigArgs(
        gpu_sharing_strategy="TIME_SHARING", max_shared_clients_per_gpu=clients
    )


def _reservation(buying: Buying) -> container.NodePoolNodeConfigReservationAffinityArgs:
    """Affinity to the named reservation only, or to none: other reservations are entries of the capacity order."""
    if buying.reservation is None:
        return container.NodePoolNodeConfigReservationAffinityArgs(consume_reservation_type="NO_RESERVATION")
    return container.NodePoolNodeConfigReservationAffinityArgs(
        consume_reservation_type="SPECIFIC_RESERVATION",
        key="compute.googleapis.com/reservation-name",
        values=[buying.reservation],
    )
