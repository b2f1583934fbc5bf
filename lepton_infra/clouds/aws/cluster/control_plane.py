"""The EKS control plane, with its log group and its IAM role."""

from __future__ import annotations

from typing import Any

import pulumi
from pulumi_aws import eks

from lepton_infra.clouds.aws.iam import policies
from lepton_infra.clouds.aws.iam.roles import granted_role
from lepton_infra.clouds.aws.logs import log_group
from lepton_infra.clouds.aws.network.network import AwsNetworkOutputs
from lepton_infra.clouds.aws.validation import SERVICE_CIDR
from lepton_infra.layers.cluster import ClusterArgs
from lepton_infra.layers.component import Component

LOG_TYPES = ("api", "audit", "authenticator", "controllerManager", "scheduler")


def control_plane(
    parent: Component[Any], name: str, args: ClusterArgs[AwsNetworkOutputs], secrets_key: pulumi.Input[str]
) -> eks.Cluster:
    """The cluster called ``name``, with its log group and its role.

    AWS's own copies of the add-ons are left out: the pinned ones take their place.
    """
    logs = log_group(
        parent,
        f"{name}-logs",
        group=f"/aws/eks/{name}/cluster",
        key_arn=args.network.logs_key,
    )
    role = granted_role(
        parent,
        f"{name}-role",
        trust=policies.service_trust("eks.amazonaws.com"),
        managed=["AmazonEKSClusterPolicy"],
        statements=policies.encrypts_secrets(secrets_key),
    )
    return eks.Cluster(
        f"{name}-control-plane",
        name=name,
        version=args.version,
        role_arn=role.arn,
        vpc_config=eks.ClusterVpcConfigArgs(
            subnet_ids=list(args.network.private_subnets.values()),
            endpoint_private_access=True,
            endpoint_public_access=bool(args.operator_networks),
            public_access_cidrs=list(args.operator_networks) or None,
        ),
        kubernetes_network_config=eks.ClusterKubernetesNetworkConfigArgs(
            ip_family="ipv4", service_ipv4_cidr=SERVICE_CIDR
        ),
        access_config=eks.ClusterAccessConfigArgs(
            authentication_mode="API", bootstrap_cluster_creator_admin_permissions=False
        ),
        encryption_config=eks.ClusterEncryptionConfigArgs(
            resources=["secrets"], provider=eks.ClusterEncryptionConfigProviderArgs(key_arn=secrets_key)
        ),
        enabled_cluster_log_types=list(LOG_TYPES),
        upgrade_policy=eks.ClusterUpgradePolicyArgs(support_type="STANDARD"),
        bootstrap_self_managed_addons=False,
        deletion_protection=parent.context.protect,
        tags=dict(parent.context.tags),
        opts=parent.child(protect=parent.context.protect, depends_on=[logs, *role.grants]),
    )
