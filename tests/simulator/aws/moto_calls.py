"""Creations and deletions of the simulated types as the requests of AWS's API that they amount to, sent to moto."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import boto3

from lepton_infra.simulator.aws import (
    ec2_endpoints,
    ec2_launch_templates,
    ec2_network,
    ec2_routes,
    ec2_security_groups,
    iam,
    kms,
    s3,
    sqs,
)
from tests.kit.aws_account import REGION

Inputs = Mapping[str, Any]


class Clients:
    """boto3 clients of one account and region, with credentials that only moto takes."""

    def __init__(self) -> None:
        def client(service: str) -> Any:
            return boto3.client(service, region_name=REGION, aws_access_key_id="k", aws_secret_access_key="s")

        self.ec2, self.s3, self.kms, self.iam, self.sqs = map(client, ("ec2", "s3", "kms", "iam", "sqs"))


@dataclass(frozen=True, kw_only=True)
class Calls:
    """The requests of one type. ``create`` returns what others refer to: ``id`` and, where there is one, ``arn``."""

    create: Callable[[Clients, Inputs], Mapping[str, str]]
    delete: Callable[[Clients, Inputs, Mapping[str, str]], object] | None = None


def members(inputs: Inputs, *without: str, **renamed: str) -> dict[str, Any]:
    """Inputs as members of a request: ``cidrBlock`` is ``CidrBlock`` unless it is ``renamed``."""
    return {
        renamed.get(name, name[0].upper() + name[1:]): value for name, value in inputs.items() if name not in without
    }


def _vpc(aws: Clients, given: Inputs) -> Mapping[str, str]:
    return {"id": aws.ec2.create_vpc(**members(given))["Vpc"]["VpcId"]}


def _subnet(aws: Clients, given: Inputs) -> Mapping[str, str]:
    return {"id": aws.ec2.create_subnet(**members(given))["Subnet"]["SubnetId"]}


def _internet_gateway(aws: Clients, given: Inputs) -> Mapping[str, str]:
    id = aws.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    aws.ec2.attach_internet_gateway(InternetGatewayId=id, VpcId=given["vpcId"])
    return {"id": id}


def _eip(aws: Clients, given: Inputs) -> Mapping[str, str]:
    return {"id": aws.ec2.allocate_address(Domain="vpc")["AllocationId"]}


def _nat_gateway(aws: Clients, given: Inputs) -> Mapping[str, str]:
    return {"id": aws.ec2.create_nat_gateway(**members(given))["NatGateway"]["NatGatewayId"]}


def _route_table(aws: Clients, given: Inputs) -> Mapping[str, str]:
    return {"id": aws.ec2.create_route_table(**members(given))["RouteTable"]["RouteTableId"]}


def _route(aws: Clients, given: Inputs) -> Mapping[str, str]:
    aws.ec2.create_route(**members(given))
    return {}


def _association(aws: Clients, given: Inputs) -> Mapping[str, str]:
    return {"id": aws.ec2.associate_route_table(**members(given))["AssociationId"]}


def _security_group(aws: Clients, given: Inputs) -> Mapping[str, str]:
    named = {"Description": "Managed by Pulumi", **members(given, name="GroupName")}
    return {"id": aws.ec2.create_security_group(**named)["GroupId"]}


def _permission(given: Inputs) -> dict[str, Any]:
    permission = {name: given[key] for key, name in _PERMISSION.items() if key in given}
    if "cidrIpv4" in given:
        permission["IpRanges"] = [{"CidrIp": given["cidrIpv4"]}]
    if "referencedSecurityGroupId" in given:
        permission["UserIdGroupPairs"] = [{"GroupId": given["referencedSecurityGroupId"]}]
    return {"GroupId": given["securityGroupId"], "IpPermissions": [permission]}


_PERMISSION: Final = {"ipProtocol": "IpProtocol", "fromPort": "FromPort", "toPort": "ToPort"}


def _ingress(aws: Clients, given: Inputs) -> Mapping[str, str]:
    answer = aws.ec2.authorize_security_group_ingress(**_permission(given))
    return {"id": answer["SecurityGroupRules"][0]["SecurityGroupRuleId"]}


def _endpoint(aws: Clients, given: Inputs) -> Mapping[str, str]:
    return {"id": aws.ec2.create_vpc_endpoint(**members(given))["VpcEndpoint"]["VpcEndpointId"]}


def _launch_template(aws: Clients, given: Inputs) -> Mapping[str, str]:
    made = aws.ec2.create_launch_template(LaunchTemplateName=given["name"], LaunchTemplateData={"EbsOptimized": True})
    return {"id": made["LaunchTemplate"]["LaunchTemplateId"]}


def _bucket(aws: Clients, given: Inputs) -> Mapping[str, str]:
    aws.s3.create_bucket(Bucket=given["bucket"], ObjectLockEnabledForBucket=given.get("objectLockEnabled", False))
    return {"id": given["bucket"]}


def _of_bucket(put: Callable[[Clients], Callable[..., Any]], member: str, value: Callable[[Inputs], Any]) -> Calls:
    """A part of a bucket, which one request puts."""

    def create(aws: Clients, given: Inputs) -> Mapping[str, str]:
        put(aws)(Bucket=given["bucket"], **{member: value(given)})
        return {"id": given["bucket"]}

    return Calls(create=create)


def _encryption(given: Inputs) -> dict[str, Any]:
    algorithm = given["rules"][0]["applyServerSideEncryptionByDefault"]["sseAlgorithm"]
    return {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": algorithm}}]}


def _object_lock(given: Inputs) -> dict[str, Any]:
    kept = given["rule"]["defaultRetention"]
    return {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": kept["mode"], "Days": kept["days"]}}}


def _lifecycle(given: Inputs) -> dict[str, Any]:
    rules = [
        {"ID": rule["id"], "Status": rule["status"], "Filter": {}, "Expiration": {"Days": rule["expiration"]["days"]}}
        for rule in given["rules"]
    ]
    return {"Rules": rules}


def _key(aws: Clients, given: Inputs) -> Mapping[str, str]:
    made = aws.kms.create_key(**members(given, "deletionWindowInDays"))["KeyMetadata"]
    return {"id": made["KeyId"], "arn": made["Arn"]}


def _key_policy(aws: Clients, given: Inputs) -> Mapping[str, str]:
    aws.kms.put_key_policy(PolicyName="default", **members(given))
    return {}


def _alias(aws: Clients, given: Inputs) -> Mapping[str, str]:
    aws.kms.create_alias(**members(given, name="AliasName"))
    return {"id": given["name"]}


def _role(aws: Clients, given: Inputs) -> Mapping[str, str]:
    sent = members(given, name="RoleName", assumeRolePolicy="AssumeRolePolicyDocument")
    return {"id": given["name"], "arn": aws.iam.create_role(**sent)["Role"]["Arn"]}


def _role_policy(aws: Clients, given: Inputs) -> Mapping[str, str]:
    aws.iam.put_role_policy(**members(given, name="PolicyName", role="RoleName", policy="PolicyDocument"))
    return {"id": given["name"]}


def _attachment(aws: Clients, given: Inputs) -> Mapping[str, str]:
    aws.iam.attach_role_policy(**members(given, role="RoleName"))
    return {}


def _policy(aws: Clients, given: Inputs) -> Mapping[str, str]:
    made = aws.iam.create_policy(**members(given, name="PolicyName", policy="PolicyDocument"))
    return {"id": made["Policy"]["Arn"], "arn": made["Policy"]["Arn"]}


def _instance_profile(aws: Clients, given: Inputs) -> Mapping[str, str]:
    aws.iam.create_instance_profile(InstanceProfileName=given["name"])
    if "role" in given:
        aws.iam.add_role_to_instance_profile(InstanceProfileName=given["name"], RoleName=given["role"])
    return {"id": given["name"]}


def _service_linked_role(aws: Clients, given: Inputs) -> Mapping[str, str]:
    aws.iam.create_service_linked_role(AWSServiceName=given["awsServiceName"])
    return {}


def _queue(aws: Clients, given: Inputs) -> Mapping[str, str]:
    attributes = {_ATTRIBUTES[name]: str(value) for name, value in given.items() if name != "name"}
    return {"id": aws.sqs.create_queue(QueueName=given["name"], Attributes=attributes)["QueueUrl"]}


_ATTRIBUTES: Final = {
    "messageRetentionSeconds": "MessageRetentionPeriod",
    "delaySeconds": "DelaySeconds",
    "maxMessageSize": "MaximumMessageSize",
    "visibilityTimeoutSeconds": "VisibilityTimeout",
    "policy": "Policy",
}


def _queue_policy(aws: Clients, given: Inputs) -> Mapping[str, str]:
    aws.sqs.set_queue_attributes(QueueUrl=given["queueUrl"], Attributes={"Policy": given["policy"]})
    return {}


CALLS: Final[Mapping[str, Calls]] = {
    ec2_network.VPC.token: Calls(create=_vpc, delete=lambda aws, given, made: aws.ec2.delete_vpc(VpcId=made["id"])),
    ec2_network.SUBNET.token: Calls(
        create=_subnet, delete=lambda aws, given, made: aws.ec2.delete_subnet(SubnetId=made["id"])
    ),
    ec2_network.INTERNET_GATEWAY.token: Calls(create=_internet_gateway),
    ec2_network.EIP.token: Calls(
        create=_eip, delete=lambda aws, given, made: aws.ec2.release_address(AllocationId=made["id"])
    ),
    ec2_network.NAT_GATEWAY.token: Calls(create=_nat_gateway),
    ec2_routes.ROUTE_TABLE.token: Calls(
        create=_route_table, delete=lambda aws, given, made: aws.ec2.delete_route_table(RouteTableId=made["id"])
    ),
    ec2_routes.ROUTE.token: Calls(create=_route),
    ec2_routes.ROUTE_TABLE_ASSOCIATION.token: Calls(create=_association),
    ec2_security_groups.SECURITY_GROUP.token: Calls(
        create=_security_group, delete=lambda aws, given, made: aws.ec2.delete_security_group(GroupId=made["id"])
    ),
    ec2_security_groups.INGRESS_RULE.token: Calls(create=_ingress),
    ec2_endpoints.VPC_ENDPOINT.token: Calls(create=_endpoint),
    ec2_launch_templates.LAUNCH_TEMPLATE.token: Calls(create=_launch_template),
    s3.BUCKET.token: Calls(
        create=_bucket, delete=lambda aws, given, made: aws.s3.delete_bucket(Bucket=given["bucket"])
    ),
    s3.BUCKET_POLICY.token: _of_bucket(lambda aws: aws.s3.put_bucket_policy, "Policy", lambda given: given["policy"]),
    s3.BUCKET_PUBLIC_ACCESS_BLOCK.token: _of_bucket(
        lambda aws: aws.s3.put_public_access_block,
        "PublicAccessBlockConfiguration",
        lambda given: members(given, "bucket"),
    ),
    s3.BUCKET_OWNERSHIP_CONTROLS.token: _of_bucket(
        lambda aws: aws.s3.put_bucket_ownership_controls,
        "OwnershipControls",
        lambda given: {"Rules": [{"ObjectOwnership": given["rule"]["objectOwnership"]}]},
    ),
    s3.BUCKET_VERSIONING.token: _of_bucket(
        lambda aws: aws.s3.put_bucket_versioning,
        "VersioningConfiguration",
        lambda given: {"Status": given["versioningConfiguration"]["status"]},
    ),
    s3.BUCKET_LOGGING.token: _of_bucket(
        lambda aws: aws.s3.put_bucket_logging,
        "BucketLoggingStatus",
        lambda given: {"LoggingEnabled": members(given, "bucket")},
    ),
    s3.BUCKET_LIFECYCLE.token: _of_bucket(
        lambda aws: aws.s3.put_bucket_lifecycle_configuration, "LifecycleConfiguration", _lifecycle
    ),
    s3.BUCKET_ENCRYPTION.token: _of_bucket(
        lambda aws: aws.s3.put_bucket_encryption, "ServerSideEncryptionConfiguration", _encryption
    ),
    s3.BUCKET_OBJECT_LOCK.token: _of_bucket(
        lambda aws: aws.s3.put_object_lock_configuration, "ObjectLockConfiguration", _object_lock
    ),
    kms.KEY.token: Calls(
        create=_key,
        delete=lambda aws, given, made: aws.kms.schedule_key_deletion(
            KeyId=made["id"], PendingWindowInDays=given.get("deletionWindowInDays", 30)
        ),
    ),
    kms.KEY_POLICY.token: Calls(create=_key_policy),
    kms.ALIAS.token: Calls(create=_alias),
    iam.ROLE.token: Calls(create=_role, delete=lambda aws, given, made: aws.iam.delete_role(RoleName=given["name"])),
    iam.ROLE_POLICY.token: Calls(create=_role_policy),
    iam.ROLE_POLICY_ATTACHMENT.token: Calls(create=_attachment),
    iam.POLICY.token: Calls(
        create=_policy, delete=lambda aws, given, made: aws.iam.delete_policy(PolicyArn=made["arn"])
    ),
    iam.INSTANCE_PROFILE.token: Calls(create=_instance_profile),
    iam.SERVICE_LINKED_ROLE.token: Calls(create=_service_linked_role),
    sqs.QUEUE.token: Calls(create=_queue, delete=lambda aws, given, made: aws.sqs.delete_queue(QueueUrl=made["id"])),
    sqs.QUEUE_POLICY.token: Calls(create=_queue_policy),
}


def statement(effect: str = "Deny", **changes: Any) -> str:
    """A resource policy of one statement."""
    said = {"Effect": effect, "Principal": "*", "Action": "*", "Resource": "*", **changes}
    return json.dumps({"Version": "2012-10-17", "Statement": [said]})
