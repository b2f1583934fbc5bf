"""Inputs of one resource that do not go together."""

from typing import Any

import pytest

from lepton_infra.simulator.aws import (
    ec2_endpoints,
    ec2_flow_logs,
    ec2_network,
    ec2_routes,
    ec2_security_groups,
    eks,
    eks_access,
    eks_node_groups,
    kms,
    s3,
)
from lepton_infra.simulator.behaviour import UNKNOWN
from tests.kit.aws_account import ACCOUNT, Account

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
        (s3.BUCKET.token, {"region": "us-east-1"}),
        (eks_node_groups.NODE_GROUP.token, {**GROUP, "launchTemplate": TEMPLATE}),
        (eks_node_groups.NODE_GROUP.token, {**GROUP, "diskSize": 100}),
        (eks_node_groups.NODE_GROUP.token, {**GROUP, "scalingConfig": {**SIZES, "desiredSize": UNKNOWN}}),
        (eks_node_groups.NODE_GROUP.token, {**GROUP, "updateConfig": {"maxUnavailablePercentage": 33}}),
        (eks_node_groups.NODE_GROUP.token, {**GROUP, "capacityType": "CAPACITY_BLOCK", "launchTemplate": TEMPLATE}),
        (ec2_routes.ROUTE.token, {**ROUTE, "destinationCidrBlock": "0.0.0.0/0", "gatewayId": UNKNOWN}),
        (ec2_routes.ROUTE_TABLE_ASSOCIATION.token, {"routeTableId": UNKNOWN, "subnetId": UNKNOWN}),
        (ec2_flow_logs.FLOW_LOG.token, LOG),
        (ec2_flow_logs.FLOW_LOG.token, {"vpcId": UNKNOWN, "logDestinationType": "s3"}),
        (ec2_security_groups.INGRESS_RULE.token, {**RULE, "cidrIpv4": "10.0.0.0/8"}),
        (kms.KEY.token, {"enableKeyRotation": True, "rotationPeriodInDays": 90}),
        (eks.CLUSTER.token, {"roleArn": UNKNOWN, "vpcConfig": {"subnetIds": [UNKNOWN], "endpointPrivateAccess": True}}),
        (
            eks_access.ACCESS_ENTRY.token,
            {"clusterName": "main", "principalArn": f"arn:aws:iam::{ACCOUNT}:role/team/admins"},
        ),
        (ec2_endpoints.VPC_ENDPOINT.token, {**ENDPOINT, "routeTableIds": [UNKNOWN]}),
        (ec2_endpoints.VPC_ENDPOINT.token, {**ENDPOINT, "vpcEndpointType": "Interface", "subnetIds": [UNKNOWN]}),
        (
            ec2_endpoints.VPC_ENDPOINT.token,
            {**ENDPOINT, "serviceName": "com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0"},
        ),
        (ec2_network.NAT_GATEWAY.token, {"subnetId": UNKNOWN, "allocationId": UNKNOWN}),
    ],
)
def test_what_goes_together_passes(account: Account, type: str, inputs: dict[str, Any]) -> None:
    assert account.check(type, inputs) == []


