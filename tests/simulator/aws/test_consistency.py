"""Inputs of one resource that do not go together."""

from typing import Any

import pytest

from lepton_infra.simulator.aws import tokens
from lepton_infra.simulator.behaviour import UNKNOWN
from tests.simulator.aws.account import ACCOUNT, Account

SIZES = {"minSize": 1, "desiredSize": 1, "maxSize": 3}
GROUP: dict[str, Any] = {
    "clusterName": "main",
    "nodeRoleArn": UNKNOWN,
    "subnetIds": [UNKNOWN],
    "scalingConfig": SIZES,
}
TEMPLATE = {"id": UNKNOWN, "version": "1"}
ROUTE: dict[str, Any] = {"routeTableId": UNKNOWN}
LOG: dict[str, Any] = {"vpcId": UNKNOWN, "iamRoleArn": UNKNOWN}
RULE: dict[str, Any] = {"securityGroupId": UNKNOWN, "ipProtocol": "tcp", "fromPort": 443, "toPort": 443}
ENDPOINT: dict[str, Any] = {"vpcId": UNKNOWN, "serviceName": "com.amazonaws.us-east-1.s3"}


@pytest.mark.parametrize(
    ("type", "inputs"),
    [
        (tokens.BUCKET, {"region": "us-east-1"}),
        (tokens.NODE_GROUP, {**GROUP, "launchTemplate": TEMPLATE}),
        (tokens.NODE_GROUP, {**GROUP, "diskSize": 100}),
        (tokens.NODE_GROUP, {**GROUP, "scalingConfig": {**SIZES, "desiredSize": UNKNOWN}}),
        (tokens.NODE_GROUP, {**GROUP, "updateConfig": {"maxUnavailablePercentage": 33}}),
        (tokens.NODE_GROUP, {**GROUP, "capacityType": "CAPACITY_BLOCK", "launchTemplate": TEMPLATE}),
        (tokens.ROUTE, {**ROUTE, "destinationCidrBlock": "0.0.0.0/0", "gatewayId": UNKNOWN}),
        (tokens.ROUTE_TABLE_ASSOCIATION, {"routeTableId": UNKNOWN, "subnetId": UNKNOWN}),
        (tokens.FLOW_LOG, LOG),
        (tokens.FLOW_LOG, {"vpcId": UNKNOWN, "logDestinationType": "s3"}),
        (tokens.INGRESS_RULE, {**RULE, "cidrIpv4": "10.0.0.0/8"}),
        (tokens.KEY, {"enableKeyRotation": True, "rotationPeriodInDays": 90}),
        (tokens.CLUSTER, {"roleArn": UNKNOWN, "vpcConfig": {"subnetIds": [UNKNOWN], "endpointPrivateAccess": True}}),
        (tokens.ACCESS_ENTRY, {"clusterName": "main", "principalArn": f"arn:aws:iam::{ACCOUNT}:role/team/admins"}),
        (tokens.VPC_ENDPOINT, {**ENDPOINT, "routeTableIds": [UNKNOWN]}),
        (tokens.VPC_ENDPOINT, {**ENDPOINT, "vpcEndpointType": "Interface", "subnetIds": [UNKNOWN]}),
        (tokens.VPC_ENDPOINT, {**ENDPOINT, "serviceName": "com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0"}),
        (tokens.NAT_GATEWAY, {"subnetId": UNKNOWN, "allocationId": UNKNOWN}),
    ],
)
def test_what_goes_together_passes(account: Account, type: str, inputs: dict[str, Any]) -> None:
    assert account.check(type, inputs) == []


