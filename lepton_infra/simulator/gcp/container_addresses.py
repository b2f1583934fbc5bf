"""Addresses of GKE clusters: ranges of pods, services and control planes, and endpoints."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any, Final

from lepton_infra.simulator.behaviour import Call, CloudError
from lepton_infra.simulator.gcp.compute_network import NETWORK
from lepton_infra.simulator.gcp.compute_subnetwork import SUBNETWORK, of_network, ranges, secondary_ranges
from lepton_infra.simulator.gcp.identifiers import location
from lepton_infra.simulator.gcp.lookups import in_the_project, is_end, named
from lepton_infra.simulator.gcp.resource_type import LiveResource

_RANGE_NAMES: Final = {"clusterSecondaryRangeName": "Pod", "servicesSecondaryRangeName": "Services"}


def in_the_subnetwork(call: Call) -> None:
    """A cluster's subnetwork is in its network and has the secondary ranges that the cluster names."""
    given = call.inputs.get("subnetwork")
    found = named(call, SUBNETWORK, given) if given else None
    if found is None:
        return
    network = named(call, NETWORK, str(call.inputs.get("network")))
    if network is not None and not is_end(str(found.inputs["network"]), network):
        raise CloudError("INVALID_ARGUMENT", f"Subnetwork {found.id} is not in network {network.id}")
    policy = call.inputs.get("ipAllocationPolicy") or {}
    there = secondary_ranges(found)
    for property, what in _RANGE_NAMES.items():
        name = policy.get(property)
        if name is not None and name not in there:
            listed = ", ".join(sorted(there)) or "none"
            raise CloudError(
                "INVALID_ARGUMENT",
                f"{what} secondary range {name!r} does not exist in subnetwork {found.id}; it has {listed}",
            )
    names = [policy[property] for property in _RANGE_NAMES if policy.get(property)]
    if len(names) > len(set(names)):
        raise CloudError("INVALID_ARGUMENT", f"Pods and services cannot share the secondary range {names[0]!r}")


def apart_from_others(call: Call) -> None:
    """The control plane's own range overlaps none of its network and no other control plane's."""
    wanted = (call.inputs.get("privateClusterConfig") or {}).get("masterIpv4CidrBlock")
    network = named(call, NETWORK, str(call.inputs.get("network")))
    if wanted is None or network is None:
        return
    block = ipaddress.IPv4Network(wanted)
    for subnet in of_network(call, network):
        for _, taken in ranges(subnet.inputs):
            if block.overlaps(taken):
                raise CloudError("INVALID_ARGUMENT", f"masterIpv4CidrBlock {block} overlaps {taken} of {subnet.id}")
    for other in in_the_project(call, call.type):
        itself = call.old is not None and other.id == call.old.id
        theirs = (other.inputs.get("privateClusterConfig") or {}).get("masterIpv4CidrBlock")
        if itself or theirs is None or not is_end(str(other.inputs.get("network")), network):
            continue
        if block.overlaps(ipaddress.IPv4Network(theirs)):
            raise CloudError("INVALID_ARGUMENT", f"masterIpv4CidrBlock {block} overlaps {theirs} of {other.id}")


def ranges_of(live: LiveResource) -> dict[str, Any]:
    """The addresses of pods and services: those of the secondary ranges that the cluster names."""
    policy = live.call.inputs.get("ipAllocationPolicy") or {}
    subnetwork = named(live.call, SUBNETWORK, live.call.inputs.get("subnetwork"))
    ranges = secondary_ranges(subnetwork) if subnetwork else {}
    pods = policy.get("clusterIpv4CidrBlock") or ranges.get(str(policy.get("clusterSecondaryRangeName")))
    services = policy.get("servicesIpv4CidrBlock") or ranges.get(str(policy.get("servicesSecondaryRangeName")))
    found: dict[str, Any] = {"ipAllocationPolicy": {"stackType": "IPV4"}}
    if pods:
        found["clusterIpv4Cidr"] = pods
        found["ipAllocationPolicy"]["clusterIpv4CidrBlock"] = pods
    if services:
        found["servicesIpv4Cidr"] = services
        found["ipAllocationPolicy"]["servicesIpv4CidrBlock"] = services
    return found


def public_endpoint(live: LiveResource) -> str:
    """The control plane's address on the internet."""
    return live.public_address("public")


def private_endpoint(live: LiveResource, private: Mapping[str, Any]) -> str:
    """The control plane's address in the network: the second of its own range, or one of the subnetwork's."""
    subnetwork = named(live.call, SUBNETWORK, live.call.inputs.get("subnetwork"))
    range = private.get("masterIpv4CidrBlock") or (subnetwork.inputs.get("ipCidrRange") if subnetwork else None)
    return str(ipaddress.IPv4Network(range)[2]) if range else ""


def dns_endpoint(live: LiveResource) -> str:
    """The control plane's host name."""
    return f"gke-{live.seed('dns')[:32]}-{live.place.number}.{location(live.call)}.gke.goog"
