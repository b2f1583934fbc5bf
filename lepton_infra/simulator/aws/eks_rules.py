"""What EKS demands of the things around a cluster. Error codes are those of the EKS API; it answers in free text."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Iterable, Iterator
from typing import Any

from lepton_infra.simulator.aws import tokens
from lepton_infra.simulator.aws.addresses import vpc_of
from lepton_infra.simulator.behaviour import Call, CloudError, Scope, Stored

_API_MODES = ("API", "API_AND_CONFIG_MAP")


def cluster(call: Call) -> None:
    """A cluster spans two zones of one VPC, its services have addresses of their own, and EKS may take its role."""
    subnets = list(_subnets(call.scope, (call.inputs.get("vpcConfig") or {}).get("subnetIds") or ()))
    vpcs = sorted({subnet.inputs["vpcId"] for subnet in subnets})
    if len(vpcs) > 1:
        raise CloudError("InvalidParameterException", f"Subnets specified must be in one VPC, not in {', '.join(vpcs)}")
    zones = sorted({subnet.state["availabilityZone"] for subnet in subnets})
    if len(zones) < 2:
        raise CloudError(
            "InvalidParameterException",
            f"Subnets specified must be in at least two different AZs, not only in {', '.join(zones)}",
        )
    _service_addresses(call, vpcs[0])
    _trusts(call.scope, call.inputs.get("roleArn"), "eks.amazonaws.com")


def _service_addresses(call: Call, vpc_id: str) -> None:
    services = (call.inputs.get("kubernetesNetworkConfig") or {}).get("serviceIpv4Cidr")
    vpc = call.scope.find(tokens.VPC, vpc_id)
    if services is None or vpc is None:
        return
    if ipaddress.IPv4Network(services).overlaps(ipaddress.IPv4Network(vpc.inputs["cidrBlock"])):
        raise CloudError(
            "InvalidParameterException",
            f"serviceIpv4Cidr {services} overlaps the VPC's own addresses {vpc.inputs['cidrBlock']}",
        )


def cluster_version(call: Call) -> None:
    """A cluster goes up by one minor version at a time and never back."""
    if call.old is None:
        return
    before, after = call.old.state.get("version"), call.inputs.get("version")
    if before is None or after is None or before == after:
        return
    if _minor(after) != _minor(before) + 1:
        raise CloudError(
            "InvalidParameterException",
            f"Unsupported Kubernetes minor version update from {before} to {after}; allowed: 1.{_minor(before) + 1}",
        )


def node_group(call: Call) -> None:
    """Nodes live in the VPC of their cluster, run no newer Kubernetes, and EC2 may take their role."""
    scope, inputs = call.scope, call.inputs
    owner = scope.find(tokens.CLUSTER, inputs["clusterName"])
    if owner is None:
        return
    home = owner.state["vpcConfig"].get("vpcId")
    for id in inputs.get("subnetIds") or ():
        vpc = vpc_of(scope, id)
        if vpc is not None and home is not None and vpc != home:
            raise CloudError(
                "InvalidParameterException",
                f"Subnet {id} is in {vpc}, not in the VPC of cluster {owner.id}, which is {home}",
            )
    version, newest = inputs.get("version"), owner.state.get("version")
    if version and newest and _minor(version) > _minor(newest):
        raise CloudError(
            "InvalidParameterException",
            f"Nodegroup Kubernetes version {version} is newer than that of its cluster, {newest}",
        )
    _trusts(scope, inputs.get("nodeRoleArn"), "ec2.amazonaws.com")


def launch_template(call: Call) -> None:
    """The template's version exists, and what it says is not said again by the node group."""
    named = call.inputs.get("launchTemplate") or {}
    template = call.scope.find(tokens.LAUNCH_TEMPLATE, str(named.get("id")))
    if template is None:
        return
    version = str(named.get("version", ""))
    if version.isdigit() and int(version) > int(template.state["latestVersion"]):
        raise CloudError(
            "InvalidParameterException",
            f"Could not find version {version} of launch template {template.id}; "
            f"the latest is {template.state['latestVersion']}",
        )
    machine = template.inputs.get("instanceType")
    if machine and call.inputs.get("instanceTypes"):
        raise CloudError(
            "InvalidParameterException",
            f"Instance type {machine} of launch template {template.id} and instanceTypes cannot both be given",
        )
    market = (template.inputs.get("instanceMarketOptions") or {}).get("marketType")
    if call.inputs.get("capacityType") == "CAPACITY_BLOCK" and market != "capacity-block":
        raise CloudError(
            "InvalidParameterException",
            f"CAPACITY_BLOCK needs instanceMarketOptions.marketType capacity-block in launch template {template.id}",
        )


def access(call: Call) -> None:
    """Access entries need a cluster that asks the API for them."""
    owner = call.scope.find(tokens.CLUSTER, call.inputs["clusterName"])
    mode = (owner.state.get("accessConfig") or {}).get("authenticationMode") if owner else None
    if owner is not None and mode not in _API_MODES:
        raise CloudError(
            "InvalidRequestException",
            f"The cluster's authentication mode must be set to one of [{', '.join(_API_MODES)}] to perform this "
            f"operation; that of {owner.id} is {mode}",
        )


def access_policy(call: Call) -> None:
    """A policy is associated with an access entry that is there."""
    name, principal = call.inputs["clusterName"], call.inputs["principalArn"]
    if call.scope.find(tokens.ACCESS_ENTRY, f"{name}:{principal}") is None:
        raise CloudError(
            "ResourceNotFoundException",
            f"The specified principalArn has no access entry in cluster {name}: {principal}",
        )


def pod_identity(call: Call) -> None:
    """The role of a pod trusts EKS Pod Identity."""
    _trusts(call.scope, call.inputs.get("roleArn"), "pods.eks.amazonaws.com")


def addon(call: Call) -> None:
    """So do the roles of an add-on's pods."""
    for association in call.inputs.get("podIdentityAssociations") or ():
        _trusts(call.scope, association.get("roleArn"), "pods.eks.amazonaws.com")


def _trusts(scope: Scope, arn: Any, service: str) -> None:
    """Refuse a role of ours that ``service`` may not take; the roles of others are not looked into."""
    role = next((role for role in scope.everywhere(tokens.ROLE) if role.state.get("arn") == arn), None)
    if role is None:
        return
    trusted = sorted(_trusted(role))
    if service not in trusted:
        raise CloudError(
            "InvalidParameterException",
            f"Role with arn {arn} could not be assumed because the trusted entity is not correct: "
            f"it must be {service}, but it is {', '.join(trusted) or 'no service'}",
        )


def _trusted(role: Stored) -> Iterator[str]:
    """The services that a role's trust policy lets in."""
    for statement in _many(json.loads(role.inputs["assumeRolePolicy"])["Statement"]):
        if statement["Effect"] == "Allow" and isinstance(statement.get("Principal"), dict):
            yield from _many(statement["Principal"].get("Service", []))


def _many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _subnets(scope: Scope, ids: Iterable[str]) -> Iterator[Stored]:
    for id in ids:
        found = scope.find(tokens.SUBNET, id)
        if found is not None:
            yield found


def _minor(version: str) -> int:
    return int(version.partition(".")[2])
