"""Workload identity of a model's pods: an IAM grant to read their own model's objects."""

from __future__ import annotations

import pulumi
from pulumi_gcp import storage

from lepton_infra.clouds.gcp.cluster.cluster import GcpClusterOutputs
from lepton_infra.clouds.gcp.iam import conditions
from lepton_infra.clouds.gcp.settings import Settings
from lepton_infra.clouds.gcp.storage.storage import GcpStorageOutputs
from lepton_infra.layers.component import Component
from lepton_infra.layers.context import Context
from lepton_infra.layers.identity import IdentityArgs, IdentityOutputs
from lepton_infra.layers.network import Endpoint

METADATA_SERVER = (
    Endpoint(cidr="169.254.169.252/32", port=988),
    Endpoint(cidr="169.254.169.254/32", port=80),
    Endpoint(cidr="169.254.169.254/32", port=8080),
)
"""Addresses of GKE's metadata server on every node, which issues pods' credentials, before and after the node's address
translation ("Authenticate to Google Cloud APIs from GKE workloads", section on network policies, GKE documentation).
Pods do not reach the machine's own metadata, with the node's credentials, through them (``GKE_METADATA``)."""


class Identity(Component[IdentityOutputs]):
    """An IAM grant to a Kubernetes service account (Workload Identity Federation): no key, no Google service account.

    It needs no annotation. The grant depends on the cluster: the workload identity pool comes with the project's first
    cluster.
    """

    def __init__(
        self,
        name: str,
        args: IdentityArgs[GcpClusterOutputs, GcpStorageOutputs],
        context: Context,
        settings: Settings,
        opts: pulumi.ResourceOptions,
    ) -> None:
        super().__init__("lepton:gcp:Identity", name, context, opts)
        pool = pulumi.Output.concat(
            f"principal://iam.googleapis.com/projects/{settings.project_number}/locations/global/workloadIdentityPools/",
            args.cluster.workload_pool,
        )
        grant = storage.BucketIAMMember(
            f"{name}-reader",
            bucket=args.storage.models.path,
            role="roles/storage.objectViewer",
            member=pulumi.Output.concat(pool, f"/subject/ns/{args.namespace}/sa/{args.service_account}"),
            condition=storage.BucketIAMMemberConditionArgs(
                title=f"{args.cluster.name}-{args.service_account}",
                description="One model only",
                expression=conditions.reads_prefix(args.storage.models_bucket, args.prefix),
            ),
            opts=self.child(),
        )
        self.publish(IdentityOutputs(annotations={}, labels={}, endpoints=METADATA_SERVER, ready=grant.id))
