"""Add-ons of EKS: the parts of a cluster that AWS packages, pinned, each with rights of its own."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pulumi
from pulumi_aws import eks

from lepton_infra.clouds.aws.iam import arns, policies
from lepton_infra.clouds.aws.iam.policies import Statement
from lepton_infra.clouds.aws.iam.roles import granted_role
from lepton_infra.clouds.aws.nodes import images
from lepton_infra.clouds.aws.settings import Settings
from lepton_infra.layers.component import Component

SYSTEM_NAMESPACE = "kube-system"


@dataclass(frozen=True, kw_only=True)
class AddonSpec:
    """One add-on. Pods of ``service_account`` get a role with the AWS-managed policy ``rights`` and ``statements``."""

    addon: str
    configuration: Mapping[str, Any] = field(default_factory=dict)
    service_account: str | None = None
    rights: str | None = None
    statements: Sequence[Statement] = ()


KUBE_PROXY = AddonSpec(addon="kube-proxy")
POD_IDENTITY = AddonSpec(addon="eks-pod-identity-agent")
DNS = AddonSpec(addon="coredns")
NETWORK = AddonSpec(
    addon="vpc-cni",
    configuration={"enableNetworkPolicy": "true"},
    service_account="aws-node",
    rights="AmazonEKS_CNI_Policy",
)
"""Network policies are not enforced unless the add-on is told to."""


def volumes(key_arn: pulumi.Input[str]) -> AddonSpec:
    """The driver of EBS volumes, allowed to use the disks' key."""
    return AddonSpec(
        addon="aws-ebs-csi-driver",
        service_account="ebs-csi-controller-sa",
        rights="service-role/AmazonEBSCSIDriverPolicy",
        statements=policies.encrypts_volumes(key_arn),
    )


def addon(
    parent: Component[Any],
    name: str,
    spec: AddonSpec,
    *,
    cluster: str,
    cluster_name: pulumi.Input[str],
    version: str,
    settings: Settings,
) -> eks.Addon:
    """Install an add-on of ``cluster`` at its pinned version.

    The cluster comes without AWS's own copies of these, so there is nothing to conflict with; ``OVERWRITE`` settles
    what somebody changed by hand.
    """
    associations: list[eks.AddonPodIdentityAssociationArgs] = []
    grants: Sequence[pulumi.Resource] = ()
    if spec.service_account is not None and spec.rights is not None:
        role = granted_role(
            parent,
            f"{name}-{spec.addon}-role",
            trust=policies.pod_trust(
                account=settings.account,
                cluster_arn=arns.cluster(settings.account, settings.region, cluster),
                namespace=SYSTEM_NAMESPACE,
                service_account=spec.service_account,
            ),
            managed=[spec.rights],
            statements=spec.statements,
        )
        grants = role.grants
        associations.append(
            eks.AddonPodIdentityAssociationArgs(role_arn=role.arn, service_account=spec.service_account)
        )
    return eks.Addon(
        f"{name}-{spec.addon}",
        cluster_name=cluster_name,
        addon_name=spec.addon,
        addon_version=images.addon_release(parent.context.pins, spec.addon, version),
        configuration_values=json.dumps(spec.configuration) if spec.configuration else None,
        pod_identity_associations=associations,
        resolve_conflicts_on_create="OVERWRITE",
        resolve_conflicts_on_update="OVERWRITE",
        tags=dict(parent.context.tags),
        opts=parent.child(depends_on=list(grants)),
    )
