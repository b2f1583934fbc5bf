"""Creations and deletions that the simulated AWS and moto are both asked for, right ones and wrong ones."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

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
from lepton_infra.simulator.aws.resource_type import AwsType
from tests.kit.aws_account import NOWHERE, trust
from tests.simulator.aws.moto_calls import statement


@dataclass(frozen=True)
class Step:
    """One creation. A text ``@name`` or ``@name.arn`` among the inputs is the id or ARN of what ``name`` made."""

    type: AwsType
    name: str
    inputs: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Case:
    """Steps that both must take, and then ``judged``: a creation, or the name of a step whose resource is deleted."""

    id: str
    before: tuple[Step, ...] = ()
    judged: Step | str


def _creates(id: str, *steps: Step) -> Case:
    return Case(id=id, before=steps[:-1], judged=steps[-1])


def _deletes(id: str, name: str, *steps: Step) -> Case:
    return Case(id=id, before=steps, judged=name)


_ALLOW: Final = json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}})
_TRUST: Final = trust("ec2.amazonaws.com")
_NO_KEY: Final = "12345678-1234-1234-1234-123456789012"


def vpc(cidr: str = "10.0.0.0/16", name: str = "vpc") -> Step:
    return Step(ec2_network.VPC, name, {"cidrBlock": cidr})


def subnet(cidr: str = "10.0.0.0/24", name: str = "subnet", **changes: Any) -> Step:
    inputs = {"vpcId": "@vpc", "cidrBlock": cidr, "availabilityZone": "us-east-1a", **changes}
    return Step(ec2_network.SUBNET, name, inputs)


def gateway(name: str = "gateway", vpc: str = "@vpc") -> Step:
    return Step(ec2_network.INTERNET_GATEWAY, name, {"vpcId": vpc})


def eip() -> Step:
    return Step(ec2_network.EIP, "eip", {})


def nat(name: str = "nat", **changes: Any) -> Step:
    return Step(ec2_network.NAT_GATEWAY, name, {"subnetId": "@subnet", "allocationId": "@eip", **changes})


def table(vpc: str = "@vpc") -> Step:
    return Step(ec2_routes.ROUTE_TABLE, "table", {"vpcId": vpc})


def route(name: str = "route", **changes: Any) -> Step:
    inputs = {"routeTableId": "@table", "destinationCidrBlock": "0.0.0.0/0", "gatewayId": "@gateway", **changes}
    return Step(ec2_routes.ROUTE, name, inputs)


def association(name: str = "association", **changes: Any) -> Step:
    inputs = {"routeTableId": "@table", "subnetId": "@subnet", **changes}
    return Step(ec2_routes.ROUTE_TABLE_ASSOCIATION, name, inputs)


def group(group: str = "group", name: str = "group", **changes: Any) -> Step:
    return Step(ec2_security_groups.SECURITY_GROUP, name, {"vpcId": "@vpc", "name": group, **changes})


def rule(name: str = "rule", **changes: Any) -> Step:
    inputs = {"securityGroupId": "@group", "ipProtocol": "tcp", "fromPort": 1, "toPort": 2, **changes}
    return Step(ec2_security_groups.INGRESS_RULE, name, inputs)


def endpoint(name: str = "endpoint", **changes: Any) -> Step:
    inputs = {"vpcId": "@vpc", "serviceName": "com.amazonaws.us-east-1.s3", "vpcEndpointType": "Gateway", **changes}
    return Step(ec2_endpoints.VPC_ENDPOINT, name, inputs)


def template(name: str = "template") -> Step:
    return Step(ec2_launch_templates.LAUNCH_TEMPLATE, name, {"name": "template", "ebsOptimized": "true"})


def bucket(bucket: str = "models", name: str = "bucket", **changes: Any) -> Step:
    return Step(s3.BUCKET, name, {"bucket": bucket, **changes})


def on_bucket(type: AwsType, bucket: str = "models", **inputs: Any) -> Step:
    return Step(type, "part", {"bucket": bucket, **inputs})


def key(name: str = "key", **inputs: Any) -> Step:
    return Step(kms.KEY, name, inputs)


def alias(alias: str = "alias/k", name: str = "alias", key: str = "@key") -> Step:
    return Step(kms.ALIAS, name, {"name": alias, "targetKeyId": key})


def role(role: str = "r", name: str = "role", **changes: Any) -> Step:
    return Step(iam.ROLE, name, {"name": role, "assumeRolePolicy": _TRUST, **changes})


def role_policy(**changes: Any) -> Step:
    return Step(iam.ROLE_POLICY, "role-policy", {"name": "p", "role": "r", "policy": _ALLOW, **changes})


def policy(name: str = "policy", **changes: Any) -> Step:
    return Step(iam.POLICY, name, {"name": "p", "policy": _ALLOW, **changes})


def attachment(**changes: Any) -> Step:
    return Step(iam.ROLE_POLICY_ATTACHMENT, "attachment", {"role": "r", "policyArn": "@policy.arn", **changes})


def profile(name: str = "profile", **changes: Any) -> Step:
    return Step(iam.INSTANCE_PROFILE, name, {"name": "ip", **changes})


def linked(service: str = "autoscaling.amazonaws.com", name: str = "linked") -> Step:
    return Step(iam.SERVICE_LINKED_ROLE, name, {"awsServiceName": service})


def queue(queue: str = "q", name: str = "queue", **changes: Any) -> Step:
    return Step(sqs.QUEUE, name, {"name": queue, **changes})


def queue_policy(**changes: Any) -> Step:
    return Step(sqs.QUEUE_POLICY, "queue-policy", {"queueUrl": "@queue", "policy": statement(), **changes})


_LIFECYCLE: Final = [{"id": "r", "status": "Enabled", "expiration": {"days": 1}}]
_LOCK: Final = {"defaultRetention": {"mode": "COMPLIANCE", "days": 1}}
_VERSIONED: Final = {"status": "Enabled"}
_RULES: Final = [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}]
_NO_QUEUE: Final = "https://sqs.us-east-1.amazonaws.com/111122223333/none"

EC2: Final = (
    _creates("vpc", vpc()),
    _creates("vpc-of-host-bits", vpc("10.0.0.1/16")),
    _creates("vpc-too-large", vpc("10.0.0.0/8")),
    _creates("vpc-too-small", vpc("10.0.0.0/29")),
    _creates("vpc-of-no-cidr", vpc("10.0.0.0")),
    _deletes("vpc-with-subnet", "vpc", vpc(), subnet()),
    _deletes("vpc-with-group", "vpc", vpc(), group()),
    _deletes("vpc-with-gateway", "vpc", vpc(), gateway()),
    _creates("subnet", vpc(), subnet()),
    _creates("subnet-beside-another", vpc(), subnet(), subnet("10.0.1.0/24", "other")),
    _creates("subnet-over-another", vpc(), subnet(), subnet("10.0.0.128/25", "other")),
    _creates("subnet-outside", vpc(), subnet("10.1.0.0/24")),
    _creates("subnet-too-small", vpc(), subnet("10.0.0.0/29")),
    _creates("subnet-of-no-vpc", subnet(vpcId=f"vpc-{NOWHERE}")),
    _creates("subnet-of-no-zone", vpc(), subnet(availabilityZone="us-east-1z")),
    _creates("subnet-of-another-region", vpc(), subnet(availabilityZone="us-west-2a")),
    _deletes("subnet-with-nat", "subnet", vpc(), gateway(), subnet(), eip(), nat()),
    _creates("gateway", vpc(), gateway()),
    _creates("gateway-beside-another", vpc(), gateway(), gateway("other")),
    _creates("gateway-of-no-vpc", gateway(vpc=f"vpc-{NOWHERE}")),
    _creates("nat", vpc(), gateway(), subnet(), eip(), nat()),
    _creates("nat-without-gateway", vpc(), subnet(), eip(), nat()),
    _creates("nat-of-no-subnet", eip(), nat(subnetId=f"subnet-{NOWHERE}")),
    _creates("nat-of-no-address", vpc(), gateway(), subnet(), nat(allocationId=f"eipalloc-{NOWHERE}")),
    _creates("nat-of-taken-address", vpc(), gateway(), subnet(), eip(), nat(), nat("other")),
    _deletes("address-of-nat", "eip", vpc(), gateway(), subnet(), eip(), nat()),
    _creates("table", vpc(), table()),
    _creates("table-of-no-vpc", table(f"vpc-{NOWHERE}")),
    _deletes("table-with-association", "table", vpc(), subnet(), table(), association()),
    _creates("route", vpc(), gateway(), table(), route()),
    _creates("route-twice", vpc(), gateway(), table(), route(), route("other")),
    _creates("route-of-no-table", vpc(), gateway(), route(routeTableId=f"rtb-{NOWHERE}")),
    _creates("route-to-no-gateway", vpc(), table(), route(gatewayId=f"igw-{NOWHERE}")),
    _creates("route-of-no-cidr", vpc(), gateway(), table(), route(destinationCidrBlock="0.0.0.0")),
    _creates("association", vpc(), subnet(), table(), association()),
    _creates("association-twice", vpc(), subnet(), table(), association(), association("other")),
    _creates("association-of-no-table", vpc(), subnet(), association(routeTableId=f"rtb-{NOWHERE}")),
    _creates("association-of-no-subnet", vpc(), table(), association(subnetId=f"subnet-{NOWHERE}")),
    _creates("group", vpc(), group()),
    _creates("group-twice", vpc(), group(), group(name="other")),
    _creates("group-of-no-vpc", group(vpcId=f"vpc-{NOWHERE}")),
    _creates("group-of-reserved-name", vpc(), group("sg-mine")),
    _creates("rule", vpc(), group(), rule(cidrIpv4="10.0.0.0/8")),
    _creates("rule-of-no-group", rule(securityGroupId=f"sg-{NOWHERE}", cidrIpv4="10.0.0.0/8")),
    _creates("rule-from-no-group", vpc(), group(), rule(referencedSecurityGroupId=f"sg-{NOWHERE}")),
    _creates("rule-of-no-cidr", vpc(), group(), rule(cidrIpv4="10.0.0.0")),
    _creates("rule-twice", vpc(), group(), rule(cidrIpv4="10.0.0.0/8"), rule("other", cidrIpv4="10.0.0.0/8")),
    _deletes(
        "group-named-by-rule",
        "other",
        vpc(),
        group(),
        group("others", "other"),
        rule(referencedSecurityGroupId="@other"),
    ),
    _creates("endpoint", vpc(), endpoint()),
    _creates("endpoint-of-no-vpc", endpoint(vpcId=f"vpc-{NOWHERE}")),
    _creates("endpoint-of-no-table", vpc(), endpoint(routeTableIds=[f"rtb-{NOWHERE}"])),
    _creates("template", template()),
    _creates("template-twice", template(), template("other")),
)

S3: Final = (
    _creates("bucket", bucket()),
    _creates("bucket-of-capitals", bucket("Models")),
    _creates("bucket-of-two-letters", bucket("ab")),
    _creates("bucket-of-64-letters", bucket("a" * 64)),
    _creates("bucket-of-an-address", bucket("192.168.0.1")),
    _creates("bucket-of-two-dots", bucket("a..b")),
    _creates("bucket-twice", bucket(), bucket(name="other")),
    _creates("bucket-policy", bucket(), on_bucket(s3.BUCKET_POLICY, policy=statement(Resource="arn:aws:s3:::models"))),
    _creates("bucket-policy-of-no-bucket", on_bucket(s3.BUCKET_POLICY, "none", policy=statement())),
    _creates("bucket-policy-of-no-json", bucket(), on_bucket(s3.BUCKET_POLICY, policy="{")),
    _creates("bucket-policy-of-no-effect", bucket(), on_bucket(s3.BUCKET_POLICY, policy=statement("Maybe"))),
    _creates("access-block", bucket(), on_bucket(s3.BUCKET_PUBLIC_ACCESS_BLOCK, blockPublicAcls=True)),
    _creates("access-block-of-no-bucket", on_bucket(s3.BUCKET_PUBLIC_ACCESS_BLOCK, "none", blockPublicAcls=True)),
    _creates(
        "ownership", bucket(), on_bucket(s3.BUCKET_OWNERSHIP_CONTROLS, rule={"objectOwnership": "BucketOwnerEnforced"})
    ),
    _creates("versioning", bucket(), on_bucket(s3.BUCKET_VERSIONING, versioningConfiguration=_VERSIONED)),
    _creates(
        "versioning-of-no-word", bucket(), on_bucket(s3.BUCKET_VERSIONING, versioningConfiguration={"status": "On"})
    ),
    _creates(
        "versioning-of-no-bucket",
        on_bucket(s3.BUCKET_VERSIONING, "none", versioningConfiguration=_VERSIONED),
    ),
    _creates("logging-to-no-bucket", bucket(), on_bucket(s3.BUCKET_LOGGING, targetBucket="none", targetPrefix="l/")),
    _creates("encryption", bucket(), on_bucket(s3.BUCKET_ENCRYPTION, rules=_RULES)),
    _creates("encryption-of-no-bucket", on_bucket(s3.BUCKET_ENCRYPTION, "none", rules=_RULES)),
    _creates(
        "lifecycle",
        bucket(),
        on_bucket(s3.BUCKET_LIFECYCLE, rules=_LIFECYCLE),
    ),
    _creates("lifecycle-of-no-bucket", on_bucket(s3.BUCKET_LIFECYCLE, "none", rules=_LIFECYCLE)),
    _creates(
        "object-lock",
        bucket(objectLockEnabled=True),
        on_bucket(s3.BUCKET_OBJECT_LOCK, rule=_LOCK),
    ),
    _creates("object-lock-without-versions", bucket(), on_bucket(s3.BUCKET_OBJECT_LOCK, rule=_LOCK)),
    _deletes("bucket-deleted", "bucket", bucket()),
)

KMS: Final = (
    _creates("key", key()),
    _creates("key-of-no-policy", key(policy="{")),
    _deletes("key-deleted", "key", key(deletionWindowInDays=7)),
    _creates("alias", key(), alias()),
    _creates("alias-of-no-key", alias(key=_NO_KEY)),
    _creates("alias-twice", key(), alias(), alias(name="other")),
    _creates("alias-without-prefix", key(), alias("k")),
    _creates("alias-of-aws", key(), alias("alias/aws/k")),
    _creates("key-policy", key(), Step(kms.KEY_POLICY, "key-policy", {"keyId": "@key", "policy": statement()})),
    _creates("key-policy-of-no-key", Step(kms.KEY_POLICY, "key-policy", {"keyId": _NO_KEY, "policy": statement()})),
    _creates("key-policy-of-no-json", key(), Step(kms.KEY_POLICY, "key-policy", {"keyId": "@key", "policy": "{"})),
)

IAM: Final = (
    _creates("role", role()),
    _creates("role-twice", role(), role(name="other")),
    _creates("role-of-no-trust", role(assumeRolePolicy="{")),
    _creates("role-of-other-letters", role("r/r")),
    _creates("role-of-65-letters", role("r" * 65)),
    _deletes("role-with-policy", "role", role(), role_policy()),
    _deletes("role-with-attachment", "role", role(), policy(), attachment()),
    _deletes("role-in-profile", "role", role(), profile(role="r")),
    _creates("role-policy", role(), role_policy()),
    _creates("role-policy-of-no-role", role_policy(role="none")),
    _creates("role-policy-of-no-json", role(), role_policy(policy="{")),
    _creates("role-policy-with-principal", role(), role_policy(policy=statement())),
    _creates("policy", policy()),
    _creates("policy-twice", policy(), policy("other")),
    _creates("policy-of-no-json", policy(policy="{")),
    _creates("policy-of-no-statement", policy(policy='{"Version": "2012-10-17"}')),
    _creates("policy-of-no-version", policy(policy=_ALLOW.replace("2012", "2013"))),
    _deletes("policy-with-attachment", "policy", role(), policy(), attachment()),
    _creates("attachment", role(), policy(), attachment()),
    _creates("attachment-to-no-role", policy(), attachment(role="none")),
    _creates("attachment-of-no-policy", role(), attachment(policyArn="arn:aws:iam::111122223333:policy/none")),
    _creates("profile", role(), profile(role="r")),
    _creates("profile-twice", profile(), profile("other")),
    _creates("profile-of-no-role", profile(role="none")),
    _creates("linked-role", linked()),
    _creates("linked-role-twice", linked(), linked(name="other")),
)

SQS: Final = (
    _creates("queue", queue()),
    _creates("queue-of-other-attributes", queue(), queue(name="other", delaySeconds=5)),
    _creates("queue-twice", queue(), queue(name="other")),
    _creates("queue-of-other-letters", queue("q q")),
    _creates("queue-of-81-letters", queue("q" * 81)),
    _creates("queue-kept-too-briefly", queue(messageRetentionSeconds=59)),
    _creates("queue-kept-too-long", queue(messageRetentionSeconds=1_209_601)),
    _creates("queue-delayed-too-long", queue(delaySeconds=901)),
    _creates("queue-of-no-size", queue(maxMessageSize=1023)),
    _creates("queue-hidden-too-long", queue(visibilityTimeoutSeconds=43_201)),
    _creates("queue-policy", queue(), queue_policy(policy=statement(Action="sqs:*"))),
    _creates("queue-policy-of-no-queue", queue_policy(queueUrl=_NO_QUEUE)),
    _deletes("queue-deleted", "queue", queue()),
)

CASES: Final = (*EC2, *S3, *KMS, *IAM, *SQS)
