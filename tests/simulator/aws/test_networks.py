"""Address ranges, zones and parts of networks."""

import ipaddress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lepton_infra.simulator.aws import ec2_endpoints, ec2_network, ec2_routes, ec2_security_groups
from lepton_infra.simulator.behaviour import CloudError
from lepton_infra.simulator.store import Store
from tests.kit.aws_account import Account

SUBNETS = st.tuples(st.integers(0, 255), st.integers(24, 28)).map(
    lambda pair: ipaddress.IPv4Network(f"10.0.{pair[0]}.0/{pair[1]}")
)


@given(st.lists(SUBNETS, min_size=1, max_size=6))
def test_the_subnets_of_a_vpc_never_overlap(wanted: list[ipaddress.IPv4Network]) -> None:
    account = Account(Store())
    vpc = account.vpc()
    taken: list[ipaddress.IPv4Network] = []

    for index, network in enumerate(wanted):
        inputs = {"vpcId": vpc.id, "cidrBlock": str(network)}
        if any(network.overlaps(other) for other in taken):
            with pytest.raises(CloudError, match=r"InvalidSubnet\.Conflict"):
                account.make(ec2_network.SUBNET.token, f"subnet-{index}", **inputs)
        else:
            account.make(ec2_network.SUBNET.token, f"subnet-{index}", **inputs)
            taken.append(network)


@given(st.integers(0, 255), st.integers(16, 28))
def test_a_subnet_lies_in_its_vpc(second: int, length: int) -> None:
    account = Account(Store())
    vpc = account.vpc("10.7.0.0/16")
    inputs = {"vpcId": vpc.id, "cidrBlock": f"10.{second}.0.0/{length}"}

    if second == 7:
        account.make(ec2_network.SUBNET.token, **inputs)
    else:
        with pytest.raises(CloudError, match=r"InvalidSubnet\.Range"):
            account.make(ec2_network.SUBNET.token, **inputs)


def test_two_vpcs_may_have_the_same_addresses(account: Account) -> None:
    account.subnet(account.vpc(name="one"))

    account.subnet(account.vpc(name="two"))


@pytest.mark.parametrize(("zone", "passes"), [("us-east-1f", True), ("us-east-1g", False), ("us-west-2a", False)])
def test_a_zone_is_of_the_region(account: Account, zone: str, passes: bool) -> None:
    failures = account.check(
        ec2_network.SUBNET.token, {"vpcId": account.vpc().id, "cidrBlock": "10.0.0.0/24", "availabilityZone": zone}
    )

    assert [failure.path for failure in failures] == ([] if passes else ["availabilityZone"])
    assert all("us-east-1a, us-east-1b" in failure.reason for failure in failures)


def test_a_nat_needs_an_internet_gateway(account: Account) -> None:
    vpc = account.vpc()
    inputs = {"subnetId": account.subnet(vpc).id, "allocationId": account.make(ec2_network.EIP.token).id}

    with pytest.raises(CloudError, match=r"Gateway\.NotAttached"):
        account.make(ec2_network.NAT_GATEWAY.token, **inputs)
    account.make(ec2_network.INTERNET_GATEWAY.token, vpcId=vpc.id)
    account.make(ec2_network.NAT_GATEWAY.token, **inputs)


def test_a_private_nat_needs_none(account: Account) -> None:
    account.make(ec2_network.NAT_GATEWAY.token, subnetId=account.subnet(account.vpc()).id, connectivityType="private")


def test_parts_of_two_networks_do_not_go_together(account: Account) -> None:
    here, there = account.vpc(name="here"), account.vpc("10.1.0.0/16", "there")
    table = account.make(ec2_routes.ROUTE_TABLE.token, vpcId=here.id)
    gateway = account.make(ec2_network.INTERNET_GATEWAY.token, vpcId=there.id)
    subnet = account.subnet(there)

    refused: list[tuple[str, dict[str, Any]]] = [
        (ec2_routes.ROUTE_TABLE_ASSOCIATION.token, {"routeTableId": table.id, "subnetId": subnet.id}),
        (
            ec2_routes.ROUTE.token,
            {"routeTableId": table.id, "destinationCidrBlock": "0.0.0.0/0", "gatewayId": gateway.id},
        ),
        (
            ec2_endpoints.VPC_ENDPOINT.token,
            {
                "vpcId": here.id,
                "serviceName": "com.amazonaws.us-east-1.ec2",
                "vpcEndpointType": "Interface",
                "subnetIds": [subnet.id],
            },
        ),
        (
            ec2_security_groups.INGRESS_RULE.token,
            {
                "securityGroupId": here.state["defaultSecurityGroupId"],
                "referencedSecurityGroupId": there.state["defaultSecurityGroupId"],
                "ipProtocol": "-1",
            },
        ),
    ]
    for type, inputs in refused:
        with pytest.raises(CloudError, match="belong to different networks"):
            account.make(type, **inputs)


def test_other_text_belongs_to_no_network(account: Account) -> None:
    account.vpc(name="first")
    second = account.vpc("10.1.0.0/16", "second")

    account.make(ec2_security_groups.SECURITY_GROUP.token, name="default", vpcId=second.id, region="us-east-1")


def test_an_endpoint_has_one_subnet_in_a_zone(account: Account) -> None:
    vpc = account.vpc()
    subnets = [account.subnet(vpc, index, zone).id for index, zone in enumerate("aab")]
    inputs = {"vpcId": vpc.id, "serviceName": "com.amazonaws.us-east-1.ec2", "vpcEndpointType": "Interface"}

    with pytest.raises(CloudError, match="DuplicateSubnetsInSameZone"):
        account.make(ec2_endpoints.VPC_ENDPOINT.token, subnetIds=subnets, **inputs)
    account.make(ec2_endpoints.VPC_ENDPOINT.token, subnetIds=subnets[1:], **inputs)