@pytest.mark.parametrize(
    ("type", "inputs", "path", "words"),
    [
        (tokens.BUCKET, {"region": "eu-west-1"}, "region", "would leak out of it"),
        (
            tokens.NODE_GROUP,
            {**GROUP, "launchTemplate": TEMPLATE, "diskSize": 20},
            "diskSize",
            "with a launch template",
        ),
        (
            tokens.NODE_GROUP,
            {**GROUP, "launchTemplate": TEMPLATE, "remoteAccess": {"ec2SshKey": "k"}},
            "remoteAccess",
            "with a launch template",
        ),
        (
            tokens.NODE_GROUP,
            {**GROUP, "launchTemplate": {**TEMPLATE, "name": "t"}},
            "launchTemplate.id",
            "exactly one of id, name",
        ),
        (tokens.NODE_GROUP, {**GROUP, "capacityType": "CAPACITY_BLOCK"}, "capacityType", "needs a launch template"),
        (
            tokens.NODE_GROUP,
            {
                **GROUP,
                "capacityType": "CAPACITY_BLOCK",
                "launchTemplate": TEMPLATE,
                "instanceTypes": ["p5.48xlarge"],
            },
            "instanceTypes",
            "the launch template names the instance type",
        ),
        (tokens.NODE_GROUP, {**GROUP, "amiType": "CUSTOM", "version": "1.33"}, "amiType", "CUSTOM images"),
        (
            tokens.NODE_GROUP,
            {**GROUP, "scalingConfig": {**SIZES, "desiredSize": 4}},
            "scalingConfig.desiredSize",
            "at most maxSize: 4 > 3",
        ),
        (
            tokens.NODE_GROUP,
            {**GROUP, "scalingConfig": {**SIZES, "desiredSize": 0}},
            "scalingConfig.desiredSize",
            "at least minSize: 1 > 0",
        ),
        (
            tokens.NODE_GROUP,
            {**GROUP, "scalingConfig": {"minSize": 4, "desiredSize": UNKNOWN, "maxSize": 3}},
            "scalingConfig.minSize",
            "must not exceed maxSize: 4 > 3",
        ),
        (
            tokens.NODE_GROUP,
            {**GROUP, "updateConfig": {"maxUnavailable": 1, "maxUnavailablePercentage": 33}},
            "updateConfig.maxUnavailable",
            "exactly one of",
        ),
        (tokens.ROUTE, {**ROUTE, "gatewayId": UNKNOWN}, "destinationCidrBlock", "not none"),
        (
            tokens.ROUTE,
            {**ROUTE, "destinationCidrBlock": "0.0.0.0/0", "gatewayId": UNKNOWN, "natGatewayId": UNKNOWN},
            "gatewayId",
            "not gatewayId and natGatewayId",
        ),
        (tokens.ROUTE_TABLE_ASSOCIATION, {"routeTableId": UNKNOWN}, "subnetId", "exactly one of subnetId, gatewayId"),
        (tokens.FLOW_LOG, {"iamRoleArn": UNKNOWN}, "vpcId", "exactly one of vpcId"),
        (tokens.FLOW_LOG, {"vpcId": UNKNOWN}, "iamRoleArn", "DeliverLogsPermissionArn"),
        (tokens.INGRESS_RULE, RULE, "cidrIpv4", "exactly one of"),
        (tokens.EGRESS_RULE, {**RULE, "ipProtocol": "-1", "cidrIpv4": "0.0.0.0/0"}, "fromPort", "all protocols"),
        (tokens.KEY, {"rotationPeriodInDays": 90}, "rotationPeriodInDays", "needs enableKeyRotation"),
        (
            tokens.CLUSTER,
            {"roleArn": UNKNOWN, "vpcConfig": {"subnetIds": [UNKNOWN], "endpointPublicAccess": False}},
            "vpcConfig.endpointPrivateAccess",
            "cannot both be off",
        ),
        (
            tokens.ACCESS_ENTRY,
            {"clusterName": "main", "principalArn": "arn:aws:iam::444455556666:role/admins"},
            "principalArn",
            f"is of account 444455556666; allowed: {ACCOUNT}",
        ),
        (tokens.ACCESS_ENTRY, {"clusterName": "main", "principalArn": "admins"}, "principalArn", "not the ARN"),
        (tokens.VPC_ENDPOINT, {**ENDPOINT, "subnetIds": [UNKNOWN]}, "subnetIds", "of type Gateway"),
        (
            tokens.VPC_ENDPOINT,
            {**ENDPOINT, "vpcEndpointType": "Interface", "routeTableIds": [UNKNOWN]},
            "routeTableIds",
            "of type Interface",
        ),
        (
            tokens.VPC_ENDPOINT,
            {**ENDPOINT, "serviceName": "com.amazonaws.eu-west-1.s3"},
            "serviceName",
            "is a service of eu-west-1",
        ),
        (tokens.VPC_ENDPOINT, {**ENDPOINT, "serviceName": "s3"}, "serviceName", "com.amazonaws.<region>.<service>"),
        (tokens.NAT_GATEWAY, {"subnetId": UNKNOWN}, "allocationId", "needs an allocation ID"),
    ],
)
def test_what_does_not_is_refused(account: Account, type: str, inputs: dict[str, Any], path: str, words: str) -> None:
    [failure] = account.check(type, inputs)

    assert failure.path == path
    assert words in failure.reason


def test_nothing_is_said_of_a_provider_that_is_not_known_yet(account: Account) -> None:
    pending = account.cloud.configure({"region": UNKNOWN})

    checked = account.cloud.check(pending, "urn:pulumi:a::b::c::d", tokens.BUCKET, {}, {"region": "eu-west-1"})

    assert checked.failures == []
