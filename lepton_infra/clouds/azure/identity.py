"""Workload identity of a model's pods: a managed identity that may read their own model's blobs."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
from pulumi_azure_native import managedidentity

from lepton_infra.clouds.azure.cluster.cluster import AzureClusterOutputs
from lepton_infra.clouds.azure.iam.conditions import reads_prefix
from lepton_infra.clouds.azure.iam.roles import Role, grant
from lepton_infra.clouds.azure.settings import Settings
from lepton_infra.clouds.azure.storage.storage import AzureStorageOutputs
from lepton_infra.layers.component import Component
from lepton_infra.layers.context import Context
from lepton_infra.layers.identity import IdentityArgs, IdentityOutputs
from lepton_infra.layers.network import Endpoint

TOKEN_AUDIENCE = "api://AzureADTokenExchange"
"""Audience of a pod's token in the exchange ("Use Microsoft Entra Workload ID with AKS")."""

ENTRA = tuple(
    Endpoint(cidr=cidr, port=443) for cidr in ("20.20.32.0/19", "20.190.128.0/18", "20.231.128.0/19", "40.126.0.0/18")
)
"""Addresses of ``login.microsoftonline.com``, which exchanges a pod's token. It has no private endpoint; these are its
published addresses, whose changes are announced beforehand ("Microsoft 365 URLs and IP address ranges", entry 56)."""


class Identity(Component[IdentityOutputs]):
    """A managed identity federated with one Kubernetes service account (workload identity).

    There is no key and no secret in the cluster: AKS mounts a token in pods that carry the label and sets its path;
    tokens are exchanged over HTTPS.
    """

    def __init__(
        self,
        name: str,
        args: IdentityArgs[AzureClusterOutputs, AzureStorageOutputs],
        context: Context,
        settings: Settings,
        opts: pulumi.ResourceOptions,
    ) -> None:
        super().__init__("lepton:azure:Identity", name, context, opts)
        identity = managedidentity.UserAssignedIdentity(
            f"{name}-user",
            resource_name_=name,
            resource_group_name=args.cluster.group,
            location=settings.location,
            tags=dict(self.context.tags),
            opts=self.child(),
        )
        # On the group and not on the account: the account's deletion lock would keep the grant of a removed model.
        right = grant(
            self,
            f"{name}-read",
            role=Role.BLOB_READER,
            to=identity.principal_id,
            scope=args.storage.group_id,
            settings=settings,
            condition=reads_prefix(args.storage.account, args.storage.models_container, args.prefix),
        )
        trust = managedidentity.FederatedIdentityCredential(
            f"{name}-trust",
            # With the namespace in front: a name of its own must have three characters, and a model's may have two.
            federated_identity_credential_resource_name=f"{args.namespace}-{args.service_account}",
            resource_name_=identity.name,
            resource_group_name=args.cluster.group,
            issuer=args.cluster.issuer,
            subject=f"system:serviceaccount:{args.namespace}:{args.service_account}",
            audiences=[TOKEN_AUDIENCE],
            opts=self.child(),
        )
        self.publish(
            IdentityOutputs(
                annotations={
                    "azure.workload.identity/client-id": identity.client_id,
                    "azure.workload.identity/tenant-id": settings.tenant_id,
                },
                labels={"azure.workload.identity/use": "true"},
                endpoints=ENTRA,
                ready=pulumi.Output.all(right.id, trust.id).apply(_both),
            )
        )


def _both(ids: Sequence[str]) -> str:
    """The last id, known once both are: pods depend on it."""
    return ids[-1]
