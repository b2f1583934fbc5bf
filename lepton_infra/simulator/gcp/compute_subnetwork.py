"""Subnetworks of Compute Engine: address ranges that fit into their network.

Source of the gateway: VPC documentation, "Subnets".
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from typing import Any, Final

from lepton_infra.simulator.behaviour import Call, CloudError, Failure, Properties, Stored
from lepton_infra.simulator.core.resource_type import paths
from lepton_infra.simulator.formats import between, cidr
from lepton_infra.simulator.gcp import compute, syntax
from lepton_infra.simulator.gcp.compute_network import NETWORK, NETWORK_NAME
from lepton_infra.simulator.gcp.lookups import in_the_project, is_end, named
from lepton_infra.simulator.gcp.places import Place
from lepton_infra.simulator.gcp.resource_type import GcpType, LiveResource, Request

SUBNETWORK_NAME: Final = compute.missing()

# By token: the file of clusters imports this one.
_CLUSTER: Final = "gcp:container/cluster:Cluster"


def _range(inputs: Properties, place: Place) -> Iterator[Failure]:
    """A subnetwork says its own range; only IPv6 ones and those of a reserved range do without."""
    known: dict[str, Any] = {name: inputs.get(name) for name in ("ipCidrRange", "reservedInternalRange", "stackType")}
    if known["ipCidrRange"] is None and known["reservedInternalRange"] is None and known["stackType"] != "IPV6_ONLY":
        yield Failure(path="ipCidrRange", reason="invalid: a subnetwork needs an ipCidrRange")


def _fits(call: Call) -> None:
    """No range of a subnetwork overlaps another of its network, whichever region that is in."""
    network = named(call, NETWORK, call.inputs["network"])
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
    for cluster in in_the_project(call, _CLUSTER):
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
    for other in in_the_project(call, SUBNETWORK.token):
        itself = call.old is not None and other.id == call.old.id
        if not itself and is_end(str(other.inputs["network"]), network):
            yield other


def _conflict(name: str, wanted: ipaddress.IPv4Network, where: str, taken: ipaddress.IPv4Network) -> CloudError:
    return CloudError("invalid", f"Invalid IPCidrRange: {name} {wanted} conflicts with {where}, which has {taken}")


def secondary_ranges(subnetwork: Stored) -> Mapping[str, str]:
    """The secondary ranges of a live subnetwork, by name."""
    return {
        entry["rangeName"]: entry.get("ipCidrRange", "") for entry in subnetwork.inputs.get("secondaryIpRanges") or ()
    }


def _subnetwork(live: LiveResource) -> dict[str, Any]:
    """The gateway is the first address of the range (VPC documentation, "Subnets")."""
    range = live.call.inputs.get("ipCidrRange")
    gateway = {"gatewayAddress": str(ipaddress.IPv4Network(range)[1])} if range else {}
    return {**gateway, "ipv6CidrRange": "", "subnetworkId": int(live.number("subnetwork", 15)), "state": "READY"}


SUBNETWORK: Final = GcpType(
    token="gcp:compute/subnetwork:Subnetwork",
    identifiers=compute.identifiers("regions/{region}/subnetworks"),
    referred_to=SUBNETWORK_NAME,
    api=Request(schema="compute.v1#Subnetwork", names={"logConfig.filterExpr": "filterExpr"}),
    formats={
        "ipCidrRange": cidr(29, 4),
        "secondaryIpRanges.ipCidrRange": cidr(29, 4),
        "secondaryIpRanges.rangeName": syntax.name(63),
        "logConfig.flowSampling": between(0, 1),
    },
    input_rules=(_range,),
    references={"network": NETWORK_NAME},
    preconditions=(_fits,),
    unique=compute.TAKEN,
    defaults={
        "purpose": "PRIVATE",
        "stackType": "IPV4_ONLY",
        "privateIpGoogleAccess": False,
        "privateIpv6GoogleAccess": "DISABLE_GOOGLE_ACCESS",
        "secondaryIpRanges": [],
    },
    outputs=_subnetwork,
    immutable=paths(
        "name network region description externalIpv6Prefix internalIpv6Prefix reservedInternalRange resolveSubnetMask"
        " params"
    ),
    uses=(NETWORK.used_at("network"),),
)

TYPES: Final = (SUBNETWORK,)
