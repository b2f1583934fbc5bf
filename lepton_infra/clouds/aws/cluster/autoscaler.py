"""Cluster Autoscaler: EKS's control plane brings none, so the platform installs its chart with an identity."""

from __future__ import annotations

from typing import Any

import pulumi
from pulumi_aws import eks

from lepton_infra.clouds.aws.cluster.addons import SYSTEM_NAMESPACE
from lepton_infra.clouds.aws.iam import arns, policies
from lepton_infra.clouds.aws.iam.roles import granted_role
from lepton_infra.clouds.aws.nodes import capacity
from lepton_infra.clouds.aws.settings import Settings
from lepton_infra.layers.cluster import ChartImage, ChartRelease
from lepton_infra.layers.component import Component

AUTOSCALER = "cluster-autoscaler"


def autoscaler_chart(cluster: str, region: str, max_nodes: int) -> ChartRelease:
    """The chart and its values: groups found by EKS's own tags, chosen by the pools' capacity order.

    Each way of buying may grow to its pool's total by itself; ``max_nodes`` is what keeps all of them together within
    the totals.
    """
    return ChartRelease(
        name=AUTOSCALER,
        namespace=SYSTEM_NAMESPACE,
        pin=AUTOSCALER,
        images=[ChartImage(key=AUTOSCALER)],
        values={
            "cloudProvider": "aws",
            "awsRegion": region,
            "autoDiscovery": {"clusterName": cluster},
            "fullnameOverride": AUTOSCALER,
            "rbac": {"serviceAccount": {"create": True, "name": AUTOSCALER}},
            "extraArgs": {"expander": "priority", "max-nodes-total": max_nodes},
            "expanderPriorities": capacity.expander_priorities(),
        },
    )


def autoscaler_identity(
    parent: Component[Any],
    name: str,
    *,
    cluster: str,
    cluster_name: pulumi.Input[str],
    settings: Settings,
) -> None:
    """Let the autoscaler's pods scale the node groups of ``cluster`` and of no other."""
    role = granted_role(
        parent,
        f"{name}-autoscaler-role",
        trust=policies.pod_trust(
            account=settings.account,
            cluster_arn=arns.cluster(settings.account, settings.region, cluster),
            namespace=SYSTEM_NAMESPACE,
            service_account=AUTOSCALER,
        ),
        statements=policies.scales_nodes(cluster),
    )
    eks.PodIdentityAssociation(
        f"{name}-autoscaler",
        cluster_name=cluster_name,
        namespace=SYSTEM_NAMESPACE,
        service_account=AUTOSCALER,
        role_arn=role.arn,
        tags=dict(parent.context.tags),
        opts=parent.child(depends_on=list(role.grants)),
    )
