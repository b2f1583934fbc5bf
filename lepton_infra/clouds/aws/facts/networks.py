"""Facts about VPCs, rules of security groups, and listeners."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from lepton_infra.compliance.facts import Listener, Network, Opening
from lepton_infra.compliance.graph.graph import UNKNOWN, Graph, Resource, Seen, Unknown
from lepton_infra.compliance.graph.paths import items
from lepton_infra.compliance.graph.three_valued import concluded, every, on, some

VPC = "aws:ec2/vpc:Vpc"
DEFAULT_VPC = "aws:ec2/defaultVpc:DefaultVpc"
FLOW_LOG = "aws:ec2/flowLog:FlowLog"
ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
DEFAULT_GROUP = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
GROUPS = ("aws:ec2/securityGroup:SecurityGroup", DEFAULT_GROUP)
RULE = "aws:ec2/securityGroupRule:SecurityGroupRule"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
BALANCERS = ("aws:lb/loadBalancer:LoadBalancer", "aws:alb/loadBalancer:LoadBalancer")
LISTENERS = ("aws:lb/listener:Listener", "aws:alb/listener:Listener")
WEB_ACL = "aws:wafv2/webAcl:WebAcl"
WEB_ACL_ASSOCIATION = "aws:wafv2/webAclAssociation:WebAclAssociation"
DISTRIBUTION = "aws:cloudfront/distribution:Distribution"
TYPES = frozenset(
    {VPC, DEFAULT_VPC, FLOW_LOG, ENDPOINT, *GROUPS, RULE, INGRESS, EGRESS, *BALANCERS, *LISTENERS, WEB_ACL}
    | {WEB_ACL_ASSOCIATION, DISTRIBUTION}
)

_SERVICES = {"s3": "objects", "ecr.api": "registry", "ecr.dkr": "registry", "sts": "identity", "kms": "keys"} | {
    "logs": "logs"
}
_BOTH = {"ecr.api", "ecr.dkr"}
"""A registry is reached privately only if both its API and its images are."""
_POLICY = re.compile(r"ELBSecurityPolicy-(?:TLS13-1-(?P<new>[0-3])|(?:TLS|FS)-1-(?P<old>[0-2]))")
_OLDEST_TLS = "1.0"
"""What a load balancer takes under ``ELBSecurityPolicy-2016-08``, its default, and under older ones."""


def read_networks(graph: Graph) -> Iterator[Network]:
    """Every private network."""
    for vpc in graph.of(VPC, DEFAULT_VPC):
        flow = [each for each in graph.of(FLOW_LOG) if vpc in graph.refers(each, "vpcId", VPC, DEFAULT_VPC)]
        complete = some(*(concluded(each.get("trafficType", "ALL"), lambda value: value == "ALL") for each in flow))
        yield Network(
            resource=vpc,
            flow_logs=(flow or [vpc])[0].says(complete, "trafficType"),
            private_services=_private_services(graph, vpc),
            default_open=_default_open(graph, vpc),
        )


def _private_services(graph: Graph, vpc: Resource) -> Seen[frozenset[str]]:
    there = set()
    for endpoint in graph.of(ENDPOINT):
        if vpc in graph.refers(endpoint, "vpcId", VPC, DEFAULT_VPC):
            name = endpoint.get("serviceName", "")
            if isinstance(name, Unknown):
                return endpoint.says(UNKNOWN, "serviceName")
            there.add(re.sub(r"^(com|cn\.com|aws\.api)\.amazonaws\.[a-z0-9-]+\.", "", str(name)))
    there = {name for name in there if name not in _BOTH or there >= _BOTH}
    return vpc.says(frozenset(_SERVICES[name] for name in there if name in _SERVICES))


def _default_open(graph: Graph, vpc: Resource) -> Seen[bool]:
    """The group that comes with a network lets its members in and everything out until a program empties it."""
    for group in graph.of(DEFAULT_GROUP):
        if vpc in graph.refers(group, "vpcId", VPC, DEFAULT_VPC):
            rules = [*items(group.get("ingress")), *items(group.get("egress"))]
            return group.says(UNKNOWN if UNKNOWN in rules else bool(rules), "ingress")
    return vpc.says(True)


def read_openings(graph: Graph) -> Iterator[Opening]:
    """Every rule of a security group that lets something through."""
    for group in graph.of(*GROUPS):
        for direction in ("ingress", "egress"):
            rules = group.get(direction, [])
            for index, rule in enumerate(items(rules)):
                yield _opening(graph, group, group, direction == "ingress", rule, f"{direction}[{index}]")
    for rule in graph.of(INGRESS, EGRESS, RULE):
        inbound = rule.type == INGRESS or (rule.type == RULE and rule.get("type") == "ingress")
        owners = graph.refers(rule, "securityGroupId", *GROUPS)
        yield _opening(graph, rule, owners[0] if owners else rule, inbound, rule.inputs, "")


_PEERS = (
    "cidrBlocks",
    "ipv6CidrBlocks",
    "prefixListIds",
    "securityGroups",
    "cidrIpv4",
    "cidrIpv6",
    "prefixListId",
    "referencedSecurityGroupId",
    "sourceSecurityGroupId",
)


def _opening(graph: Graph, resource: Resource, group: Resource, inbound: bool, rule: Any, path: str) -> Opening:
    if not isinstance(rule, Mapping):
        peers: list[object] = [UNKNOWN]
        rule = {}
    else:
        peers = [peer for name in _PEERS for peer in items(rule.get(name))]
        peers += ["self"] if rule.get("self") is True else []
    protocol = rule.get("protocol", rule.get("ipProtocol"))
    low, high = (None, None) if protocol in ("-1", "all", -1) else (_port(rule, "fromPort"), _port(rule, "toPort"))
    return Opening(
        resource=resource,
        inbound=inbound,
        peers=resource.says(UNKNOWN if UNKNOWN in peers else frozenset(map(str, peers)), path),
        from_port=low,
        to_port=high,
        workload=not _of_a_balancer(graph, group),
    )


def _port(rule: Mapping[str, Any], name: str) -> int | None:
    value = rule.get(name)
    return value if isinstance(value, int) else int(value) if isinstance(value, str) and value.isdigit() else None


def _of_a_balancer(graph: Graph, group: Resource) -> bool:
    return any(group in graph.refers(each, "securityGroups", *GROUPS) for each in graph.of(*BALANCERS))


def read_listeners(graph: Graph) -> Iterator[Listener]:
    """Listeners of load balancers, and CloudFront distributions."""
    for resource in graph.of(*LISTENERS):
        balancers = graph.refers(resource, "loadBalancerArn", *BALANCERS)
        internal = on(balancers[0].get("internal")) if balancers else UNKNOWN
        at = balancers[0] if balancers else resource
        yield Listener(
            resource=resource,
            public=at.says(
                concluded(internal, lambda value: not value), "internal" if balancers else "loadBalancerArn"
            ),
            minimum_tls=_minimum_tls(resource),
            redirects=_redirects(resource),
            firewall=_firewall(graph, resource, at),
        )
    for resource in graph.of(DISTRIBUTION):
        yield _distribution(graph, resource)


def _minimum_tls(listener: Resource) -> Seen[str | None]:
    if listener.get("protocol", "HTTP") not in ("HTTPS", "TLS"):
        return listener.seen("protocol") if listener.get("protocol") is UNKNOWN else listener.says(None, "protocol")
    return listener.says(concluded(listener.get("sslPolicy", ""), _of_policy), "sslPolicy")


def _of_policy(name: Any) -> str | None:
    found = _POLICY.match(str(name))
    return f"1.{found['new'] or found['old']}" if found else _OLDEST_TLS


def _redirects(listener: Resource) -> bool:
    actions = [each for each in items(listener.get("defaultActions")) if isinstance(each, Mapping)]
    return bool(actions) and all(
        each.get("type") == "redirect" and (each.get("redirect") or {}).get("protocol") == "HTTPS" for each in actions
    )


def _firewall(graph: Graph, listener: Resource, balancer: Resource) -> Seen[bool]:
    for each in graph.of(WEB_ACL_ASSOCIATION):
        if balancer in graph.refers(each, "resourceArn", *BALANCERS):
            acls = graph.refers(each, "webAclArn", WEB_ACL)
            return (acls[0].says(_limits(acls[0]), "rules")) if acls else each.says(UNKNOWN, "webAclArn")
    return listener.says(False)


def _limits(acl: Resource) -> bool | Unknown:
    """Whether one of a firewall's rules bounds how often somebody may ask."""
    rules = items(acl.get("rules"))
    return some(
        *(
            UNKNOWN
            if isinstance(rule, Unknown)
            else (rule.get("statement") or {}).get("rateBasedStatement") is not None
            for rule in rules
            if isinstance(rule, Unknown | Mapping)
        )
    )


def _distribution(graph: Graph, resource: Resource) -> Listener:
    path = "viewerCertificate.minimumProtocolVersion"
    named = resource.get(path, "TLSv1")
    policies = [resource.get("defaultCacheBehavior.viewerProtocolPolicy", "allow-all")]
    policies += [
        resource.get(f"orderedCacheBehaviors[{i}].viewerProtocolPolicy", "allow-all")
        for i, _ in enumerate(items(resource.get("orderedCacheBehaviors")))
    ]
    closed = every(*(concluded(each, lambda value: value != "allow-all") for each in policies))
    lowest = concluded(
        named, lambda value: {"SSLv3": "1.0", "TLSv1": "1.0"}.get(str(value), str(value)[4:].partition("_")[0])
    )
    acls = graph.refers(resource, "webAclId", WEB_ACL)
    return Listener(
        resource=resource,
        public=resource.says(True),
        minimum_tls=resource.says(None if closed is False else UNKNOWN if closed is UNKNOWN else lowest, path),
        redirects=False,
        firewall=(acls[0].says(_limits(acls[0]), "rules")) if acls else resource.says(False, "webAclId"),
    )
