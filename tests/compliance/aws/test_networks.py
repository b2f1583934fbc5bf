"""Networks, rules of security groups and what answers from outside, in programs that are not ours."""

from __future__ import annotations

from typing import Any

import pytest

from lepton_infra.compliance.facts import Listener, Network, Opening
from lepton_infra.compliance.graph.graph import UNKNOWN, Resource
from tests.compliance.aws.graphs import made, read

VPC = made("aws:ec2/vpc:Vpc", "vpc")


def network(*resources: Resource) -> Network:
    (found,) = read(VPC, *resources).networks
    return found


@pytest.mark.parametrize(
    ("logs", "written"),
    [
        ([made("aws:ec2/flowLog:FlowLog", vpcId="vpc", trafficType="ALL")], True),
        ([made("aws:ec2/flowLog:FlowLog", of={"vpcId": VPC}, trafficType="ALL")], True),
        ([made("aws:ec2/flowLog:FlowLog", vpcId="vpc", trafficType="REJECT")], False),
        ([made("aws:ec2/flowLog:FlowLog", vpcId="other", trafficType="ALL")], False),
        ([], False),
    ],
)
def test_flow_logs(logs: list[Resource], written: bool) -> None:
    assert network(*logs).flow_logs.value is written


def endpoints(*services: Any) -> list[Resource]:
    return [
        made("aws:ec2/vpcEndpoint:VpcEndpoint", f"endpoint-{index}", vpcId="vpc", serviceName=service)
        for index, service in enumerate(services)
    ]


@pytest.mark.parametrize(
    ("services", "reached"),
    [
        (["com.amazonaws.us-east-1.s3"], {"objects"}),
        (["com.amazonaws.us-east-1.ecr.api"], set()),
        (["com.amazonaws.us-east-1.ecr.api", "com.amazonaws.us-east-1.ecr.dkr"], {"registry"}),
        (["com.amazonaws.us-east-1.sts", "com.amazonaws.us-east-1.kms"], {"identity", "keys"}),
        (["com.amazonaws.us-east-1.logs", "com.amazonaws.vpce.us-east-1.vpce-svc-1"], {"logs"}),
        ([UNKNOWN], UNKNOWN),
    ],
)
def test_services_reached_privately(services: list[Any], reached: Any) -> None:
    assert network(*endpoints(*services)).private_services.value == reached


def test_a_network_is_open_by_default_until_its_group_is_emptied() -> None:
    def group(**rules: Any) -> Resource:
        return made("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", vpcId="vpc", **rules)

    assert network().default_open.value is True
    assert network(group(ingress=[], egress=[])).default_open.value is False
    assert network(group(ingress=[{"protocol": "-1", "self": True}])).default_open.value is True
    assert read(made("aws:ec2/defaultVpc:DefaultVpc")).networks[0].default_open.value is True


def opening(*resources: Resource) -> Opening:
    (found,) = read(*resources).openings
    return found


RULE: dict[str, Any] = {"protocol": "tcp", "fromPort": 443, "toPort": 443, "cidrBlocks": ["0.0.0.0/0"]}


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        (made("aws:ec2/securityGroup:SecurityGroup", ingress=[RULE]), (True, {"0.0.0.0/0"}, 443, 443)),
        (
            made("aws:ec2/securityGroup:SecurityGroup", egress=[{**RULE, "protocol": "-1"}]),
            (False, {"0.0.0.0/0"}, None, None),
        ),
        (
            made(
                "aws:ec2/securityGroup:SecurityGroup",
                ingress=[{**RULE, "cidrBlocks": [], "securityGroups": ["sg-1"], "self": True}],
            ),
            (True, {"sg-1", "self"}, 443, 443),
        ),
        (
            made("aws:ec2/securityGroup:SecurityGroup", ingress=[{**RULE, "cidrBlocks": [UNKNOWN]}]),
            (True, UNKNOWN, 443, 443),
        ),
        (made("aws:ec2/securityGroup:SecurityGroup", ingress=UNKNOWN), (True, UNKNOWN, None, None)),
        (
            made(
                "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
                ipProtocol="tcp",
                fromPort=22,
                toPort=22,
                cidrIpv4="10.0.0.0/8",
            ),
            (True, {"10.0.0.0/8"}, 22, 22),
        ),
        (
            made("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", ipProtocol="-1", cidrIpv6="::/0"),
            (False, {"::/0"}, None, None),
        ),
        (
            made("aws:ec2/securityGroupRule:SecurityGroupRule", **{**RULE, "type": "ingress"}),
            (True, {"0.0.0.0/0"}, 443, 443),
        ),
        (
            made("aws:ec2/securityGroupRule:SecurityGroupRule", **{**RULE, "type": "egress"}),
            (False, {"0.0.0.0/0"}, 443, 443),
        ),
    ],
)
def test_what_a_group_lets_through(resource: Resource, expected: tuple[Any, ...]) -> None:
    found = opening(resource)

    assert (found.inbound, found.peers.value, found.from_port, found.to_port) == expected


