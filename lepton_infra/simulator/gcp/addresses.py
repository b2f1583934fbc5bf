"""Networks of Compute Engine: address ranges that fit, and parts that belong to the same network."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from typing import Any

from lepton_infra.simulator.behaviour import Call, CloudError, Stored
from lepton_infra.simulator.gcp import tokens
from lepton_infra.simulator.gcp.made import in_the_project, is_end, named


def subnetwork(call: Call) -> None:
    """No range of a subnetwork overlaps another of its network, whichever region that is in."""
    network = named(call, tokens.NETWORK, call.inputs["network"])
    if network is None:
        return
    mine = list(ranges(call.inputs))
    for index, (name, wanted) in enumerate(mine):
        for other, taken in mine[:index]:
            if wanted.overlaps(taken):
                raise _conflict(name, wanted, f"its own range {other}", taken)
    for other_subnetwork in of_network(call, network):
        for _, taken in ranges(other_subnetwork.inputs):
            for name, wanted in mine:
                if wanted.overlaps(taken):
                    raise _conflict(name, wanted, f"subnetwork '{other_subnetwork.id}'", taken)
    _control_planes(call, network, mine)
    _expansion(call)


def _control_planes(call: Call, network: Stored, mine: list[tuple[str, ipaddress.IPv4Network]]) -> None:
    for cluster in in_the_project(call, tokens.CLUSTER):
        taken = (cluster.inputs.get("privateClusterConfig") or {}).get("masterIpv4CidrBlock")
        if taken is None or not is_end(str(cluster.inputs.get("network")), network):
            continue
        for name, wanted in mine:
            if wanted.overlaps(ipaddress.IPv4Network(taken)):
                raise _conflict(name, wanted, f"the control plane of '{cluster.id}'", ipaddress.IPv4Network(taken))


def _expansion(call: Call) -> None:
    """In place a primary range can only grow."""
    before = call.old.inputs.get("ipCidrRange") if call.old else None
    after = call.inputs.get("ipCidrRange")
    if before is None or after is None:
        return
    if not ipaddress.IPv4Network(before).subnet_of(ipaddress.IPv4Network(after)):
        raise CloudError("invalid", f"Invalid IPCidrRange: {after} does not contain the present range {before}")


def ranges(inputs: Mapping[str, Any]) -> Iterator[tuple[str, ipaddress.IPv4Network]]:
    """The ranges of a subnetwork by name; the primary one is called ``ipCidrRange``."""
    if inputs.get("ipCidrRange"):
        yield "ipCidrRange", ipaddress.IPv4Network(inputs["ipCidrRange"])
    for entry in inputs.get("secondaryIpRanges") or ():
        if entry.get("ipCidrRange"):
            yield entry["rangeName"], ipaddress.IPv4Network(entry["ipCidrRange"])


def of_network(call: Call, network: Stored) -> Iterator[Stored]:
    """The subnetworks of a network in all regions, but for the one that the call is about."""
    for other in in_the_project(call, tokens.SUBNETWORK):
        itself = call.old is not None and other.id == call.old.id
        if not itself and is_end(str(other.inputs["network"]), network):
            yield other


def router_nat(call: Call) -> None:
    """The subnetworks of a NAT gateway are in its router's network, and each has one gateway."""
    router = named(call, tokens.ROUTER, call.inputs["router"])
    if router is None:
        return
    for entry in call.inputs.get("subnetworks") or ():
        found = named(call, tokens.SUBNETWORK, entry["name"])
        if found is not None and not same_network(call, router, found):
            raise CloudError(
                "invalid",
                f"Invalid value for field 'nats.subnetworks': '{found.id}' is not in the network of {router.id}",
            )


def same_network(call: Call, *parts: Stored) -> bool:
    """Whether parts name the same network, each in its own way."""
    networks = [named(call, tokens.NETWORK, str(part.inputs.get("network"))) for part in parts]
    return len({network.id for network in networks if network is not None}) <= 1


def _conflict(name: str, wanted: ipaddress.IPv4Network, where: str, taken: ipaddress.IPv4Network) -> CloudError:
    return CloudError("invalid", f"Invalid IPCidrRange: {name} {wanted} conflicts with {where}, which has {taken}")
