"""Address ranges of networks and subnets that have to fit."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Network
from typing import Any

from lepton_infra.simulator.behaviour import CloudError
from lepton_infra.simulator.core.paths import at


def address_space(network: Mapping[str, Any]) -> list[IPv4Network]:
    """The IPv4 ranges of a network."""
    return [IPv4Network(cidr) for cidr in at(network, "addressSpace.addressPrefixes") or () if ":" not in cidr]


def address_ranges(subnet: Mapping[str, Any]) -> list[IPv4Network]:
    """The IPv4 ranges of a subnet, however they are given."""
    given = [subnet["addressPrefix"]] if subnet.get("addressPrefix") else subnet.get("addressPrefixes") or []
    return [IPv4Network(cidr) for cidr in given if ":" not in cidr]


def require_inside(name: str, cidr: IPv4Network, space: list[IPv4Network], where: str) -> None:
    """Refuse a range outside of its network's.

    Raises:
        CloudError: ``NetcfgSubnetRangeOutsideVnet``.
    """
    if not any(cidr.subnet_of(range) for range in space):
        listed = ", ".join(map(str, space)) or "none"
        raise CloudError(
            "NetcfgSubnetRangeOutsideVnet",
            f"Subnet '{name}' is not valid because its IP address range {cidr} is outside the IP address range of "
            f"{where}, which is {listed}.",
        )


def require_apart(name: str, cidr: IPv4Network, others: list[tuple[str, IPv4Network]]) -> None:
    """Refuse a range that another subnet has.

    Raises:
        CloudError: ``NetcfgSubnetRangesOverlap``.
    """
    for other, taken in others:
        if cidr.overlaps(taken):
            raise CloudError(
                "NetcfgSubnetRangesOverlap",
                f"Subnet '{name}' is not valid because its IP address range {cidr} overlaps with that of an existing "
                f"subnet '{other}', {taken}.",
            )