@pytest.mark.parametrize(
    ("type", "inputs", "path", "words"),
    [
        (s3.BUCKET.token, {"region": "eu-west-1"}, "region", "would leak out of it"),
        (
            eks_node_groups.NODE_GROUP.token,
            {**GROUP, "launchTemplate": TEMPLATE, "diskSize": 20},
            "diskSize",
            "with a launch template",
        ),
        (
            eks_node_groups.NODE_GROUP.token,
            {**GROUP, "launchTemplate": TEMPLATE, "remoteAccess": {"ec2SshKey": "k"}},
            "remoteAccess",
            "with a launch template",
        ),
        (
            eks_node_groups.NODE_GROUP.token,
            {**GROUP, "launchTemplate": {**TEMPLATE, "name": "t"}},
            "launchTemplate.id",
            "exactly one of id, name",
        ),
        (
            eks_node_groups.NODE_GROUP.token,
            {**GROUP, "capacityType": "CAPACITY_BLOCK"},
            "capacityType",
            "needs a launch template",
        ),
        (
            eks_node_groups.NODE_GROUP.token,
            {
                **GROUP,
                "capacityType": "CAPACITY_BLOCK",
                "launchTemplate": TEMPLATE,
                "instanceTypes": ["p5.48xlarge"],
            },
            "instanceTypes",
            "the launch template names the instance type",
        ),
        (
            eks_node_groups.NODE_GROUP.token,
            {**GROUP, "amiType": "CUSTOM", "version": "1.33"},
            "amiType",
            "CUSTOM images",
        ),
        (
            eks_node_groups.NODE_GROUP.token,
            {**GROUP, "scalingConfig": {**SIZES, "desiredSize": 4}},
            "scalingConfig.desiredSize",
            "at most maxSize: 4 > 3",
        ),
        (
            eks_node_groups.NODE_GROUP.token,
            {**GROUP, "scalingConfig": {**SIZES, "desiredSize": 0}},
            "scalingConfig.desiredSize",
            "at least minSize: 1 > 0",
        ),
        (
            eks_node_groups.NODE_GROUP.token,
            {**GROUP, "scalingConfig": {"minSize": 4, "desiredSize": UNKNOWN, "maxSize": 3}},
            "scalingConfig.minSize",
            "must not exceed maxSize: 4 > 3",
        ),
        (
            eks_node_groups.NODE_GROUP.token,
            {**GROUP, "updateConfig": {"maxUnavailable": 1, "maxUnavailablePercentage": 33}},
            "updateConfig.maxUnavailable",
            "exactly one of",
        ),
        (ec2_routes.ROUTE.token, {**ROUTE, "gatewayId": UNKNOWN}, "destinationCidrBlock", "not none"),
        (
            ec2_routes.ROUTE.token,
            {**ROUTE, "destinationCidrBlock": "0.0.0.0/0", "gatewayId": UNKNOWN, "natGatewayId": UNKNOWN},
            "gatewayId",
            "not gatewayId and natGatewayId",
        ),
        (
            ec2_routes.ROUTE_TABLE_ASSOCIATION.token,
            {"routeTableId": UNKNOWN},
            "subnetId",
            "exactly one of subnetId, gatewayId",
        ),
        (ec2_flow_logs.FLOW_LOG.token, {"iamRoleArn": UNKNOWN}, "vpcId", "exactly one of vpcId"),
        (ec2_flow_logs.FLOW_LOG.token, {"vpcId": UNKNOWN}, "iamRoleArn", "DeliverLogsPermissionArn"),
        (ec2_security_groups.INGRESS_RULE.token, RULE, "cidrIpv4", "exactly one of"),
        (
            ec2_security_groups.EGRESS_RULE.token,
            {**RULE, "ipProtocol": "-1", "cidrIpv4": "0.0.0.0/0"},
            "fromPort",
            "all protocols",
        ),
        (kms.KEY.token, {"rotationPeriodInDays": 90}, "rotationPeriodInDays", "needs enableKeyRotation"),
        (
            eks.CLUSTER.token,
            {"roleArn": UNKNOWN, "vpcConfig": {"subnetIds": [UNKNOWN], "endpointPublicAccess": False}},
            "vpcConfig.endpointPrivateAccess",
            "cannot both be off",
        ),
        (
            eks_access.ACCESS_ENTRY.token,
            {"clusterName": "main", "principalArn": "arn:aws:iam::444455556666:role/admins"},
            "principalArn",
            f"is of account 444455556666; allowed: {ACCOUNT}",
        ),
        (
            eks_access.ACCESS_ENTRY.token,
            {"clusterName": "main", "principalArn": "admins"},
            "principalArn",
            "not the ARN",
        ),
        (ec2_endpoints.VPC_ENDPOINT.token, {**ENDPOINT, "subnetIds": [UNKNOWN]}, "subnetIds", "of type Gateway"),
        (
            ec2_endpoints.VPC_ENDPOINT.token,
            {**ENDPOINT, "vpcEndpointType": "Interface", "routeTableIds": [UNKNOWN]},
            "routeTableIds",
            "of type Interface",
        ),
        (
            ec2_endpoints.VPC_ENDPOINT.token,
            {**ENDPOINT, "serviceName": "com.amazonaws.eu-west-1.s3"},
            "serviceName",
            "is a service of eu-west-1",
        ),
        (
            ec2_endpoints.VPC_ENDPOINT.token,
            {**ENDPOINT, "serviceName": "s3"},
            "serviceName",
            "com.amazonaws.<region>.<service>",
        ),
        (ec2_network.NAT_GATEWAY.token, {"subnetId": UNKNOWN}, "allocationId", "needs an allocation ID"),
    ],
)
def test_what_does_not_is_refused(account: Account, type: str, inputs: dict[str, Any], path: str, words: str) -> None:
    [failure] = account.check(type, inputs)

    assert failure.path == path
    assert words in failure.reason


def test_nothing_is_said_of_a_provider_that_is_not_known_yet(account: Account) -> None:
    pending = account.cloud.configure({"region": UNKNOWN})

    checked = account.cloud.check(pending, "urn:pulumi:a::b::c::d", s3.BUCKET.token, {}, {"region": "eu-west-1"})

    assert checked.failures == []
