"""EKS access entries of the administrators, and their kubeconfig."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pulumi
from pulumi_aws import eks

from lepton_infra.clouds.aws.iam import arns
from lepton_infra.layers.component import Component


def administrators(
    parent: Component[Any],
    name: str,
    *,
    cluster_name: pulumi.Input[str],
    roles: Sequence[str],
) -> list[eks.AccessPolicyAssociation]:
    """Let the IAM ``roles`` administer the cluster."""
    rights = []
    for role in roles:
        entry_name = f"{name}-administrator-{role.rpartition('/')[2]}"
        entry = eks.AccessEntry(
            entry_name,
            cluster_name=cluster_name,
            principal_arn=role,
            type="STANDARD",
            tags=dict(parent.context.tags),
            opts=parent.child(),
        )
        rights.append(
            eks.AccessPolicyAssociation(
                f"{entry_name}-rights",
                cluster_name=cluster_name,
                principal_arn=entry.principal_arn,
                policy_arn=arns.cluster_access_policy("AmazonEKSClusterAdminPolicy"),
                access_scope=eks.AccessPolicyAssociationAccessScopeArgs(type="cluster"),
                opts=parent.child(),
            )
        )
    return rights


def kubeconfig_of(
    cluster: eks.Cluster, *, name: str, region: str, rights: Sequence[eks.AccessPolicyAssociation]
) -> pulumi.Output[str]:
    """The kubeconfig of ``cluster``, known once an administrator has access. Marked secret, although it holds none."""

    def write(known: Sequence[Any]) -> str:
        endpoint, authority, *_ = known
        return kubeconfig(name=name, region=region, endpoint=endpoint, certificate_authority=authority["data"])

    known = pulumi.Output.all(cluster.endpoint, cluster.certificate_authority, *(right.id for right in rights))
    return pulumi.Output.secret(known.apply(write))


def kubeconfig(*, name: str, region: str, endpoint: str, certificate_authority: str) -> str:
    """A kubeconfig that names a command which fetches a short-lived token; no credential is in it.

    ``certificate_authority`` is base64, as EKS gives it. The text is JSON, which is YAML too.
    """
    command = {
        "apiVersion": "client.authentication.k8s.io/v1beta1",
        "command": "aws",
        "args": ["eks", "get-token", "--region", region, "--cluster-name", name, "--output", "json"],
        "interactiveMode": "Never",
    }
    server = {"server": endpoint, "certificate-authority-data": certificate_authority}
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": name,
            "clusters": [{"name": name, "cluster": server}],
            "contexts": [{"name": name, "context": {"cluster": name, "user": name}}],
            "users": [{"name": name, "user": {"exec": command}}],
        }
    )
