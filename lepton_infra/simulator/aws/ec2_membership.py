"""VPC membership of EC2's network parts, and the precondition that all parts which a resource names share one VPC."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from lepton_infra.simulator.behaviour import Call, CloudError, Scope, Stored

VPC: Final = "aws:ec2/vpc:Vpc"
NAT_GATEWAY: Final = "aws:ec2/natGateway:NatGateway"
_IN_A_VPC: Final = (
    VPC,
    "aws:ec2/subnet:Subnet",
    "aws:ec2/routeTable:RouteTable",
    "aws:ec2/internetGateway:InternetGateway",
    NAT_GATEWAY,
    "aws:ec2/securityGroup:SecurityGroup",
)
_WITH_A_VPC: Final = ("defaultSecurityGroupId", "mainRouteTableId")


def same_vpc(call: Call) -> None:
    """All parts of a network that a resource names lie in one VPC."""
    homes = {vpc: id for id, vpc in _homes(call.scope, _ids(call.inputs))}
    if len(homes) > 1:
        listed = ", ".join(f"{id} in {vpc}" for vpc, id in sorted(homes.items()))
        raise CloudError("InvalidParameterValue", f"these belong to different networks: {listed}")


def vpc_of(scope: Scope, id: str) -> str | None:
    """The VPC that a part of a network belongs to; None if it is no such part, or hangs on none."""
    for type in _IN_A_VPC:
        found = scope.find(type, id)
        if found is not None:
            return _vpc(scope, found)
    brought = (vpc for vpc in scope.all(VPC) if id in {vpc.state.get(name) for name in _WITH_A_VPC})
    return next((vpc.id for vpc in brought), None)


def _vpc(scope: Scope, stored: Stored) -> str | None:
    if stored.type == VPC:
        return stored.id
    if stored.type == NAT_GATEWAY:
        return vpc_of(scope, str(stored.inputs.get("subnetId")))
    vpc = stored.inputs.get("vpcId")
    return vpc if isinstance(vpc, str) else None


def _homes(scope: Scope, ids: Iterable[str]) -> Iterator[tuple[str, str]]:
    for id in ids:
        vpc = vpc_of(scope, id)
        if vpc is not None:
            yield id, vpc


def _ids(inputs: Any) -> Iterator[str]:
    """The texts among the inputs and in their lists."""
    for value in inputs.values():
        if isinstance(value, str):
            yield value
        elif isinstance(value, list):
            yield from (item for item in value if isinstance(item, str))
