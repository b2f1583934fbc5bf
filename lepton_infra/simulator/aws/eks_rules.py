"""What EKS demands of the things around a cluster. Error codes are those of the EKS API; it answers in free text."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Iterable, Iterator
from typing import Any

from lepton_infra.simulator.aws import tokens
from lepton_infra.simulator.behaviour import Call, CloudError, Scope, Stored


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
