from __future__ import annotations

import json

from lepton_infra.clouds.aws.network.endpoints import INTERFACE_ENDPOINTS
from lepton_infra.testing.graph import Graph
from tests.clouds.aws.stacks import stack
from tests.kit.regions import declare

ZONES = ["us-east-1a", "us-east-1b", "us-east-1d"]


def test_every_zone_has_a_private_subnet_with_its_own_way_out(region: Graph) -> None:
    for zone in ZONES:
        subnet = region[f"test-network-private-{zone}"]
        assert subnet["availabilityZone"] == zone
        assert subnet["mapPublicIpOnLaunch"] is False
        nat, address = region[f"test-network-nat-{zone}"], region[f"test-network-nat-{zone}-address"]
        assert nat["allocationId"] == address.id
        assert nat["subnetId"] == region[f"test-network-public-{zone}"].id
        route = region[f"test-network-routes-{zone}-egress"]
        assert (route["destinationCidrBlock"], route["natGatewayId"]) == ("0.0.0.0/0", nat.id)
        association = region[f"test-network-routes-{zone}-association"]
        assert (association["subnetId"], association["routeTableId"]) == (subnet.id, route["routeTableId"])
    assert len(region.of("aws:ec2/natGateway:NatGateway")) == len(ZONES)


def test_only_public_subnets_lead_to_the_internet(region: Graph) -> None:
    (gateway,) = region.of("aws:ec2/internetGateway:InternetGateway")
    table = region["test-network-routes-public"]
    assert region["test-network-routes-public-egress"]["gatewayId"] == gateway.id
    behind = [found for found in region.of("aws:ec2/routeTableAssociation:*") if found["routeTableId"] == table.id]
    assert {found["subnetId"] for found in behind} == {region[f"test-network-public-{zone}"].id for zone in ZONES}


def test_addresses_are_those_of_the_plan_and_stay_when_a_zone_is_added(region: Graph) -> None:
    longer = stack(network={"cidr": "10.16.0.0/16", "zones": [*ZONES, "us-east-1f"]})
    after = declare(longer)
    for subnet in region.of("aws:ec2/subnet:Subnet"):
        assert after[subnet.name]["cidrBlock"] == subnet["cidrBlock"]


def test_subnets_tell_kubernetes_which_load_balancers_they_hold(region: Graph) -> None:
    for zone in ZONES:
        private, public = region[f"test-network-private-{zone}"], region[f"test-network-public-{zone}"]
        assert private["tags"]["kubernetes.io/role/internal-elb"] == "1"
        assert "kubernetes.io/role/elb" not in private["tags"]
        assert public["tags"]["kubernetes.io/role/elb"] == "1"


def test_the_default_security_group_is_closed(region: Graph) -> None:
    (group,) = region.of("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup")
    assert group["ingress"] == []
    assert group["egress"] == []


def test_aws_services_are_reached_privately_and_for_the_own_account(region: Graph) -> None:
    interface = "test-network-endpoint-s3-interface"
    found = [each for each in region.of("aws:ec2/vpcEndpoint:VpcEndpoint") if each.name != interface]
    endpoints = {each["serviceName"]: each for each in found}
    assert set(endpoints) == {f"com.amazonaws.us-east-1.{service}" for service in [*INTERFACE_ENDPOINTS, "s3"]}
    for endpoint in endpoints.values():
        own = json.loads(endpoint["policy"])["Statement"][0]
        assert own["Condition"]["StringEquals"]["aws:PrincipalAccount"] == "111122223333"
    assert endpoints["com.amazonaws.us-east-1.s3"]["vpcEndpointType"] == "Gateway"
    assert len(endpoints["com.amazonaws.us-east-1.s3"]["routeTableIds"]) == len(ZONES)
    assert all(len(endpoints[f"com.amazonaws.us-east-1.{each}"]["subnetIds"]) == 3 for each in INTERFACE_ENDPOINTS)


def test_names_of_s3_lead_to_addresses_of_the_network(region: Graph) -> None:
    inside, gateway = region["test-network-endpoint-s3-interface"], region["test-network-endpoint-s3"]
    assert inside["vpcEndpointType"] == "Interface"
    assert inside["privateDnsEnabled"] is True
    assert inside["dnsOptions"] == {"privateDnsOnlyForInboundResolverEndpoint": False}
    assert len(inside["subnetIds"]) == len(ZONES)
    assert inside["policy"] == gateway["policy"]


def test_a_models_pods_reach_the_network_and_the_agent_of_their_node_and_nothing_else(region: Graph) -> None:
    dns, *others = region["test-serving-cifar10-traffic"]["spec.egress"]
    assert {port["port"] for port in dns["ports"]} == {53}
    opened = [(rule["to"][0]["ipBlock"]["cidr"], rule["ports"][0]["port"]) for rule in others]
    assert opened == [("10.16.0.0/16", 443), ("169.254.170.23/32", 80)]


def test_endpoints_are_open_to_the_network_over_https_only(region: Graph) -> None:
    group = region["test-network-endpoints"]
    (rule,) = group["ingress"]
    assert (rule["fromPort"], rule["toPort"], rule["protocol"]) == (443, 443, "tcp")
    assert rule["cidrBlocks"] == ["10.16.0.0/16"]
    assert group["egress"] == []


def test_all_traffic_is_logged_under_the_regions_key(region: Graph) -> None:
    (flow,) = region.of("aws:ec2/flowLog:FlowLog")
    group = region["test-network-flow-logs"]
    assert flow["trafficType"] == "ALL"
    assert flow["logDestination"] == group.outputs["arn"]
    assert group["kmsKeyId"] == region["test-network-logs-key"].outputs["arn"]


def test_retention_of_logs_is_rounded_up_to_what_is_on_offer() -> None:
    region = declare(stack(retention={"log_days": 200}))
    assert {found["retentionInDays"] for found in region.of("aws:cloudwatch/logGroup:LogGroup")} == {365}
