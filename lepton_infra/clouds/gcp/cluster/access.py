"""IAM role of the GKE cluster's administrators, and the kubeconfig."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pulumi
from pulumi_gcp import container, projects

from lepton_infra.clouds.gcp.iam import conditions
from lepton_infra.clouds.gcp.settings import Settings
from lepton_infra.layers.component import Component

PLUGIN = "gke-gcloud-auth-plugin"


def administrators(parent: Component[Any], name: str, settings: Settings) -> Sequence[projects.IAMMember]:
    """Grant the settings' ``administrators`` the role ``container.admin`` on the cluster ``name`` only."""
    return [
        projects.IAMMember(
            f"{name}-administrator-{member.replace(':', '-').replace('@', '-')}",
            project=settings.project,
            role="roles/container.admin",
            member=member,
            condition=projects.IAMMemberConditionArgs(
                title=name,
                description="One cluster only",
                expression=conditions.is_cluster(name, settings.region),
            ),
            opts=parent.child(),
        )
        for member in settings.administrators
    ]


def kubeconfig_of(cluster: container.Cluster, *, name: str, rights: Sequence[projects.IAMMember]) -> pulumi.Output[str]:
    """The kubeconfig of ``cluster``, known once ``rights`` exist. Marked secret, although it holds none."""

    def write(known: Sequence[Any]) -> str:
        endpoint, authority, *_ = known
        return kubeconfig(name=name, endpoint=endpoint, certificate_authority=authority["cluster_ca_certificate"])

    return pulumi.Output.secret(
        pulumi.Output.all(cluster.endpoint, cluster.master_auth, *(right.id for right in rights)).apply(write)
    )


def kubeconfig(*, name: str, endpoint: str, certificate_authority: str) -> str:
    """A kubeconfig with an ``exec`` credential plugin: it fetches a short-lived token, so no credential is in the file.

    ``endpoint`` is an address without scheme and ``certificate_authority`` base64, as GKE gives them. The text is JSON,
    which is YAML too.
    """
    command = {
        "apiVersion": "client.authentication.k8s.io/v1beta1",
        "command": PLUGIN,
        "installHint": f"gcloud components install {PLUGIN}",
        "interactiveMode": "Never",
        "provideClusterInfo": True,
    }
    server = {"server": f"https://{endpoint}", "certificate-authority-data": certificate_authority}
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
