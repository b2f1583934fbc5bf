"""Amazon EC2's route tables, their routes and their associations with subnets."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Final

from lepton_infra.simulator.aws.ec2_membership import same_vpc
from lepton_infra.simulator.aws.ec2_network import ROUTE_TABLE_ID, VPC, VPC_IN_USE, dependency, owned
from lepton_infra.simulator.aws.identifiers import Identifiers, ec2_identifiers
from lepton_infra.simulator.aws.input_rules import exactly_one
from lepton_infra.simulator.aws.resource_type import AwsType, OfRequest, Request, Unique
from lepton_infra.simulator.behaviour import Call, Properties
from lepton_infra.simulator.core.resource_type import Use, paths
from lepton_infra.simulator.core.uniqueness import same
from lepton_infra.simulator.formats import cidr, ipv6_cidr

_DESTINATIONS: Final = ("destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId")
_TARGETS: Final = (
    "gatewayId",
    "natGatewayId",
    "carrierGatewayId",
    "coreNetworkArn",
    "egressOnlyGatewayId",
    "localGatewayId",
    "networkInterfaceId",
    "odbNetworkArn",
    "transitGatewayId",
    "vpcEndpointId",
    "vpcPeeringConnectionId",
)


def _destination_checksum(call: Call) -> Mapping[str, str]:
    destinations = [value for name, value in call.inputs.items() if name.startswith("destination") and value]
    return {"crc": str(zlib.crc32(str(destinations[0]).encode()))}


def _destination(inputs: Properties) -> object:
    return tuple(str(inputs.get(name)) for name in ("routeTableId", *_DESTINATIONS))


ROUTE_TABLE: Final = AwsType(
    token="aws:ec2/routeTable:RouteTable",
    identifiers=ec2_identifiers("rtb", "route-table"),
    referred_to=ROUTE_TABLE_ID,
    api=Request(
        shape="ec2.CreateRouteTable",
        names={"routes": OfRequest("ec2.CreateRoute"), "routes.cidrBlock": "DestinationCidrBlock"},
    ),
    defaults={"routes": [], "propagatingVgws": []},
    outputs=owned,
    immutable=paths("vpcId"),
    uses=(Use(target=VPC.token, property="vpcId", refusal=VPC_IN_USE),),
)

ROUTE: Final = AwsType(
    token="aws:ec2/route:Route",
    identifiers=Identifiers(id="r-{routeTableId}{crc}", words=_destination_checksum),
    api=Request(shape="ec2.CreateRoute"),
    formats={"destinationCidrBlock": cidr(), "destinationIpv6CidrBlock": ipv6_cidr},
    input_rules=(exactly_one(*_DESTINATIONS), exactly_one(*_TARGETS)),
    preconditions=(same_vpc,),
    unique=Unique(code="RouteAlreadyExists", message="The route is already in {routeTableId}: {id}", key=_destination),
    defaults={"origin": "CreateRoute", "state": "active"},
    immutable=frozenset({"routeTableId", *_DESTINATIONS}),
)

ROUTE_TABLE_ASSOCIATION: Final = AwsType(
    token="aws:ec2/routeTableAssociation:RouteTableAssociation",
    identifiers=ec2_identifiers("rtbassoc"),
    api=Request(shape="ec2.AssociateRouteTable"),
    input_rules=(exactly_one("subnetId", "gatewayId"),),
    preconditions=(same_vpc,),
    unique=Unique(
        code="Resource.AlreadyAssociated",
        message="the specified association for route table {routeTableId} conflicts with an existing association: {id}",
        key=same("subnetId"),
    ),
    immutable=paths("subnetId gatewayId"),
    uses=(Use(target=ROUTE_TABLE.token, property="routeTableId", refusal=dependency("routeTable")),),
)

TYPES: Final = (ROUTE_TABLE, ROUTE, ROUTE_TABLE_ASSOCIATION)
