"""The AKS cluster of a region: its keys, identity, control plane, logs and maintenance window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_azure_native import compute, containerservice, managedidentity

from lepton_infra.clouds.azure.cluster.access import administrators, kubeconfig_of
from lepton_infra.clouds.azure.cluster.control_plane import ControlPlaneNeeds, control_plane
from lepton_infra.clouds.azure.groups import place
from lepton_infra.clouds.azure.iam.roles import Role, grant
from lepton_infra.clouds.azure.iam.vaults import customer_key, key_vault
from lepton_infra.clouds.azure.logs import diagnostics
from lepton_infra.clouds.azure.network.network import AzureNetworkOutputs
from lepton_infra.clouds.azure.nodes.capacity import expander_setting
from lepton_infra.clouds.azure.settings import Settings
from lepton_infra.layers.cluster import ClusterArgs, ClusterOutputs, InternalLoadBalancer, VolumeClass
from lepton_infra.layers.component import Component
from lepton_infra.layers.context import Context

LOGS = (
    "kube-apiserver",
    "kube-audit-admin",
    "kube-controller-manager",
    "kube-scheduler",
    "cluster-autoscaler",
    "guard",
)
"""Log categories sent to the workspace. ``ARCHIVED_LOGS``, every API request with reads, go to the archive."""

ARCHIVED_LOGS = ("kube-audit", "guard")


@dataclass(frozen=True, kw_only=True)
class AzureClusterOutputs(ClusterOutputs):
    """Outputs of the AKS cluster that node pools and identities read.

    ``cluster_name`` is ``name`` once the cluster exists. ``issuer`` is the OIDC issuer of its service accounts' tokens.
    ``principal`` is the cluster's own identity, ``group`` the resource group that is deleted with it.
    """

    cluster_name: pulumi.Output[str]
    group: pulumi.Output[str]
    issuer: pulumi.Output[str]
    principal: pulumi.Output[str]
    pool_subnets: Sequence[pulumi.Output[str]]


class Cluster(Component[AzureClusterOutputs]):
    """An AKS cluster with system nodes and administrators.

    AKS brings the autoscaler, the metrics server, DNS and the volume driver. It checks at creation that its identity
    may use the keys, so identity, keys and role assignments come first; storage and the registry are made meanwhile.

    Against deletion it has the engine's protection, and its nodes' group cannot be changed by hand. It has no lock of
    Azure's: that would hold for node pools too, and none could be replaced.
    """

    def __init__(
        self,
        name: str,
        args: ClusterArgs[AzureNetworkOutputs],
        context: Context,
        settings: Settings,
        opts: pulumi.ResourceOptions,
    ) -> None:
        super().__init__("lepton:azure:Cluster", name, context, opts)
        self._name, self._args, self._settings = name, args, settings
        self._place = place(self, name, settings=settings, outlives_region=False)
        needs = self._needs()
        cluster = control_plane(self._place, name, args, needs)
        self._write_logs(cluster)
        self._maintenance(cluster)
        rights = administrators(self, name, cluster=cluster, settings=settings)
        group = self._place.group
        self.publish(
            AzureClusterOutputs(
                name=name,
                endpoint=cluster.private_fqdn if not args.operator_networks else cluster.fqdn,
                kubeconfig=kubeconfig_of(cluster, name=name, group=group, settings=settings, rights=rights),
                version=args.version,
                resource=cluster,
                charts=[],
                in_cluster_settings=[expander_setting()],
                # https://learn.microsoft.com/azure/aks/internal-lb
                load_balancer=InternalLoadBalancer(
                    annotations={"service.beta.kubernetes.io/azure-load-balancer-internal": "true"}
                ),
                # https://github.com/kubernetes-sigs/azuredisk-csi-driver/blob/master/docs/driver-parameters.md
                volumes=VolumeClass(
                    driver="disk.csi.azure.com",
                    parameters={"skuName": "StandardSSD_LRS", "diskEncryptionSetID": needs.disks.id},
                ),
                cluster_name=cluster.name,
                group=group,
                issuer=cluster.oidc_issuer_profile.apply(issuer_url),
                principal=self._identity.principal_id,
                pool_subnets=args.network.pool_subnets,
            )
        )

    def _needs(self) -> ControlPlaneNeeds:
        """The cluster's identity, keys, and the role assignments that AKS checks at creation."""
        name, network = self._name, self._args.network
        vault = key_vault(self._place, f"{name}-vault", link=network.link, workspace=network.logs.workspace)
        secrets = customer_key(vault, f"{name}-secrets-key")
        disks_key = customer_key(vault, f"{name}-disks-key")
        disks = self._disks(disks_key.id, disks_key.key_uri_with_version, vault.id)
        self._identity = self._place.identity(f"{name}-identity")
        rights = {
            "network": (Role.NETWORK_CONTRIBUTOR, network.id),
            "nodes": (Role.IDENTITY_OPERATOR, network.nodes.id),
            "disks": (Role.READER, disks.id),
            "secrets": (Role.KEY_USER, secrets.id),
            "vault": (Role.VAULT_CONTRIBUTOR, vault.id),
        }
        return ControlPlaneNeeds(
            identity=self._identity,
            disks=disks,
            secrets_key=secrets.key_uri_with_version,
            secrets_vault=vault.id,
            rights=[
                self._grant(f"{name}-{purpose}-right", role, self._identity, scope)
                for purpose, (role, scope) in rights.items()
            ],
        )

    def _disks(
        self, key: pulumi.Output[str], version: pulumi.Output[str], vault: pulumi.Output[str]
    ) -> compute.DiskEncryptionSet:
        """The disk encryption set for disks of nodes and volumes; it follows the key's rotation by itself."""
        name = f"{self._name}-disks"
        user = self._place.identity(f"{name}-key-user")
        right = self._grant(f"{name}-key-use", Role.KEY_ENCRYPTION, user, key)
        return compute.DiskEncryptionSet(
            name,
            disk_encryption_set_name=name,
            resource_group_name=self._place.group,
            location=self._settings.location,
            encryption_type=compute.DiskEncryptionSetType.ENCRYPTION_AT_REST_WITH_PLATFORM_AND_CUSTOMER_KEYS,
            rotation_to_latest_key_version_enabled=True,
            identity=compute.EncryptionSetIdentityArgs(
                type=compute.DiskEncryptionSetIdentityType.USER_ASSIGNED, user_assigned_identities=[user.id]
            ),
            active_key=compute.KeyForDiskEncryptionSetArgs(
                key_url=version, source_vault=compute.SourceVaultArgs(id=vault)
            ),
            tags=dict(self.context.tags),
            # The set itself moves on to the key's newest version.
            opts=self.child(depends_on=[right], ignore_changes=["activeKey.keyUrl"]),
        )

    def _grant(
        self, name: str, role: Role, to: managedidentity.UserAssignedIdentity, scope: pulumi.Output[str]
    ) -> pulumi.Resource:
        return grant(self, name, role=role, to=to.principal_id, scope=scope, settings=self._settings)

    def _write_logs(self, cluster: containerservice.ManagedCluster) -> None:
        logs = self._args.network.logs
        diagnostics(self._place, f"{self._name}-logs", of=cluster.id, categories=LOGS, to=logs.workspace)
        diagnostics(self._place, f"{self._name}-audit", of=cluster.id, categories=ARCHIVED_LOGS, archive=logs.archive)

    def _maintenance(self, cluster: containerservice.ManagedCluster) -> None:
        """Limit AKS's upgrades of node images, one for each security fix, to Sunday nights."""
        containerservice.MaintenanceConfiguration(
            f"{self._name}-maintenance",
            config_name="aksManagedNodeOSUpgradeSchedule",
            resource_name_=cluster.name,
            resource_group_name=self._place.group,
            maintenance_window=containerservice.MaintenanceWindowArgs(
                start_time="01:00",
                utc_offset="+00:00",
                duration_hours=6,
                schedule=containerservice.ScheduleArgs(
                    weekly=containerservice.WeeklyScheduleArgs(
                        day_of_week=containerservice.WeekDay.SUNDAY, interval_weeks=1
                    )
                ),
            ),
            opts=self.child(),
        )


def issuer_url(profile: containerservice.outputs.ManagedClusterOIDCIssuerProfileResponse | None) -> str:
    """The URL of the cluster's OIDC issuer; AKS reports it once the cluster exists."""
    url = profile.issuer_url if profile is not None else None
    assert url is not None, "AKS reports no issuer although it is switched on"
    return url
