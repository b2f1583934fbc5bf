"""Administrators of the AKS cluster (Entra groups), and the kubeconfig."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from typing import Any

import pulumi
import yaml
from pulumi_azure_native import authorization, containerservice

from lepton_infra.clouds.azure.iam.roles import Role, grant
from lepton_infra.clouds.azure.settings import Settings
from lepton_infra.layers.component import Component

SERVER_APPLICATION = "6dae42f8-4368-4678-94ff-3960e28e3630"
"""Entra application id of the AKS API server, the same for every cluster (Azure/kubelogin, docs, "server-id")."""


def administrators(
    parent: Component[Any], name: str, *, cluster: containerservice.ManagedCluster, settings: Settings
) -> list[authorization.RoleAssignment]:
    """Role assignments of "Azure Kubernetes Service RBAC Cluster Admin" for the settings' Entra groups."""
    return [
        grant(
            parent,
            f"{name}-administrator-{group}",
            role=Role.AKS_CLUSTER_ADMIN,
            to=group,
            scope=cluster.id,
            settings=settings,
            principal_type="Group",
        )
        for group in settings.administrators
    ]


def kubeconfig_of(
    cluster: containerservice.ManagedCluster,
    *,
    name: str,
    group: pulumi.Output[str],
    settings: Settings,
    rights: Sequence[authorization.RoleAssignment],
) -> pulumi.Output[str]:
    """The kubeconfig of ``cluster``, known once ``rights`` exist. Marked secret, although it holds none.

    AKS publishes the authority that signs the API server's certificate only in a kubeconfig of its own.
    """
    own = containerservice.list_managed_cluster_user_credentials_output(
        resource_group_name=group,
        resource_name=cluster.name,
        opts=pulumi.InvokeOutputOptions(parent=cluster, depends_on=[cluster]),
    )

    def write(known: Sequence[Any]) -> str:
        server, authority = endpoint(known[0][0]["value"])
        return kubeconfig(name=name, tenant=settings.tenant_id, server=server, certificate_authority=authority)

    known = pulumi.Output.all(own.kubeconfigs, *(right.id for right in rights))
    return pulumi.Output.secret(known.apply(write))


def endpoint(encoded: str) -> tuple[str, str]:
    """The API server's URL and its certificate authority (base64), read from AKS's kubeconfig, itself in base64."""
    cluster = yaml.safe_load(base64.b64decode(encoded))["clusters"][0]["cluster"]
    return cluster["server"], cluster["certificate-authority-data"]


def kubeconfig(*, name: str, tenant: str, server: str, certificate_authority: str) -> str:
    """A kubeconfig with an ``exec`` credential plugin: it fetches a short-lived token, so no credential is in the file.

    The token is for the person or pipeline that is logged in with the Azure CLI. The text is JSON, which is YAML too.
    """
    command = {
        "apiVersion": "client.authentication.k8s.io/v1beta1",
        "command": "kubelogin",
        "args": ["get-token", "--login", "azurecli", "--server-id", SERVER_APPLICATION, "--tenant-id", tenant],
        "interactiveMode": "Never",
        "provideClusterInfo": False,
    }
    cluster = {"server": server, "certificate-authority-data": certificate_authority}
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": name,
            "clusters": [{"name": name, "cluster": cluster}],
            "contexts": [{"name": name, "context": {"cluster": name, "user": name}}],
            "users": [{"name": name, "user": {"exec": command}}],
        }
    )
