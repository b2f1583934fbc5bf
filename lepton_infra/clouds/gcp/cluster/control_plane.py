"""The GKE cluster resource: control plane, endpoints, logging, monitoring and maintenance policy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
from pulumi_gcp import container

from lepton_infra.clouds.gcp.labels import labels
from lepton_infra.clouds.gcp.network.addresses import PODS_PER_NODE
from lepton_infra.clouds.gcp.network.network import PODS, SERVICES, GcpNetworkOutputs
from lepton_infra.clouds.gcp.nodes import versions
from lepton_infra.clouds.gcp.nodes.machines import CPU_MACHINES, boot_disk
from lepton_infra.clouds.gcp.nodes.node_groups import METADATA, SCOPES, Nodes
from lepton_infra.clouds.gcp.settings import Settings
from lepton_infra.config.rules.network import parsed
from lepton_infra.layers.cluster import ClusterArgs
from lepton_infra.layers.component import Component

LOGGED = ("SYSTEM_COMPONENTS", "WORKLOADS", "APISERVER", "CONTROLLER_MANAGER", "SCHEDULER", "KCP_VPA")
MEASURED = (
    "SYSTEM_COMPONENTS", "APISERVER", "SCHEDULER", "CONTROLLER_MANAGER", "STORAGE", "HPA", "POD", "DAEMONSET",
    "DEPLOYMENT", "STATEFULSET", "KUBELET", "CADVISOR", "DCGM",
)  # fmt: skip
"""Components that write logs and metrics: all of GKE's but for JobSet's. DCGM measures the GPUs."""

CHANNEL = "REGULAR"
EXCLUSION_START = "2026-01-01T00:00:00Z"
"""A day before the first region; it may lie in the past, and an exclusion has to begin somewhere."""


def control_plane(
    parent: Component[Any],
    name: str,
    args: ClusterArgs[GcpNetworkOutputs],
    settings: Settings,
    *,
    nodes: Nodes,
    secrets_key: pulumi.Input[str],
    needs: Sequence[pulumi.Resource],
) -> container.Cluster:
    """The GKE cluster called ``name``, without node pools.

    GKE makes a default pool with every cluster; it is deleted at once, and has the disks' key until then, because a
    project may refuse disks without one (R9). Google patches the cluster in the settings' maintenance window; its minor
    version changes when the stack file says so, or when Google ends the support of the present one.
    """
    return container.Cluster(
        f"{name}-control-plane",
        name=name,
        project=settings.project,
        location=settings.region,
        description=f"Kubernetes of {name}",
        node_locations=list(args.network.zones),
        min_master_version=versions.release(parent.context.pins, args.version),
        release_channel=container.ClusterReleaseChannelArgs(channel=CHANNEL),
        maintenance_policy=_maintenance(settings),
        network=args.network.network,
        subnetwork=args.network.subnetwork,
        networking_mode="VPC_NATIVE",
        datapath_provider="ADVANCED_DATAPATH",
        enable_intranode_visibility=True,
        default_max_pods_per_node=PODS_PER_NODE,
        ip_allocation_policy=container.ClusterIpAllocationPolicyArgs(
            cluster_secondary_range_name=PODS, services_secondary_range_name=SERVICES, stack_type="IPV4"
        ),
        private_cluster_config=container.ClusterPrivateClusterConfigArgs(
            enable_private_nodes=True, enable_private_endpoint=not _public(args.operator_networks)
        ),
        control_plane_endpoints_config=container.ClusterControlPlaneEndpointsConfigArgs(
            dns_endpoint_config=container.ClusterControlPlaneEndpointsConfigDnsEndpointConfigArgs(
                allow_external_traffic=False
            ),
            ip_endpoints_config=container.ClusterControlPlaneEndpointsConfigIpEndpointsConfigArgs(enabled=True),
        ),
        master_authorized_networks_config=_authorized(args),
        master_auth=container.ClusterMasterAuthArgs(
            client_certificate_config=container.ClusterMasterAuthClientCertificateConfigArgs(
                issue_client_certificate=False
            )
        ),
        enable_legacy_abac=False,
        anonymous_authentication_config=container.ClusterAnonymousAuthenticationConfigArgs(mode="LIMITED"),
        rbac_binding_config=container.ClusterRbacBindingConfigArgs(
            enable_insecure_binding_system_authenticated=False, enable_insecure_binding_system_unauthenticated=False
        ),
        workload_identity_config=container.ClusterWorkloadIdentityConfigArgs(
            workload_pool=f"{settings.project}.svc.id.goog"
        ),
        database_encryption=container.ClusterDatabaseEncryptionArgs(state="ENCRYPTED", key_name=secrets_key),
        enable_shielded_nodes=True,
        security_posture_config=container.ClusterSecurityPostureConfigArgs(mode="BASIC"),
        logging_config=container.ClusterLoggingConfigArgs(enable_components=list(LOGGED)),
        monitoring_config=container.ClusterMonitoringConfigArgs(
            enable_components=list(MEASURED),
            managed_prometheus=container.ClusterMonitoringConfigManagedPrometheusArgs(enabled=True),
            advanced_datapath_observability_config=container.ClusterMonitoringConfigAdvancedDatapathObservabilityConfigArgs(
                enable_metrics=True, enable_relay=False
            ),
        ),
        cost_management_config=container.ClusterCostManagementConfigArgs(enabled=True),
        addons_config=container.ClusterAddonsConfigArgs(
            gce_persistent_disk_csi_driver_config=container.ClusterAddonsConfigGcePersistentDiskCsiDriverConfigArgs(
                enabled=True
            ),
            # Pods reach DNS by the label of kube-dns, which a cache on the node would not carry.
            dns_cache_config=container.ClusterAddonsConfigDnsCacheConfigArgs(enabled=False),
        ),
        dns_config=container.ClusterDnsConfigArgs(cluster_dns="KUBE_DNS"),
        remove_default_node_pool=True,
        initial_node_count=1,
        node_config=_passing_nodes(args, nodes, parent.context.tags),
        deletion_protection=parent.context.protect,
        resource_labels=labels(parent.context.tags),
        # The pool that these describe is deleted as soon as the cluster exists.
        opts=parent.child(
            protect=parent.context.protect, depends_on=list(needs), ignore_changes=["initialNodeCount", "nodeConfig"]
        ),
    )


def _public(operator_networks: Sequence[str]) -> bool:
    """True if an operator network is public: private addresses reach the private endpoint, over a VPN."""
    networks = (parsed(cidr) for cidr in operator_networks)
    return any(network is not None and not network.is_private for network in networks)


def _authorized(args: ClusterArgs[GcpNetworkOutputs]) -> container.ClusterMasterAuthorizedNetworksConfigArgs:
    """Authorized networks of both endpoints: the region's and the operators', and no public Google Cloud addresses."""
    named = {"region": args.network.cidr}
    named |= {f"operators-{index}": cidr for index, cidr in enumerate(args.operator_networks)}
    return container.ClusterMasterAuthorizedNetworksConfigArgs(
        cidr_blocks=[
            container.ClusterMasterAuthorizedNetworksConfigCidrBlockArgs(cidr_block=cidr, display_name=name)
            for name, cidr in named.items()
        ],
        gcp_public_cidrs_access_enabled=False,
        private_endpoint_enforcement_enabled=True,
    )


def _maintenance(settings: Settings) -> container.ClusterMaintenancePolicyArgs:
    return container.ClusterMaintenancePolicyArgs(
        daily_maintenance_window=container.ClusterMaintenancePolicyDailyMaintenanceWindowArgs(
            start_time=settings.maintenance_start
        ),
        maintenance_exclusions=[
            container.ClusterMaintenancePolicyMaintenanceExclusionArgs(
                exclusion_name="minor-versions",
                start_time=EXCLUSION_START,
                exclusion_options=container.ClusterMaintenancePolicyMaintenanceExclusionExclusionOptionsArgs(
                    scope="NO_MINOR_UPGRADES", end_time_behavior="UNTIL_END_OF_SUPPORT"
                ),
            )
        ],
    )


def _passing_nodes(
    args: ClusterArgs[GcpNetworkOutputs], nodes: Nodes, tags: Mapping[str, str]
) -> container.ClusterNodeConfigArgs:
    """Configuration of GKE's default pool, which is deleted at once: hardened as the other pools."""
    machine = CPU_MACHINES[args.system_cpus][0]
    return container.ClusterNodeConfigArgs(
        machine_type=machine,
        image_type=versions.NODE_IMAGE,
        disk_type=boot_disk(machine),
        boot_disk_kms_key=nodes.disks_key,
        service_account=nodes.account,
        oauth_scopes=list(SCOPES),
        metadata=METADATA,
        resource_labels=labels(tags),
        shielded_instance_config=container.ClusterNodeConfigShieldedInstanceConfigArgs(
            enable_secure_boot=True, enable_integrity_monitoring=True
        ),
        workload_metadata_config=container.ClusterNodeConfigWorkloadMetadataConfigArgs(mode="GKE_METADATA"),
    )
