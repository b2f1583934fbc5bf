"""Amazon VPC flow logs."""

from __future__ import annotations

from typing import Final

from lepton_infra.simulator.aws.identifiers import ec2_identifiers
from lepton_infra.simulator.aws.input_rules import Findings, exactly_one
from lepton_infra.simulator.aws.places import Place
from lepton_infra.simulator.aws.resource_type import AwsType, Request, Unique
from lepton_infra.simulator.behaviour import Failure, Properties
from lepton_infra.simulator.core.resource_type import paths
from lepton_infra.simulator.core.uniqueness import same
from lepton_infra.simulator.formats import one_of


def _role(inputs: Properties, place: Place) -> Findings:
    if inputs.get("logDestinationType", "cloud-watch-logs") == "cloud-watch-logs" and not inputs.get("iamRoleArn"):
        reason = "InvalidParameter: DeliverLogsPermissionArn can't be empty if LogDestinationType is cloud-watch-logs."
        yield Failure(path="iamRoleArn", reason=reason)


FLOW_LOG: Final = AwsType(
    token="aws:ec2/flowLog:FlowLog",
    identifiers=ec2_identifiers("fl", "vpc-flow-log"),
    api=Request(
        shape="ec2.CreateFlowLogs",
        names={
            "iamRoleArn": "DeliverLogsPermissionArn",
            "vpcId": "ResourceIds",
            "subnetId": "ResourceIds",
            "eniId": "ResourceIds",
        },
    ),
    formats={"maxAggregationInterval": one_of(60, 600)},
    input_rules=(exactly_one("vpcId", "subnetId", "eniId", "transitGatewayId", "transitGatewayAttachmentId"), _role),
    unique=Unique(
        code="FlowLogAlreadyExists",
        message="There is an existing Flow Log with the same configuration and log destination: {id}",
        key=same("vpcId", "trafficType", "logDestination"),
    ),
    defaults={"logDestinationType": "cloud-watch-logs", "maxAggregationInterval": 600},
    immutable=paths(
        "vpcId subnetId eniId transitGatewayId transitGatewayAttachmentId regionalNatGatewayId trafficType"
        " logDestination logDestinationType logFormat iamRoleArn deliverCrossAccountRole maxAggregationInterval"
        " destinationOptions"
    ),
)

TYPES: Final = (FLOW_LOG,)
