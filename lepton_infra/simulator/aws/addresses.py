"""Networks of EC2: address ranges that fit, and parts that belong to the same VPC."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator
from typing import Any, Final

from lepton_infra.simulator.aws import tokens
from lepton_infra.simulator.behaviour import Call, CloudError, Scope, Stored


def subnet(call: Call) -> None:
    """A subnet lies inside its VPC and overlaps no other."""
    vpc = call.scope.find(tokens.VPC, call.inputs["vpcId"])
    cidr = call.inputs.get("cidrBlock")
    if vpc is None or cidr is None:
        return
    wanted = ipaddress.IPv4Network(cidr)
    if not wanted.subnet_of(ipaddress.IPv4Network(vpc.inputs["cidrBlock"])):
        raise CloudError(
            "InvalidSubnet.Range", f"The CIDR '{cidr}' is invalid: {vpc.id} has {vpc.inputs['cidrBlock']}."
        )
    for other in call.scope.all(tokens.SUBNET):
        taken = other.inputs.get("cidrBlock")
        if other.inputs["vpcId"] != vpc.id or taken is None or (call.old is not None and other.id == call.old.id):
            continue
        if wanted.overlaps(ipaddress.IPv4Network(taken)):
            raise CloudError(
                "InvalidSubnet.Conflict", f"The CIDR '{cidr}' conflicts with another subnet: {other.id} has {taken}"
            )


def same_vpc(call: Call) -> None:
    """Everything in EC2 that a resource names lies in one VPC."""
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
    brought = (vpc for vpc in scope.all(tokens.VPC) if id in {vpc.state.get(name) for name in _WITH_A_VPC})
    return next((vpc.id for vpc in brought), None)


def _vpc(scope: Scope, stored: Stored) -> str | None:
    if stored.type == tokens.VPC:
        return stored.id
    if stored.type == tokens.NAT_GATEWAY:
        return vpc_of(scope, str(stored.inputs.get("subnetId")))
    vpc = stored.inputs.get("vpcId")
    return vpc if isinstance(vpc, str) else None


_WITH_A_VPC: Final = ("defaultSecurityGroupId", "mainRouteTableId")
_IN_A_VPC: Final = (
    tokens.VPC,
    tokens.SUBNET,
    tokens.ROUTE_TABLE,
    tokens.INTERNET_GATEWAY,
    tokens.NAT_GATEWAY,
    tokens.SECURITY_GROUP,
)


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
