"""IAM role and pod identity association by which a model's pods read their own model."""

from __future__ import annotations

import pulumi
from pulumi_aws import eks

from lepton_infra.clouds.aws.cluster.cluster import AwsClusterOutputs
from lepton_infra.clouds.aws.iam import arns, policies
from lepton_infra.clouds.aws.iam.roles import granted_role
from lepton_infra.clouds.aws.settings import Settings
from lepton_infra.clouds.aws.storage.storage import AwsStorageOutputs
from lepton_infra.layers.component import Component
from lepton_infra.layers.context import Context
from lepton_infra.layers.identity import IdentityArgs, IdentityOutputs
from lepton_infra.layers.network import Endpoint

POD_IDENTITY_AGENT = Endpoint(cidr="169.254.170.23/32", port=80)
"""Where the agent on every node hands out credentials ("Set up the Amazon EKS Pod Identity Agent", EKS user guide)."""


class Identity(Component[IdentityOutputs]):
    """A role for one service account, bound by EKS Pod Identity: no key, no annotation, nothing in the cluster."""

    def __init__(
        self,
        name: str,
        args: IdentityArgs[AwsClusterOutputs, AwsStorageOutputs],
        context: Context,
        settings: Settings,
        opts: pulumi.ResourceOptions,
    ) -> None:
        super().__init__("lepton:aws:Identity", name, context, opts)
        role = granted_role(
            self,
            f"{name}-role",
            trust=policies.pod_trust(
                account=settings.account,
                cluster_arn=arns.cluster(settings.account, settings.region, args.cluster.name),
                namespace=args.namespace,
                service_account=args.service_account,
            ),
            statements=policies.reads_prefix(
                bucket_arn=args.storage.models_arn,
                prefix=args.prefix,
                key_arn=args.storage.models_key,
                region=settings.region,
            ),
        )
        association = eks.PodIdentityAssociation(
            f"{name}-association",
            cluster_name=args.cluster.cluster_name,
            namespace=args.namespace,
            service_account=args.service_account,
            role_arn=role.arn,
            tags=dict(self.context.tags),
            opts=self.child(depends_on=list(role.grants)),
        )
        self.publish(IdentityOutputs(annotations={}, labels={}, endpoints=[POD_IDENTITY_AGENT], ready=association.id))
