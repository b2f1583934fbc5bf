"""Amazon EC2's security groups, a VPC's default one among them, and their rules."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from lepton_infra.simulator.aws.ec2_membership import same_vpc
from lepton_infra.simulator.aws.ec2_network import SECURITY_GROUP_ID, VPC, VPC_IN_USE, owned
from lepton_infra.simulator.aws.identifiers import Name, ec2_identifiers
from lepton_infra.simulator.aws.input_rules import Findings, exactly_one
from lepton_infra.simulator.aws.places import Place
from lepton_infra.simulator.aws.resource_type import AwsType, OfRequest, Request, Unique
from lepton_infra.simulator.behaviour import Call, Failure, Properties
from lepton_infra.simulator.core.resource_type import InUse, Use, paths
from lepton_infra.simulator.core.uniqueness import same
from lepton_infra.simulator.formats import between, cidr, ipv6_cidr

SECURITY_GROUP_IN_USE: Final = InUse(
    code="DependencyViolation", message="resource {id} has a dependent object: {users}"
)
_PORT: Final = between(-1, 65535)
_DIRECTIONS: Final = {"ingress": "AuthorizeSecurityGroupIngress", "egress": "AuthorizeSecurityGroupEgress"}
_MEMBERS: Final = {
    "protocol": "IpProtocol",
    "cidrBlocks": "IpRanges.CidrIp",
    "description": "IpRanges.Description",
    "ipv6CidrBlocks": "Ipv6Ranges.CidrIpv6",
    "securityGroups": "UserIdGroupPairs.GroupId",
}
_FORMATS: Final = {"cidrBlocks": cidr(), "ipv6CidrBlocks": ipv6_cidr, "fromPort": _PORT, "toPort": _PORT}


def _default_group(call: Call) -> str | None:
    """The group that came with the VPC: this type adopts it and makes none."""
    vpc = call.scope.find(VPC.token, str(call.inputs.get("vpcId")))
    return None if vpc is None else str(vpc.state["defaultSecurityGroupId"])


def _ports(inputs: Properties, place: Place) -> Findings:
    if inputs.get("ipProtocol") == "-1" and (inputs.get("fromPort") is not None or inputs.get("toPort") is not None):
        yield Failure(path="fromPort", reason="InvalidParameterValue: ports cannot be given for all protocols (-1)")


def _no_second_rule() -> Unique:
    """A rule of one direction, by group, protocol, ports and peer."""
    peers = ("cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId")
    parts = ("securityGroupId", "ipProtocol", "fromPort", "toPort", *peers)
    return Unique(
        code="InvalidPermission.Duplicate",
        message="the specified rule of {securityGroupId} already exists: {id}",
        key=lambda inputs: tuple(str(inputs.get(part)) for part in parts),
    )


SECURITY_GROUP: Final = AwsType(
    token="aws:ec2/securityGroup:SecurityGroup",
    identifiers=ec2_identifiers("sg", "security-group", Name()),
    referred_to=SECURITY_GROUP_ID,
    api=Request(
        shape="ec2.CreateSecurityGroup",
        names={
            "name": "GroupName",
            **{name: OfRequest(f"ec2.{operation}.IpPermissions") for name, operation in _DIRECTIONS.items()},
            **{f"{name}.{property}": member for name in _DIRECTIONS for property, member in _MEMBERS.items()},
        },
    ),
    formats={f"{name}.{property}": format for name in _DIRECTIONS for property, format in _FORMATS.items()},
    preconditions=(same_vpc,),
    unique=Unique(
        code="InvalidGroup.Duplicate",
        message="The security group '{name}' already exists for VPC '{vpcId}'",
        key=same("vpcId", "name"),
    ),
    defaults={"description": "Managed by Pulumi", "ingress": [], "egress": [], "revokeRulesOnDelete": False},
    outputs=owned,
    immutable=paths("name namePrefix description vpcId"),
    uses=(Use(target=VPC.token, property="vpcId", refusal=VPC_IN_USE),),
)

DEFAULT_SECURITY_GROUP: Final = replace(
    SECURITY_GROUP,
    token="aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
    identifiers=ec2_identifiers("sg", "security-group"),
    adopts=_default_group,
    preconditions=(),
    unique=None,
    overwrites=True,
    defaults={
        "name": "default",
        "description": "default VPC security group",
        "namePrefix": "",
        "ingress": [],
        "egress": [],
    },
    immutable=paths("vpcId"),
    uses=(),
)

INGRESS_RULE: Final = AwsType(
    token="aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    identifiers=ec2_identifiers("sgr", "security-group-rule"),
    api=Request(
        shape="ec2.AuthorizeSecurityGroupIngress.IpPermissions",
        names={
            "securityGroupId": OfRequest("ec2.AuthorizeSecurityGroupIngress.GroupId"),
            "cidrIpv4": "IpRanges.CidrIp",
            "cidrIpv6": "Ipv6Ranges.CidrIpv6",
            "description": "IpRanges.Description",
            "referencedSecurityGroupId": "UserIdGroupPairs.GroupId",
            "tags": OfRequest("ec2.AuthorizeSecurityGroupIngress.TagSpecifications.Tags"),
        },
    ),
    formats={"cidrIpv4": cidr(), "cidrIpv6": ipv6_cidr, "fromPort": _PORT, "toPort": _PORT},
    input_rules=(exactly_one("cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId"), _ports),
    preconditions=(same_vpc,),
    unique=_no_second_rule(),
    outputs=lambda live: {"securityGroupRuleId": live.id},
    immutable=paths("securityGroupId"),
    uses=(Use(target=SECURITY_GROUP.token, property="referencedSecurityGroupId", refusal=SECURITY_GROUP_IN_USE),),
)

EGRESS_RULE: Final = replace(
    INGRESS_RULE, token="aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", unique=_no_second_rule()
)

TYPES: Final = (DEFAULT_SECURITY_GROUP, SECURITY_GROUP, INGRESS_RULE, EGRESS_RULE)
