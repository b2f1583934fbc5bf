"""Amazon EC2's networks: VPCs, subnets, internet gateways, elastic IP addresses and NAT gateways."""

from __future__ import annotations

import ipaddress
from typing import Any, Final

from lepton_infra.simulator.aws import ec2_membership
from lepton_infra.simulator.aws.ec2_membership import vpc_of
from lepton_infra.simulator.aws.identifiers import ec2_identifiers, hex17
from lepton_infra.simulator.aws.input_rules import Findings
from lepton_infra.simulator.aws.places import Place, zone_id, zones
from lepton_infra.simulator.aws.resource_type import AwsType, LiveResource, OfRequest, Reference, Request, Unique
from lepton_infra.simulator.behaviour import Call, CloudError, Failure, Properties
from lepton_infra.simulator.core.resource_type import InUse, Use, paths
from lepton_infra.simulator.core.uniqueness import same
from lepton_infra.simulator.formats import cidr

# Addresses set aside for benchmarks (RFC 2544), which nobody on the internet answers on.
_PUBLIC_ADDRESSES: Final = ipaddress.IPv4Network("198.18.0.0/15")


def ec2_reference(prefix: str, code: str, what: str) -> Reference:
    """An id of EC2, with the words in which most of its API refuses one that does not exist."""
    message = f"The {what} '{{given}}' does not exist"
    return Reference(code=f"{code}.NotFound", message=message, generated=True, id_prefix=prefix)


VPC_ID: Final = ec2_reference("vpc", "InvalidVpcID", "vpc ID")
SUBNET_ID: Final = ec2_reference("subnet", "InvalidSubnetID", "subnet ID")
SECURITY_GROUP_ID: Final = ec2_reference("sg", "InvalidGroup", "security group")
ALLOCATION_ID: Final = ec2_reference("eipalloc", "InvalidAllocationID", "allocation ID")
INTERNET_GATEWAY_ID: Final = ec2_reference("igw", "InvalidInternetGatewayID", "internetGateway ID")
ROUTE_TABLE_ID: Final = ec2_reference("rtb", "InvalidRouteTableID", "routeTable ID")
NAT_GATEWAY_ID: Final = Reference(
    code="NatGatewayNotFound", message="NAT gateway {given} was not found", generated=True, id_prefix="nat"
)


def dependency(what: str) -> InUse:
    """EC2's refusal to delete what others depend on."""
    message = f"The {what} '{{id}}' has dependencies and cannot be deleted: {{users}}"
    return InUse(code="DependencyViolation", message=message)


VPC_IN_USE: Final = dependency("vpc")
SUBNET_IN_USE: Final = dependency("subnet")


def _zone(inputs: Properties, place: Place) -> Findings:
    zone = inputs.get("availabilityZone")
    if isinstance(zone, str) and zone not in zones(place.region):
        reason = (
            f'InvalidParameterValue: "{zone}" is no zone of {place.region}; allowed: {", ".join(zones(place.region))}'
        )
        yield Failure(path="availabilityZone", reason=reason)


def _nat_address(inputs: Properties, place: Place) -> Findings:
    public = inputs.get("connectivityType", "public") == "public" and inputs.get("availabilityMode") != "regional"
    if public and inputs.get("allocationId") is None:
        yield Failure(path="allocationId", reason="MissingParameter: a public NAT gateway needs an allocation ID")


def _free_addresses(call: Call) -> None:
    """A subnet lies inside its VPC and overlaps no other."""
    vpc = call.scope.find(VPC.token, call.inputs["vpcId"])
    cidr = call.inputs.get("cidrBlock")
    if vpc is None or cidr is None:
        return
    wanted = ipaddress.IPv4Network(cidr)
    if not wanted.subnet_of(ipaddress.IPv4Network(vpc.inputs["cidrBlock"])):
        raise CloudError(
            "InvalidSubnet.Range", f"The CIDR '{cidr}' is invalid: {vpc.id} has {vpc.inputs['cidrBlock']}."
        )
    for other in call.scope.all(SUBNET.token):
        taken = other.inputs.get("cidrBlock")
        if other.inputs["vpcId"] != vpc.id or taken is None or (call.old is not None and other.id == call.old.id):
            continue
        if wanted.overlaps(ipaddress.IPv4Network(taken)):
            raise CloudError(
                "InvalidSubnet.Conflict", f"The CIDR '{cidr}' conflicts with another subnet: {other.id} has {taken}"
            )


