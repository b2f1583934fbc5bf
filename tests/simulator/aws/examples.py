"""Inputs of one sound resource of each type, with what they need made before."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from lepton_infra.simulator.aws import (
    access_analyzer,
    autoscaling,
    backup,
    cloudtrail,
    ec2_endpoints,
    ec2_flow_logs,
    ec2_launch_templates,
    ec2_network,
    ec2_routes,
    ec2_security_groups,
    ecr,
    eks,
    eks_access,
    eks_addons,
    eks_node_groups,
    events,
    guardduty,
    iam,
    kms,
    logs,
    s3,
    sns,
    sqs,
)
from lepton_infra.simulator.aws.resource_type import AwsType
from tests.kit.aws_account import ACCOUNT, Account, trust

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
    return lambda account: {"bucket": account.make(s3.BUCKET.token, "data", bucket="data").id, **inputs}


def _on_repository(**inputs: Any) -> Example:
    return lambda account: {"repository": account.make(ecr.REPOSITORY.token, name="app").id, **inputs}


def _group_rule(account: Account) -> dict[str, Any]:
    vpc = account.vpc()
    one, other = (
        account.make(ec2_security_groups.SECURITY_GROUP.token, name, vpcId=vpc.id).id for name in ("one", "other")
    )
    return {"securityGroupId": one, "referencedSecurityGroupId": other, "ipProtocol": "tcp", "fromPort": 1, "toPort": 2}


def _subnet(account: Account) -> dict[str, Any]:
    return {"vpcId": account.vpc().id, "cidrBlock": "10.0.0.0/24", "availabilityZone": "us-east-1a"}


def _nat(account: Account) -> dict[str, Any]:
    vpc = account.vpc()
    account.make(ec2_network.INTERNET_GATEWAY.token, vpcId=vpc.id)
    return {"subnetId": account.subnet(vpc).id, "allocationId": account.make(ec2_network.EIP.token).id}


def _route(account: Account) -> dict[str, Any]:
    vpc = account.vpc()
    gateway = account.make(ec2_network.INTERNET_GATEWAY.token, vpcId=vpc.id)
    table = account.make(ec2_routes.ROUTE_TABLE.token, vpcId=vpc.id)
    return {"routeTableId": table.id, "destinationCidrBlock": "0.0.0.0/0", "gatewayId": gateway.id}


def _table_association(account: Account) -> dict[str, Any]:
    vpc = account.vpc()
    return {
        "subnetId": account.subnet(vpc).id,
        "routeTableId": account.make(ec2_routes.ROUTE_TABLE.token, vpcId=vpc.id).id,
    }


def _endpoint(account: Account) -> dict[str, Any]:
    vpc = account.vpc()
    return {
        "vpcId": vpc.id,
        "serviceName": "com.amazonaws.us-east-1.ec2",
        "vpcEndpointType": "Interface",
        "privateDnsEnabled": True,
        "subnetIds": [account.subnet(vpc).id],
        "securityGroupIds": [account.make(ec2_security_groups.SECURITY_GROUP.token, vpcId=vpc.id).id],
    }


def _flow_log(account: Account) -> dict[str, Any]:
    role, group = account.role("vpc-flow-logs.amazonaws.com"), account.make(logs.LOG_GROUP.token)
    return {
        "vpcId": account.vpc().id,
        "trafficType": "ALL",
        "iamRoleArn": role.state["arn"],
        "logDestination": group.state["arn"],
    }


def _alias(account: Account) -> dict[str, Any]:
    return {"name": "alias/k", "targetKeyId": account.make(kms.KEY.token).id}


def _attachment(account: Account) -> dict[str, Any]:
    policy = account.make(iam.POLICY.token, name="p", policy=_ALLOW).state["arn"]
    return {"role": account.role("ec2.amazonaws.com").id, "policyArn": policy}


def _cluster(account: Account) -> dict[str, Any]:
    vpc = account.vpc()
    subnets = [account.subnet(vpc, index, zone).id for index, zone in enumerate("ab")]
    role = account.role("eks.amazonaws.com").state["arn"]
    return {"name": "main", "roleArn": role, "vpcConfig": {"subnetIds": subnets}}


def _access_policy(account: Account) -> dict[str, Any]:
    cluster = account.cluster().id
    account.make(eks_access.ACCESS_ENTRY.token, clusterName=cluster, principalArn=_PRINCIPAL)
    scope = {"type": "cluster"}
    return {"clusterName": cluster, "principalArn": _PRINCIPAL, "policyArn": _ACCESS_POLICY, "accessScope": scope}


def _pod_identity(account: Account) -> dict[str, Any]:
    role = account.role("pods.eks.amazonaws.com", "pod").state["arn"]
    return {"clusterName": account.cluster().id, "namespace": "n", "serviceAccount": "s", "roleArn": role}


def _autoscaling_tag(account: Account) -> dict[str, Any]:
    group = account.make(eks_node_groups.NODE_GROUP.token, **account.node_group_inputs(account.cluster()))
    name = group.state["resources"][0]["autoscalingGroups"][0]["name"]
    return {"autoscalingGroupName": name, "tag": {"key": "k", "value": "v", "propagateAtLaunch": False}}


def _topic_arn(account: Account) -> str:
    return str(account.make(sns.TOPIC.token, name="alerts").state["arn"])


def _event_target(account: Account) -> dict[str, Any]:
    rule = account.make(events.EVENT_RULE.token, name="r", scheduleExpression="rate(1 day)").id
    return {"rule": rule, "targetId": "t", "arn": _topic_arn(account)}


def _backup_selection(account: Account) -> dict[str, Any]:
    plan = account.make(backup.BACKUP_PLAN.token, **account.plan_inputs()).id
    return {"name": "s", "planId": plan, "iamRoleArn": account.role("backup.amazonaws.com").state["arn"]}


def _restore_selection(account: Account) -> dict[str, Any]:
    return {
        "name": "data",
        "restoreTestingPlanName": account.make(backup.RESTORE_PLAN.token, **account.restore_plan_inputs()).id,
        "iamRoleArn": account.role("backup.amazonaws.com").state["arn"],
        "protectedResourceType": "S3",
    }


def _object_lock(account: Account) -> dict[str, Any]:
    bucket = account.make(s3.BUCKET.token, "data", bucket="data", objectLockEnabled=True).id
    return {"bucket": bucket, "rule": {"defaultRetention": {"mode": "COMPLIANCE", "days": 1}}}


def _both(type: AwsType, example: Example) -> Mapping[str, Example]:
    """The example under both names of a part of a bucket."""
    return dict.fromkeys((type.token, s3.v2(type).token), example)


_VERSIONING: Final = _on_bucket(versioningConfiguration={"status": "Enabled"})
_LIFECYCLE: Final = _on_bucket(rules=[{"id": "r", "status": "Enabled", "expiration": {"days": 1}}])
_ENCRYPTION: Final = _on_bucket(rules=[{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}])

EXAMPLES: Final[Mapping[str, Example]] = {
    ec2_network.VPC.token: _given(cidrBlock="10.0.0.0/16"),
    ec2_network.SUBNET.token: _subnet,
    ec2_network.INTERNET_GATEWAY.token: _in_vpc(),
    ec2_network.EIP.token: _given(),
    ec2_network.NAT_GATEWAY.token: _nat,
    ec2_routes.ROUTE_TABLE.token: _in_vpc(),
    ec2_routes.ROUTE.token: _route,
    ec2_routes.ROUTE_TABLE_ASSOCIATION.token: _table_association,
    ec2_endpoints.VPC_ENDPOINT.token: _endpoint,
    ec2_flow_logs.FLOW_LOG.token: _flow_log,
    ec2_security_groups.DEFAULT_SECURITY_GROUP.token: _in_vpc(),
    ec2_security_groups.SECURITY_GROUP.token: _in_vpc(name="g"),
    ec2_launch_templates.LAUNCH_TEMPLATE.token: _given(name="template"),
    ec2_security_groups.INGRESS_RULE.token: _group_rule,
    ec2_security_groups.EGRESS_RULE.token: _group_rule,
    s3.BUCKET.token: _given(bucket="models"),
    s3.BUCKETS[1].token: _given(bucket="models"),
    s3.BUCKET_POLICY.token: _on_bucket(policy=_DENY),
    s3.BUCKET_PUBLIC_ACCESS_BLOCK.token: _on_bucket(blockPublicAcls=True),
    s3.BUCKET_OWNERSHIP_CONTROLS.token: _on_bucket(rule={"objectOwnership": "BucketOwnerEnforced"}),
    **_both(s3.BUCKET_VERSIONING, _VERSIONING),
    **_both(s3.BUCKET_LOGGING, _on_bucket(targetBucket="data", targetPrefix="logs/")),
    **_both(s3.BUCKET_LIFECYCLE, _LIFECYCLE),
    **_both(s3.BUCKET_ENCRYPTION, _ENCRYPTION),
    **_both(s3.BUCKET_OBJECT_LOCK, _object_lock),
    kms.KEY.token: _given(),
    kms.KEY_POLICY.token: lambda account: {"keyId": account.make(kms.KEY.token).id, "policy": _DENY},
    kms.ALIAS.token: _alias,
    iam.ROLE.token: _given(name="r", assumeRolePolicy=_TRUST),
    iam.ROLE_POLICY.token: lambda account: {
        "name": "p",
        "role": account.role("ec2.amazonaws.com").id,
        "policy": _ALLOW,
    },
    iam.ROLE_POLICY_ATTACHMENT.token: _attachment,
    iam.POLICY.token: _given(name="p", policy=_ALLOW),
    iam.INSTANCE_PROFILE.token: lambda account: {"name": "p", "role": account.role("ec2.amazonaws.com").id},
    iam.SERVICE_LINKED_ROLE.token: _given(awsServiceName="autoscaling.amazonaws.com"),
    eks.CLUSTER.token: _cluster,
    eks_node_groups.NODE_GROUP.token: lambda account: account.node_group_inputs(account.cluster()),
    eks_addons.ADDON.token: _in_cluster(addonName="coredns"),
    eks_access.ACCESS_ENTRY.token: _in_cluster(principalArn=_PRINCIPAL),
    eks_access.ACCESS_POLICY_ASSOCIATION.token: _access_policy,
    eks_access.POD_IDENTITY_ASSOCIATION.token: _pod_identity,
    ecr.REPOSITORY.token: _given(name="app"),
    ecr.REPOSITORY_POLICY.token: _on_repository(policy=_DENY_IN_REPOSITORY),
    ecr.ECR_LIFECYCLE_POLICY.token: _on_repository(policy=_EXPIRE),
    ecr.REGISTRY_POLICY.token: _given(policy=_DENY),
    ecr.REGISTRY_SCANNING.token: _given(scanType="BASIC"),
    logs.LOG_GROUP.token: _given(name="/a"),
    sqs.QUEUE.token: _given(name="q"),
    sqs.QUEUE_POLICY.token: lambda account: {"queueUrl": account.make(sqs.QUEUE.token, name="q").id, "policy": _DENY},
    autoscaling.AUTOSCALING_TAG.token: _autoscaling_tag,
    cloudtrail.TRAIL.token: lambda account: account.trail_inputs(),
    sns.TOPIC.token: _given(name="alerts"),
    sns.TOPIC_POLICY.token: lambda account: {"arn": _topic_arn(account), "policy": _DENY},
    sns.TOPIC_SUBSCRIPTION.token: lambda account: {
        "topic": _topic_arn(account),
        "protocol": "email",
        "endpoint": "oncall@example.com",
    },
    events.EVENT_RULE.token: _given(name="r", scheduleExpression="rate(1 day)"),
    events.EVENT_TARGET.token: _event_target,
    backup.BACKUP_VAULT.token: _given(name="vault"),
    backup.AIR_GAPPED_VAULT.token: _given(name="sealed", minRetentionDays=7, maxRetentionDays=30),
    backup.BACKUP_PLAN.token: lambda account: account.plan_inputs(),
    backup.BACKUP_SELECTION.token: _backup_selection,
    backup.RESTORE_PLAN.token: lambda account: account.restore_plan_inputs(),
    backup.RESTORE_SELECTION.token: _restore_selection,
    guardduty.DETECTOR.token: _given(),
    guardduty.DETECTOR_FEATURE.token: lambda account: {
        "detectorId": account.make(guardduty.DETECTOR.token).id,
        "name": "S3_DATA_EVENTS",
        "status": "ENABLED",
    },
    access_analyzer.ANALYZER.token: _given(analyzerName="analyzer"),
}

REFUSALS: Final[Mapping[str, str]] = {ec2_network.SUBNET.token: "InvalidSubnet.Conflict"}
"""Codes with which preconditions refuse a second resource."""
