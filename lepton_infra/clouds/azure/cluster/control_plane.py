"""The AKS managed cluster: API server, network and security profiles, and the system node pool it requires."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_azure_native import compute, containerservice, managedidentity

from lepton_infra.clouds.azure.groups import Place
from lepton_infra.clouds.azure.network.network import AzureNetworkOutputs
from lepton_infra.clouds.azure.nodes import machines
from lepton_infra.clouds.azure.validation import POD_CIDR, SERVICE_CIDR
from lepton_infra.layers.cluster import ClusterArgs
from lepton_infra.layers.node_pool import POOL_LABEL

SYSTEM_POOL = "system"
SYSTEM_DISK_GIB = 128
DNS_ADDRESS = "10.96.0.10"
"""Address of the cluster's DNS service: in ``SERVICE_CIDR``, and not the first, which is the API server's."""


@dataclass(frozen=True, kw_only=True)
class ControlPlaneNeeds:
    """Prerequisites of the control plane: managed identity, disk encryption set, key for secrets, role assignments."""

    identity: managedidentity.UserAssignedIdentity
    disks: compute.DiskEncryptionSet
    secrets_key: pulumi.Output[str]
    secrets_vault: pulumi.Output[str]
    rights: Sequence[pulumi.Resource]


def control_plane(
    place: Place, name: str, args: ClusterArgs[AzureNetworkOutputs], needs: ControlPlaneNeeds
) -> containerservice.ManagedCluster:
    """The AKS managed cluster called ``name``.

    Its API server is in the virtual network, where the private vault is, and has a public address only for the listed
    operator networks. Permissions come from Entra alone. System nodes are made with the cluster and cannot be left out;
    afterwards AKS reports every pool as the cluster's, so their list is not compared: change system nodes through
    AKS, or replace them there (``az aks nodepool``).
    """
    network = args.network
    return containerservice.ManagedCluster(
        f"{name}-control-plane",
        resource_name_=name,
        resource_group_name=place.group,
        location=place.settings.location,
        dns_prefix=name,
        kubernetes_version=args.version,
        sku=containerservice.ManagedClusterSKUArgs(
            name=containerservice.ManagedClusterSKUName.BASE, tier=containerservice.ManagedClusterSKUTier.STANDARD
        ),
        support_plan=containerservice.KubernetesSupportPlan.KUBERNETES_OFFICIAL,
        node_resource_group=f"{name}-nodes",
        node_resource_group_profile=containerservice.ManagedClusterNodeResourceGroupProfileArgs(
            restriction_level=containerservice.RestrictionLevel.READ_ONLY
        ),
        identity=containerservice.ManagedClusterIdentityArgs(
            type=containerservice.ResourceIdentityType.USER_ASSIGNED,
            user_assigned_identities=[needs.identity.id],
        ),
        identity_profile={
            "kubeletidentity": containerservice.UserAssignedIdentityArgs(
                resource_id=network.nodes.id,
                client_id=network.nodes.client_id,
                object_id=network.nodes.principal_id,
            )
        },
        enable_rbac=True,
        disable_local_accounts=True,
        aad_profile=containerservice.ManagedClusterAADProfileArgs(
            managed=True, enable_azure_rbac=True, tenant_id=place.settings.tenant_id
        ),
        api_server_access_profile=_access(args),
        network_profile=containerservice.ContainerServiceNetworkProfileArgs(
            network_plugin=containerservice.NetworkPlugin.AZURE,
            network_plugin_mode=containerservice.NetworkPluginMode.OVERLAY,
            network_dataplane=containerservice.NetworkDataplane.CILIUM,
            network_policy=containerservice.NetworkPolicy.CILIUM,
            outbound_type=containerservice.OutboundType.USER_ASSIGNED_NAT_GATEWAY,
            load_balancer_sku=containerservice.LoadBalancerSku.STANDARD,
            pod_cidr=POD_CIDR,
            service_cidr=SERVICE_CIDR,
            dns_service_ip=DNS_ADDRESS,
        ),
        security_profile=containerservice.ManagedClusterSecurityProfileArgs(
            azure_key_vault_kms=containerservice.AzureKeyVaultKmsArgs(
                enabled=True,
                key_id=needs.secrets_key,
                key_vault_network_access=containerservice.KeyVaultNetworkAccessTypes.PRIVATE,
                key_vault_resource_id=needs.secrets_vault,
            ),
            workload_identity=containerservice.ManagedClusterSecurityProfileWorkloadIdentityArgs(enabled=True),
        ),
        oidc_issuer_profile=containerservice.ManagedClusterOIDCIssuerProfileArgs(enabled=True),
        disk_encryption_set_id=needs.disks.id,
        auto_upgrade_profile=containerservice.ManagedClusterAutoUpgradeProfileArgs(
            upgrade_channel=containerservice.UpgradeChannel.NONE,
            node_os_upgrade_channel=containerservice.NodeOSUpgradeChannel.NODE_IMAGE,
        ),
        auto_scaler_profile=containerservice.ManagedClusterPropertiesAutoScalerProfileArgs(
            expander=containerservice.Expander.PRIORITY,
            # A model server keeps its model on its node's disk; that must not keep an idle node.
            skip_nodes_with_local_storage="false",
        ),
        agent_pool_profiles=[_system_nodes(place, args)],
        tags=dict(place.context.tags),
        opts=place.kept(depends_on=list(needs.rights), ignore_changes=["agentPoolProfiles"]),
    )


def _access(args: ClusterArgs[AzureNetworkOutputs]) -> containerservice.ManagedClusterAPIServerAccessProfileArgs:
    """API server access: private, or public for the operator networks; ``az aks command invoke`` is disabled."""
    private = not args.operator_networks
    return containerservice.ManagedClusterAPIServerAccessProfileArgs(
        enable_private_cluster=private,
        enable_private_cluster_public_fqdn=False if private else None,
        private_dns_zone="system" if private else None,
        authorized_ip_ranges=None if private else list(args.operator_networks),
        disable_run_command=True,
        enable_vnet_integration=True,
        subnet_id=args.network.api_subnet,
    )


def _system_nodes(
    place: Place, args: ClusterArgs[AzureNetworkOutputs]
) -> containerservice.ManagedClusterAgentPoolProfileArgs:
    """The system node pool: on-demand CPU nodes in every zone, for the cluster's own pods."""
    size = machines.CPU_MACHINES[args.system_cpus][0]
    zones = machines.zones_of(size, args.network.zones, place.settings.size_zones)
    return containerservice.ManagedClusterAgentPoolProfileArgs(
        name=SYSTEM_POOL,
        mode=containerservice.AgentPoolMode.SYSTEM,
        type=containerservice.AgentPoolType.VIRTUAL_MACHINE_SCALE_SETS,
        vm_size=size,
        os_type=containerservice.OSType.LINUX,
        os_sku=containerservice.OSSKU.UBUNTU,
        os_disk_type=containerservice.OSDiskType.MANAGED,
        os_disk_size_gb=SYSTEM_DISK_GIB,
        enable_encryption_at_host=True,
        enable_node_public_ip=False,
        security_profile=secure_boot(),
        orchestrator_version=args.version,
        availability_zones=zones or None,
        vnet_subnet_id=args.network.system_subnet,
        enable_auto_scaling=True,
        min_count=args.system_min,
        max_count=args.system_max,
        count=args.system_min,
        node_labels={POOL_LABEL: SYSTEM_POOL},
        upgrade_settings=containerservice.AgentPoolUpgradeSettingsArgs(max_surge="1"),
        tags=dict(place.context.tags),
    )


def secure_boot() -> containerservice.AgentPoolSecurityProfileArgs:
    """Secure boot and vTPM (Trusted Launch) of nodes. Not for GPU nodes, whose drivers AKS builds on the node."""
    return containerservice.AgentPoolSecurityProfileArgs(enable_secure_boot=True, enable_vtpm=True)
