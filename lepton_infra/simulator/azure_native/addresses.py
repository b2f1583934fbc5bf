"""Address ranges of networks and clusters that have to fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Network
from typing import Any

from lepton_infra.simulator.azure_native import tokens
from lepton_infra.simulator.azure_native.identity import at, resource_id
from lepton_infra.simulator.azure_native.resource_ids import lookup, within
from lepton_infra.simulator.behaviour import Call, CloudError, Stored


def virtual_network(call: Call) -> None:
    """Subnets, given inline or one by one, stay inside the network and apart."""
    space = _space(call.inputs)
    subnets = [(str(part["name"]), cidr) for part in call.inputs.get("subnets") or () for cidr in _ranges(part)]
    if call.old is not None:
        apart = (stored for stored in call.scope.all(tokens.SUBNET) if within(stored.id, call.old.id))
        named = {name for name, _ in subnets}
        subnets += [
            (str(stored.inputs["subnetName"]), cidr)
            for stored in apart
            if stored.inputs["subnetName"] not in named
            for cidr in _ranges(stored.inputs)
        ]
    for index, (name, cidr) in enumerate(subnets):
        _inside(name, cidr, space, "the network")
        _apart(name, cidr, subnets[:index])


def subnet(call: Call) -> None:
    """A subnet lies inside its network and overlaps no other."""
    id = resource_id(call)
    network = lookup(call.scope, id.rpartition("/subnets/")[0])
    if network is None:
        return
    others = [
        (str(other.inputs["subnetName"]), cidr)
        for other in call.scope.all(tokens.SUBNET)
        if within(other.id, network.id) and other.id.lower() != id.lower()
        for cidr in _ranges(other.inputs)
    ]
    others += [
        (str(part["name"]), cidr)
        for part in network.inputs.get("subnets") or ()
        if part.get("name") != call.inputs["subnetName"]
        for cidr in _ranges(part)
    ]
    for cidr in _ranges(call.inputs):
        _inside(str(call.inputs["subnetName"]), cidr, _space(network.inputs), network.id)
        _apart(str(call.inputs["subnetName"]), cidr, others)


def cluster(call: Call) -> None:
    """The addresses of pods and services are not those of the network that the nodes are in."""
    profile = call.inputs.get("networkProfile") or {}
    for network in _networks(call):
        for taken in _space(network.inputs):
            for property, code in _CLUSTER_RANGES.items():
                own = profile.get(property)
                if own is not None and IPv4Network(own).overlaps(taken):
                    raise CloudError(code, f"networkProfile.{property} {own} overlaps {taken} of {network.id}")


_CLUSTER_RANGES: Mapping[str, str] = {
    "serviceCidr": "ServiceCidrOverlapExistingSubnetsCidr",
    "podCidr": "InvalidParameter",
}


def _networks(call: Call) -> Iterator[Stored]:
    ids = {at(pool, "vnetSubnetID") for pool in call.inputs.get("agentPoolProfiles") or ()}
    for id in sorted(id for id in ids if isinstance(id, str)):
        network = lookup(call.scope, id.rpartition("/subnets/")[0])
        if network is not None:
            yield network


def _space(network: Mapping[str, Any]) -> list[IPv4Network]:
    return [IPv4Network(cidr) for cidr in at(network, "addressSpace", "addressPrefixes") or () if ":" not in cidr]


def _ranges(subnet: Mapping[str, Any]) -> list[IPv4Network]:
    given = [subnet["addressPrefix"]] if subnet.get("addressPrefix") else subnet.get("addressPrefixes") or []
    return [IPv4Network(cidr) for cidr in given if ":" not in cidr]


def _inside(name: str, cidr: IPv4Network, space: list[IPv4Network], where: str) -> None:
    if not any(cidr.subnet_of(range) for range in space):
        listed = ", ".join(map(str, space)) or "none"
        raise CloudError(
            "NetcfgSubnetRangeOutsideVnet",
            f"Subnet '{name}' is not valid because its IP address range {cidr} is outside the IP address range of "
            f"{where}, which is {listed}.",
        )


def _apart(name: str, cidr: IPv4Network, others: list[tuple[str, IPv4Network]]) -> None:
    for other, taken in others:
        if cidr.overlaps(taken):
            raise CloudError(
                "NetcfgSubnetRangesOverlap",
                f"Subnet '{name}' is not valid because its IP address range {cidr} overlaps with that of an existing "
                f"subnet '{other}', {taken}.",
            )
