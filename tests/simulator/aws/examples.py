"""Inputs of one sound resource of each type, with what they need made before."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from lepton_infra.simulator.aws import tokens
from tests.simulator.aws.account import ACCOUNT, Account, trust

Example = Callable[[Account], dict[str, Any]]

_PRINCIPAL: Final = f"arn:aws:iam::{ACCOUNT}:role/admins"
_MANAGED: Final = "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy"
_ACCESS_POLICY: Final = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy"
_TRUST: Final = trust("ec2.amazonaws.com")
_ALLOW: Final = json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}})
_DENY: Final = json.dumps(
    {"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}}
)
_DENY_IN_REPOSITORY: Final = json.dumps(
    {"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Principal": "*", "Action": "*"}}
)
_EXPIRE: Final = json.dumps(
    {
        "rules": [
            {
                "rulePriority": 1,
                "selection": {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 9},
                "action": {"type": "expire"},
            }
        ]
    }
)


def _given(**inputs: Any) -> Example:
    return lambda account: inputs


def _in_vpc(**inputs: Any) -> Example:
    return lambda account: {"vpcId": account.vpc().id, **inputs}


def _in_cluster(**inputs: Any) -> Example:
    def make(account: Account) -> dict[str, Any]:
        account.cluster()
        return {"clusterName": "main", **inputs}

    return make


def _on_bucket(**inputs: Any) -> Example:
    return lambda account: {"bucket": account.make(tokens.BUCKET, "data", bucket="data").id, **inputs}


def _on_repository(**inputs: Any) -> Example:
    return lambda account: {"repository": account.make(tokens.REPOSITORY, name="app").id, **inputs}


def _group_rule(account: Account) -> dict[str, Any]:
    vpc = account.vpc()
    one, other = (account.make(tokens.SECURITY_GROUP, name, vpcId=vpc.id).id for name in ("one", "other"))
    return {"securityGroupId": one, "referencedSecurityGroupId": other, "ipProtocol": "tcp", "fromPort": 1, "toPort": 2}


def _subnet(account: Account) -> dict[str, Any]:
    return {"vpcId": account.vpc().id, "cidrBlock": "10.0.0.0/24", "availabilityZone": "us-east-1a"}


def _nat(account: Account) -> dict[str, Any]:
    vpc = account.vpc()
    account.make(tokens.INTERNET_GATEWAY, vpcId=vpc.id)
    return {"subnetId": account.subnet(vpc).id, "allocationId": account.make(tokens.EIP).id}


def _route(account: Account) -> dict[str, Any]:
    vpc = account.vpc()
    gateway = account.make(tokens.INTERNET_GATEWAY, vpcId=vpc.id)
    table = account.make(tokens.ROUTE_TABLE, vpcId=vpc.id)
    return {"routeTableId": table.id, "destinationCidrBlock": "0.0.0.0/0", "gatewayId": gateway.id}


def _table_association(account: Account) -> dict[str, Any]:
    vpc = account.vpc()
    return {"subnetId": account.subnet(vpc).id, "routeTableId": account.make(tokens.ROUTE_TABLE, vpcId=vpc.id).id}


def _endpoint(account: Account) -> dict[str, Any]:
    vpc = account.vpc()
    return {
        "vpcId": vpc.id,
        "serviceName": "com.amazonaws.us-east-1.ec2",
        "vpcEndpointType": "Interface",
        "privateDnsEnabled": True,
        "subnetIds": [account.subnet(vpc).id],
        "securityGroupIds": [account.make(tokens.SECURITY_GROUP, vpcId=vpc.id).id],
    }


def _flow_log(account: Account) -> dict[str, Any]:
    role, group = account.role("vpc-flow-logs.amazonaws.com"), account.make(tokens.LOG_GROUP)
    return {
        "vpcId": account.vpc().id,
        "trafficType": "ALL",
        "iamRoleArn": role.state["arn"],
        "logDestination": group.state["arn"],
    }


def _alias(account: Account) -> dict[str, Any]:
    return {"name": "alias/k", "targetKeyId": account.make(tokens.KEY).id}


def _attachment(account: Account) -> dict[str, Any]:
    policy = account.make(tokens.POLICY, name="p", policy=_ALLOW).state["arn"]
    return {"role": account.role("ec2.amazonaws.com").id, "policyArn": policy}


def _cluster(account: Account) -> dict[str, Any]:
    vpc = account.vpc()
    subnets = [account.subnet(vpc, index, zone).id for index, zone in enumerate("ab")]
    role = account.role("eks.amazonaws.com").state["arn"]
    return {"name": "main", "roleArn": role, "vpcConfig": {"subnetIds": subnets}}


def _access_policy(account: Account) -> dict[str, Any]:
    cluster = account.cluster().id
    account.make(tokens.ACCESS_ENTRY, clusterName=cluster, principalArn=_PRINCIPAL)
    scope = {"type": "cluster"}
    return {"clusterName": cluster, "principalArn": _PRINCIPAL, "policyArn": _ACCESS_POLICY, "accessScope": scope}


def _pod_identity(account: Account) -> dict[str, Any]:
    role = account.role("pods.eks.amazonaws.com", "pod").state["arn"]
    return {"clusterName": account.cluster().id, "namespace": "n", "serviceAccount": "s", "roleArn": role}


def _autoscaling_tag(account: Account) -> dict[str, Any]:
    group = account.make(tokens.NODE_GROUP, **account.node_group_inputs(account.cluster()))
    name = group.state["resources"][0]["autoscalingGroups"][0]["name"]
    return {"autoscalingGroupName": name, "tag": {"key": "k", "value": "v", "propagateAtLaunch": False}}


def _topic_arn(account: Account) -> str:
    return str(account.make(tokens.TOPIC, name="alerts").state["arn"])


def _event_target(account: Account) -> dict[str, Any]:
    rule = account.make(tokens.EVENT_RULE, name="r", scheduleExpression="rate(1 day)").id
    return {"rule": rule, "targetId": "t", "arn": _topic_arn(account)}


def _backup_selection(account: Account) -> dict[str, Any]:
    plan = account.make(tokens.BACKUP_PLAN, **account.plan_inputs()).id
    return {"name": "s", "planId": plan, "iamRoleArn": account.role("backup.amazonaws.com").state["arn"]}


def _restore_selection(account: Account) -> dict[str, Any]:
    return {
        "name": "data",
        "restoreTestingPlanName": account.make(tokens.RESTORE_PLAN, **account.restore_plan_inputs()).id,
        "iamRoleArn": account.role("backup.amazonaws.com").state["arn"],
        "protectedResourceType": "S3",
    }


def _object_lock(account: Account) -> dict[str, Any]:
    bucket = account.make(tokens.BUCKET, "data", bucket="data", objectLockEnabled=True).id
    return {"bucket": bucket, "rule": {"defaultRetention": {"mode": "COMPLIANCE", "days": 1}}}


_VERSIONING: Final = _on_bucket(versioningConfiguration={"status": "Enabled"})
_LIFECYCLE: Final = _on_bucket(rules=[{"id": "r", "status": "Enabled", "expiration": {"days": 1}}])
_ENCRYPTION: Final = _on_bucket(rules=[{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}])

EXAMPLES: Final[Mapping[str, Example]] = {
    tokens.VPC: _given(cidrBlock="10.0.0.0/16"),
    tokens.SUBNET: _subnet,
    tokens.INTERNET_GATEWAY: _in_vpc(),
    tokens.EIP: _given(),
    tokens.NAT_GATEWAY: _nat,
    tokens.ROUTE_TABLE: _in_vpc(),
    tokens.ROUTE: _route,
    tokens.ROUTE_TABLE_ASSOCIATION: _table_association,
    tokens.VPC_ENDPOINT: _endpoint,
    tokens.FLOW_LOG: _flow_log,
    tokens.DEFAULT_SECURITY_GROUP: _in_vpc(),
    tokens.SECURITY_GROUP: _in_vpc(name="g"),
    tokens.LAUNCH_TEMPLATE: _given(name="template"),
    tokens.INGRESS_RULE: _group_rule,
    tokens.EGRESS_RULE: _group_rule,
    tokens.BUCKET: _given(bucket="models"),
    tokens.BUCKET_V2: _given(bucket="models"),
    tokens.BUCKET_POLICY: _on_bucket(policy=_DENY),
    tokens.BUCKET_PUBLIC_ACCESS_BLOCK: _on_bucket(blockPublicAcls=True),
    tokens.BUCKET_OWNERSHIP_CONTROLS: _on_bucket(rule={"objectOwnership": "BucketOwnerEnforced"}),
    **dict.fromkeys(tokens.BUCKET_VERSIONING, _VERSIONING),
    **dict.fromkeys(tokens.BUCKET_LOGGING, _on_bucket(targetBucket="data", targetPrefix="logs/")),
    **dict.fromkeys(tokens.BUCKET_LIFECYCLE, _LIFECYCLE),
    **dict.fromkeys(tokens.BUCKET_ENCRYPTION, _ENCRYPTION),
    **dict.fromkeys(tokens.BUCKET_OBJECT_LOCK, _object_lock),
    tokens.KEY: _given(),
    tokens.KEY_POLICY: lambda account: {"keyId": account.make(tokens.KEY).id, "policy": _DENY},
    tokens.ALIAS: _alias,
    tokens.ROLE: _given(name="r", assumeRolePolicy=_TRUST),
    tokens.ROLE_POLICY: lambda account: {"name": "p", "role": account.role("ec2.amazonaws.com").id, "policy": _ALLOW},
    tokens.ROLE_POLICY_ATTACHMENT: _attachment,
    tokens.POLICY: _given(name="p", policy=_ALLOW),
    tokens.INSTANCE_PROFILE: lambda account: {"name": "p", "role": account.role("ec2.amazonaws.com").id},
    tokens.SERVICE_LINKED_ROLE: _given(awsServiceName="autoscaling.amazonaws.com"),
    tokens.CLUSTER: _cluster,
    tokens.NODE_GROUP: lambda account: account.node_group_inputs(account.cluster()),
    tokens.ADDON: _in_cluster(addonName="coredns"),
    tokens.ACCESS_ENTRY: _in_cluster(principalArn=_PRINCIPAL),
    tokens.ACCESS_POLICY_ASSOCIATION: _access_policy,
    tokens.POD_IDENTITY_ASSOCIATION: _pod_identity,
    tokens.REPOSITORY: _given(name="app"),
    tokens.REPOSITORY_POLICY: _on_repository(policy=_DENY_IN_REPOSITORY),
    tokens.ECR_LIFECYCLE_POLICY: _on_repository(policy=_EXPIRE),
    tokens.REGISTRY_POLICY: _given(policy=_DENY),
    tokens.REGISTRY_SCANNING: _given(scanType="BASIC"),
    tokens.LOG_GROUP: _given(name="/a"),
    tokens.QUEUE: _given(name="q"),
    tokens.QUEUE_POLICY: lambda account: {"queueUrl": account.make(tokens.QUEUE, name="q").id, "policy": _DENY},
    tokens.AUTOSCALING_TAG: _autoscaling_tag,
    tokens.TRAIL: lambda account: account.trail_inputs(),
    tokens.TOPIC: _given(name="alerts"),
    tokens.TOPIC_POLICY: lambda account: {"arn": _topic_arn(account), "policy": _DENY},
    tokens.TOPIC_SUBSCRIPTION: lambda account: {
        "topic": _topic_arn(account),
        "protocol": "email",
        "endpoint": "oncall@example.com",
    },
    tokens.EVENT_RULE: _given(name="r", scheduleExpression="rate(1 day)"),
    tokens.EVENT_TARGET: _event_target,
    tokens.BACKUP_VAULT: _given(name="vault"),
    tokens.AIR_GAPPED_VAULT: _given(name="sealed", minRetentionDays=7, maxRetentionDays=30),
    tokens.BACKUP_PLAN: lambda account: account.plan_inputs(),
    tokens.BACKUP_SELECTION: _backup_selection,
    tokens.RESTORE_PLAN: lambda account: account.restore_plan_inputs(),
    tokens.RESTORE_SELECTION: _restore_selection,
    tokens.DETECTOR: _given(),
    tokens.DETECTOR_FEATURE: lambda account: {
        "detectorId": account.make(tokens.DETECTOR).id,
        "name": "S3_DATA_EVENTS",
        "status": "ENABLED",
    },
    tokens.ANALYZER: _given(analyzerName="analyzer"),
}

REFUSALS: Final[Mapping[str, str]] = {tokens.SUBNET: "InvalidSubnet.Conflict"}
"""Codes with which preconditions refuse a second resource."""
