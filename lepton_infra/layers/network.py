"""Contract of the network layer, and the arithmetic of its addresses."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class NetworkArgs:
    """Arguments of the private network.

    ``cidr`` is the region's whole address space, ``zones`` the failure domains in their fixed order (an address plan
    depends on a zone's index, never on its name).
    """

    cidr: str
    zones: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class NetworkOutputs:
    """Outputs of a network that neutral code reads; a cloud widens it for its own cluster."""

    cidr: str


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """A TCP port of the addresses of ``cidr``, outside the cluster, that pods must reach: of a store, or of an agent on
    their node."""

    cidr: str
    port: int


@dataclass(frozen=True, kw_only=True)
class ZoneSubnets:
    """The two address ranges of one zone: nodes and pods in ``private``, NAT and load balancers in ``public``."""

    private: str
    public: str


MAX_ZONES = 6
"""Most zones a plan has room for. us-east-1 has six, more than any other region of the three clouds."""


def zone_subnets(cidr: str, zones: int) -> list[ZoneSubnets]:
    """Split ``cidr`` into disjoint subnets for ``zones`` zones.

    The space is cut into eight equal blocks: blocks 0 to 5 are the private subnets of the zones, the last block is cut
    into eight again for the public ones. So zone *i* has the same addresses however many zones there are, and adding a
    zone moves nothing. Block 6 stays free.

    Raises:
        ValueError: if there are fewer than 1 or more than 6 zones, or the network is smaller than /20, where a public
            subnet would fall below /26 (load balancers need 8 free addresses each, EKS 6 more per subnet).
    """
    network = ipaddress.IPv4Network(cidr)
    if not 1 <= zones <= MAX_ZONES:
        raise ValueError(f"a network has 1 to {MAX_ZONES} zones, not {zones}")
    if network.prefixlen > 20:
        raise ValueError(f"network {cidr} is too small for subnets; allowed: /20 or larger")
    blocks = list(network.subnets(prefixlen_diff=3))
    public = list(blocks[7].subnets(prefixlen_diff=3))
    return [ZoneSubnets(private=str(blocks[index]), public=str(public[index])) for index in range(zones)]
