"""Private endpoints: AWS services reached without leaving the network."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
from pulumi_aws import ec2

from lepton_infra.clouds.aws.iam import policies
from lepton_infra.clouds.aws.settings import Settings
from lepton_infra.layers.component import Component

INTERFACE_ENDPOINTS: Mapping[str, bool] = {
    "autoscaling": False,
    "ec2": False,
    "ecr.api": False,
    "ecr.dkr": False,
    "eks": False,
    "eks-auth": False,
    "kms": True,
    "logs": True,
    "sts": False,
}
"""Services that nodes and the cluster's own pods call; True where the endpoint can be bound to own resources.

What each is for: "Deploy private clusters with limited internet access" (EKS user guide); ``autoscaling`` and ``eks``
for the node autoscaler, ``eks-auth`` for pod identities, ``kms`` for the volume driver.
"""


def private_endpoints(
    parent: Component[Any],
    name: str,
    *,
    settings: Settings,
    cidr: str,
    vpc_id: pulumi.Input[str],
    subnet_ids: Sequence[pulumi.Input[str]],
    route_table_ids: Sequence[pulumi.Input[str]],
) -> None:
    """An interface in every zone for each service, and the S3 gateway (on the private route tables).

    S3 has both. By the gateway it is reached at public addresses, which differ from region to region and change, so a
    network policy for pods could not name them; by the interface it is at the network's own. Names of S3 lead to the
    interface; the gateway stays for what asks S3 by address, and costs nothing.
    """
    ec2.VpcEndpoint(
        f"{name}-endpoint-s3",
        vpc_id=vpc_id,
        service_name=f"com.amazonaws.{settings.region}.s3",
        vpc_endpoint_type="Gateway",
        route_table_ids=list(route_table_ids),
        policy=json.dumps(policies.s3_endpoint(settings.account, settings.region)),
        tags={**parent.context.tags, "Name": f"{name}-endpoint-s3"},
        opts=parent.child(),
    )
    group = ec2.SecurityGroup(
        f"{name}-endpoints",
        name=f"{name}-endpoints",
        description="HTTPS from the network to the AWS services' private endpoints",
        vpc_id=vpc_id,
        ingress=[
            ec2.SecurityGroupIngressArgs(
                description="HTTPS from the network", protocol="tcp", from_port=443, to_port=443, cidr_blocks=[cidr]
            )
        ],
        egress=[],
        tags={**parent.context.tags, "Name": f"{name}-endpoints"},
        opts=parent.child(),
    )
    ec2.VpcEndpoint(
        f"{name}-endpoint-s3-interface",
        vpc_id=vpc_id,
        service_name=f"com.amazonaws.{settings.region}.s3",
        vpc_endpoint_type="Interface",
        private_dns_enabled=True,
        # Else only those outside the network who ask its resolver would be led to the interface.
        dns_options=ec2.VpcEndpointDnsOptionsArgs(private_dns_only_for_inbound_resolver_endpoint=False),
        subnet_ids=list(subnet_ids),
        security_group_ids=[group.id],
        policy=json.dumps(policies.s3_endpoint(settings.account, settings.region)),
        tags={**parent.context.tags, "Name": f"{name}-endpoint-s3-interface"},
        opts=parent.child(),
    )
    for service, own_resources in INTERFACE_ENDPOINTS.items():
        endpoint = f"{name}-endpoint-{service.replace('.', '-')}"
        ec2.VpcEndpoint(
            endpoint,
            vpc_id=vpc_id,
            service_name=f"com.amazonaws.{settings.region}.{service}",
            vpc_endpoint_type="Interface",
            private_dns_enabled=True,
            subnet_ids=list(subnet_ids),
            security_group_ids=[group.id],
            policy=json.dumps(policies.endpoint_for_account(settings.account, own_resources=own_resources)),
            tags={**parent.context.tags, "Name": endpoint},
            opts=parent.child(),
        )