def _attached_gateway(call: Call) -> None:
    """A public NAT needs an internet gateway on its VPC."""
    found = call.scope.find(SUBNET.token, str(call.inputs.get("subnetId")))
    if found is None or call.inputs.get("connectivityType") == "private":
        return
    vpc = found.inputs["vpcId"]
    if not any(gateway.inputs.get("vpcId") == vpc for gateway in call.scope.all(INTERNET_GATEWAY.token)):
        raise CloudError("Gateway.NotAttached", f"Network {vpc} has no Internet gateway attached")


def _no_public_addresses(call: Call) -> None:
    """A gateway stays while public addresses of its network lead through it."""
    assert call.old is not None
    network = call.old.inputs.get("vpcId")
    mapped = [nat.id for nat in call.scope.all(NAT_GATEWAY.token) if vpc_of(call.scope, nat.id) == network]
    if network is not None and mapped:
        raise CloudError(
            "DependencyViolation",
            f"Network {network} has some mapped public address(es). Please unmap those public address(es) before "
            f"detaching the gateway: {', '.join(sorted(mapped))}",
        )


def _vpc_parts(live: LiveResource) -> dict[str, Any]:
    table = f"rtb-{hex17(live.seed('table'))}"
    return {
        "ownerId": live.place.account,
        "defaultSecurityGroupId": f"sg-{hex17(live.seed('group'))}",
        "defaultNetworkAclId": f"acl-{hex17(live.seed('acl'))}",
        "defaultRouteTableId": table,
        "mainRouteTableId": table,
        "dhcpOptionsId": f"dopt-{hex17(live.place.account)}",
        "ipv6AssociationId": "",
    }


def _availability_zone(live: LiveResource) -> dict[str, Any]:
    region = live.place.region
    zone = live.call.inputs.get("availabilityZone") or zones(region)[0]
    return {"ownerId": live.place.account, "availabilityZone": zone, "availabilityZoneId": zone_id(region, zone)}


def _public_address(live: LiveResource) -> dict[str, Any]:
    address = _PUBLIC_ADDRESSES[1 + int(live.seed("address")[:8], 16) % (_PUBLIC_ADDRESSES.num_addresses - 2)]
    dashed = str(address).replace(".", "-")
    return {
        "allocationId": live.id,
        "publicIp": str(address),
        "publicDns": f"ec2-{dashed}.{live.place.region}.compute.{live.place.domain}",
        "networkBorderGroup": live.place.region,
        "publicIpv4Pool": "amazon",
    }


def _nat_addresses(live: LiveResource) -> dict[str, Any]:
    subnet = live.find(SUBNET.token, "subnetId")
    address = live.find(EIP.token, "allocationId")
    outputs = {
        "networkInterfaceId": f"eni-{hex17(live.seed('interface'))}",
        "associationId": f"eipassoc-{hex17(live.seed('association'))}",
    }
    if address is not None:
        outputs["publicIp"] = address.state["publicIp"]
    if subnet is not None:
        # The first four addresses of a subnet are AWS's own.
        network = ipaddress.IPv4Network(subnet.inputs["cidrBlock"])
        outputs["privateIp"] = str(network[4 + int(live.seed("private")[:8], 16) % (network.num_addresses - 5)])
    return outputs


def owned(live: LiveResource) -> dict[str, Any]:
    """The account as the owner."""
    return {"ownerId": live.place.account}


