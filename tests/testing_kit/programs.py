"""Small programs for the kit's tests: a provider and one cluster that is right, or wrong in one way."""

from collections.abc import Callable
from typing import Any

import pulumi
import pulumi_aws as aws

STRICT = {"pulumi:disable-default-providers": ["*"]}


def provider() -> aws.Provider:
    return aws.Provider("cloud", region="us-east-1", allowed_account_ids=["111122223333"])


def cluster(**changes: Any) -> Callable[[], None]:
    """A program that makes two subnets and a cluster in them; ``changes`` are the cluster's own arguments."""

    def program() -> None:
        opts = pulumi.ResourceOptions(provider=provider())
        role = aws.iam.Role("role", assume_role_policy=_TRUST, opts=opts)
        vpc = aws.ec2.Vpc("network", cidr_block="10.0.0.0/16", opts=opts)
        subnets = [
            aws.ec2.Subnet(
                f"private-{index}",
                vpc_id=vpc.id,
                cidr_block=f"10.0.{index}.0/24",
                availability_zone=f"us-east-1{zone}",
                opts=opts,
            )
            for index, zone in enumerate("ab")
        ]
        arguments: dict[str, Any] = {
            "role_arn": role.arn,
            "version": "1.33",
            "vpc_config": {"subnet_ids": [subnet.id for subnet in subnets], "endpoint_private_access": True},
        }
        arguments |= {key: change(arguments) if callable(change) else change for key, change in changes.items()}
        aws.eks.Cluster("cluster", opts=opts, **{key: each for key, each in arguments.items() if each is not ...})

    return program


_TRUST = """{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",
"Principal": {"Service": "eks.amazonaws.com"}}]}"""
