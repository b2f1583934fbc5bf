"""An account to test in: the simulated cloud over a store in memory, and things in it that are right."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from lepton_infra.simulator.aws import backup, ec2_network, eks, iam, s3
from lepton_infra.simulator.behaviour import Failure
from lepton_infra.simulator.cloud import SimulatedCloud
from lepton_infra.simulator.resource import Resource
from lepton_infra.simulator.store import Store

ACCOUNT = "111122223333"
REGION = "us-east-1"
NOWHERE = "0123456789abcdef0"


def trust(service: str) -> str:
    """A trust policy for a service."""
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


class Account:
    """One account and region of a cloud. ``make`` creates what must be right, ``check`` only judges."""

    def __init__(self, store: Store, account: str = ACCOUNT, region: str = REGION) -> None:
        self.cloud = SimulatedCloud("aws", store)
        self.scope = self.cloud.configure({"region": region, "allowedAccountIds": [account]})
        self._made: dict[str, str] = {}

    def check(self, type: str, inputs: Mapping[str, Any], name: str = "it") -> list[Failure]:
        return self.cloud.check(self.scope, self._urn(type, name), type, {}, inputs).failures

    def make(self, type: str, name: str = "it", /, **inputs: Any) -> Resource:
        checked = self.cloud.check(self.scope, self._urn(type, name), type, {}, inputs)
        assert checked.failures == []
        return self.cloud.create(self.scope, self._urn(type, name), type, checked.inputs)

    def update(self, type: str, made: Resource, name: str = "it", /, **inputs: Any) -> Resource:
        return self.cloud.update(self.scope, self._urn(type, name), type, made.id, {**made.inputs, **inputs})

    def delete(self, type: str, made: Resource, name: str = "it") -> None:
        self.cloud.delete(self.scope, self._urn(type, name), type, made.id)

    def _urn(self, type: str, name: str) -> str:
        return f"urn:pulumi:test::lepton::{type}::{name}"

    def vpc(self, cidr: str = "10.0.0.0/16", name: str = "vpc") -> Resource:
        return self.make(ec2_network.VPC.token, name, cidrBlock=cidr)

    def subnet(self, vpc: Resource, index: int = 0, zone: str = "a") -> Resource:
        """The subnet number ``index`` of a VPC of 10.x."""
        base = vpc.inputs["cidrBlock"].split(".")[1]
        return self.make(
            ec2_network.SUBNET.token,
            f"subnet-{vpc.id}-{index}",
            vpcId=vpc.id,
            cidrBlock=f"10.{base}.{index}.0/24",
            availabilityZone=f"{REGION}{zone}",
        )

    def role(self, service: str, name: str = "role") -> Resource:
        return self.make(iam.ROLE.token, name, name=name, assumeRolePolicy=trust(service))

    def cluster(self, **changes: Any) -> Resource:
        """A cluster with its VPC, two subnets and role."""
        vpc = self.vpc(name="cluster-vpc")
        subnets = [self.subnet(vpc, index, zone) for index, zone in enumerate("ab")]
        inputs: dict[str, Any] = {
            "name": "main",
            "version": "1.33",
            "roleArn": self.role("eks.amazonaws.com", "control-plane").state["arn"],
            "vpcConfig": {"subnetIds": [subnet.id for subnet in subnets]},
            "accessConfig": {"authenticationMode": "API"},
        }
        return self.make(eks.CLUSTER.token, "main", **{**inputs, **changes})

    def node_group_inputs(self, cluster: Resource) -> dict[str, Any]:
        """Inputs of a node group of a cluster; makes the role of its nodes."""
        return {
            "clusterName": cluster.id,
            "nodeGroupName": "workers",
            "nodeRoleArn": self.role("ec2.amazonaws.com", "nodes").state["arn"],
            "subnetIds": cluster.inputs["vpcConfig"]["subnetIds"],
            "scalingConfig": {"minSize": 1, "desiredSize": 1, "maxSize": 3},
        }

    def trail_inputs(self, **changes: Any) -> dict[str, Any]:
        """Inputs of a trail; makes its bucket, into which CloudTrail may write."""
        bucket = self.make(s3.BUCKET.token, "trail", bucket="trail").id
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "cloudtrail.amazonaws.com"},
            "Action": "s3:PutObject",
            "Resource": "arn:aws:s3:::trail/*",
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        self.make(s3.BUCKET_POLICY.token, "trail", bucket=bucket, policy=policy)
        return {"name": "trail", "s3BucketName": bucket, **changes}

    def plan_inputs(self, **rule: Any) -> dict[str, Any]:
        """Inputs of a backup plan of one rule; makes its vault."""
        vault = self.make(backup.BACKUP_VAULT.token, "plan-vault", name="vault").id
        return {"name": "nightly", "rules": [{"ruleName": "nightly", "targetVaultName": vault, **rule}]}

    def restore_plan_inputs(self) -> dict[str, Any]:
        """Inputs of a plan of trials."""
        chosen = {"algorithm": "LATEST_WITHIN_WINDOW", "includeVaults": ["*"], "recoveryPointTypes": ["SNAPSHOT"]}
        return {"name": "trial", "scheduleExpression": "rate(7 days)", "recoveryPointSelection": chosen}