def test_a_group_of_a_load_balancer_is_no_workloads() -> None:
    group = made("aws:ec2/securityGroup:SecurityGroup", "group", ingress=[RULE])
    balancer = made("aws:lb/loadBalancer:LoadBalancer", "lb", securityGroups=["group"])

    assert opening(group, balancer).workload is False
    assert opening(group).workload is True


BALANCER = made("aws:lb/loadBalancer:LoadBalancer", "lb", outputs={"arn": "arn:lb"})


def listener(*resources: Resource, **inputs: Any) -> Listener:
    (found,) = read(
        BALANCER, *resources, made("aws:lb/listener:Listener", loadBalancerArn="arn:lb", **inputs)
    ).listeners
    return found


@pytest.mark.parametrize(
    ("inputs", "lowest"),
    [
        ({"protocol": "HTTPS", "sslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06"}, "1.2"),
        ({"protocol": "HTTPS", "sslPolicy": "ELBSecurityPolicy-TLS13-1-3-2021-06"}, "1.3"),
        ({"protocol": "HTTPS", "sslPolicy": "ELBSecurityPolicy-TLS13-1-0-2021-06"}, "1.0"),
        ({"protocol": "HTTPS", "sslPolicy": "ELBSecurityPolicy-TLS-1-2-2017-01"}, "1.2"),
        ({"protocol": "TLS", "sslPolicy": "ELBSecurityPolicy-FS-1-2-Res-2020-10"}, "1.2"),
        ({"protocol": "HTTPS", "sslPolicy": "ELBSecurityPolicy-2016-08"}, "1.0"),
        ({"protocol": "HTTPS"}, "1.0"),
        ({"protocol": "HTTPS", "sslPolicy": UNKNOWN}, UNKNOWN),
        ({"protocol": "HTTP"}, None),
        ({}, None),
        ({"protocol": UNKNOWN}, UNKNOWN),
    ],
)
def test_the_lowest_tls_of_a_listener(inputs: dict[str, Any], lowest: Any) -> None:
    assert listener(**inputs).minimum_tls.value == lowest


def test_a_listener_is_as_public_as_its_balancer() -> None:
    def public(*balancers: Resource) -> Any:
        (found,) = read(*balancers, made("aws:lb/listener:Listener", loadBalancerArn="arn:lb")).listeners
        return found.public.value

    inside = made("aws:lb/loadBalancer:LoadBalancer", "lb", outputs={"arn": "arn:lb"}, internal=True)
    assert (public(BALANCER), public(inside), public()) == (True, False, UNKNOWN)


def test_a_listener_may_do_no_more_than_send_on_to_tls() -> None:
    sends = {"type": "redirect", "redirect": {"protocol": "HTTPS", "port": "443", "statusCode": "HTTP_301"}}

    assert listener(protocol="HTTP", defaultActions=[sends]).redirects is True
    assert listener(protocol="HTTP", defaultActions=[sends, {"type": "forward"}]).redirects is False
    assert listener(protocol="HTTP").redirects is False


def test_a_firewall_counts_if_it_bounds_how_often_somebody_asks() -> None:
    def acl(statement: dict[str, Any]) -> Resource:
        rules = [{"name": "r", "priority": 1, "statement": statement}]
        return made("aws:wafv2/webAcl:WebAcl", "acl", outputs={"arn": "arn:acl"}, rules=rules)

    link = made("aws:wafv2/webAclAssociation:WebAclAssociation", resourceArn="arn:lb", webAclArn="arn:acl")
    limits = {"rateBasedStatement": {"limit": 1000}}
    managed = {"managedRuleGroupStatement": {"name": "AWSManagedRulesCommonRuleSet"}}

    assert listener(link, acl(limits)).firewall.value is True
    assert listener(link, acl(managed)).firewall.value is False
    assert listener(acl(limits)).firewall.value is False
    assert listener(link).firewall.value is UNKNOWN


@pytest.mark.parametrize(
    ("policy", "version", "lowest"),
    [
        ("redirect-to-https", "TLSv1.2_2021", "1.2"),
        ("https-only", "TLSv1", "1.0"),
        ("allow-all", "TLSv1.2_2021", None),
    ],
)
def test_a_distribution_answers_at_the_edge(policy: str, version: str, lowest: Any) -> None:
    (found,) = read(
        made(
            "aws:cloudfront/distribution:Distribution",
            defaultCacheBehavior={"viewerProtocolPolicy": policy},
            viewerCertificate={"minimumProtocolVersion": version},
        )
    ).listeners

    assert (found.public.value, found.minimum_tls.value, found.firewall.value) == (True, lowest, False)