VPC: Final = AwsType(
    token=ec2_membership.VPC,
    identifiers=ec2_identifiers("vpc", "vpc"),
    referred_to=VPC_ID,
    api=Request(shape="ec2.CreateVpc"),
    formats={"cidrBlock": cidr(28, 16)},
    defaults={
        "instanceTenancy": "default",
        "enableDnsSupport": True,
        "enableDnsHostnames": False,
        "enableNetworkAddressUsageMetrics": False,
        "ipv6CidrBlock": "",
        "ipv6CidrBlockNetworkBorderGroup": "",
    },
    outputs=_vpc_parts,
    implies={"defaultSecurityGroupId": SECURITY_GROUP_ID, "mainRouteTableId": ROUTE_TABLE_ID},
    immutable=paths("cidrBlock instanceTenancy ipv4IpamPoolId ipv4NetmaskLength"),
)

SUBNET: Final = AwsType(
    token="aws:ec2/subnet:Subnet",
    identifiers=ec2_identifiers("subnet", "subnet"),
    referred_to=SUBNET_ID,
    api=Request(
        shape="ec2.CreateSubnet",
        names={"privateDnsHostnameTypeOnLaunch": OfRequest("ec2.ModifySubnetAttribute.PrivateDnsHostnameTypeOnLaunch")},
    ),
    formats={"cidrBlock": cidr(28, 16)},
    input_rules=(_zone,),
    preconditions=(_free_addresses,),
    defaults={
        "ipv6CidrBlock": "",
        "ipv6CidrBlockAssociationId": "",
        "mapPublicIpOnLaunch": False,
        "assignIpv6AddressOnCreation": False,
        "privateDnsHostnameTypeOnLaunch": "ip-name",
    },
    outputs=_availability_zone,
    immutable=paths("vpcId cidrBlock availabilityZone availabilityZoneId ipv6Native outpostArn"),
    uses=(Use(target=VPC.token, property="vpcId", refusal=VPC_IN_USE),),
)

INTERNET_GATEWAY: Final = AwsType(
    token="aws:ec2/internetGateway:InternetGateway",
    identifiers=ec2_identifiers("igw", "internet-gateway"),
    referred_to=INTERNET_GATEWAY_ID,
    api=Request(shape="ec2.CreateInternetGateway", names={"vpcId": OfRequest("ec2.AttachInternetGateway.VpcId")}),
    unique=Unique(
        code="Resource.AlreadyAssociated",
        message="network {vpcId} already has an internet gateway attached: {id}",
        key=same("vpcId"),
    ),
    outputs=owned,
    uses=(Use(target=VPC.token, property="vpcId", refusal=VPC_IN_USE),),
    deletion_rules=(_no_public_addresses,),
)

EIP: Final = AwsType(
    token="aws:ec2/eip:Eip",
    identifiers=ec2_identifiers("eipalloc", "elastic-ip"),
    referred_to=ALLOCATION_ID,
    api=Request(
        shape="ec2.AllocateAddress",
        names={
            "instance": OfRequest("ec2.AssociateAddress.InstanceId"),
            "networkInterface": OfRequest("ec2.AssociateAddress.NetworkInterfaceId"),
        },
    ),
    defaults={"domain": "vpc"},
    outputs=_public_address,
    immutable=paths("domain address publicIpv4Pool networkBorderGroup customerOwnedIpv4Pool"),
)

NAT_GATEWAY: Final = AwsType(
    token=ec2_membership.NAT_GATEWAY,
    identifiers=ec2_identifiers("nat"),
    referred_to=NAT_GATEWAY_ID,
    api=Request(shape="ec2.CreateNatGateway", names={"privateIp": "PrivateIpAddress"}),
    input_rules=(_nat_address,),
    preconditions=(_attached_gateway,),
    unique=Unique(
        code="Resource.AlreadyAssociated",
        message="Elastic IP address [{allocationId}] is already associated with {id}",
        key=same("allocationId"),
    ),
    defaults={"connectivityType": "public"},
    outputs=_nat_addresses,
    immutable=paths("allocationId subnetId vpcId connectivityType availabilityMode privateIp"),
    uses=(
        Use(target=SUBNET.token, property="subnetId", refusal=SUBNET_IN_USE),
        Use(
            target=EIP.token,
            property="allocationId",
            refusal=InUse(code="InvalidIPAddress.InUse", message="Address {id} is in use: {users}"),
        ),
    ),
)

TYPES: Final = (VPC, SUBNET, INTERNET_GATEWAY, EIP, NAT_GATEWAY)
