"""Address plan of a region: one subnetwork over all zones, with ranges for nodes, pods and services.

A subnetwork of Google Cloud is regional, so a zone has no addresses of its own and adding one moves nothing.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

PODS_PER_NODE = 32
"""Maximum pods of a node, fixed for the life of a pool. A few pods of model servers fill a node; the system's own are
about twenty."""

NODE_PREFIX = 26
"""Prefix length of a node's pod range: a /26 for 17 to 32 pods ("Configure maximum Pods per node", GKE documentation),
twice the pods, so that no address is used again at once."""


@dataclass(frozen=True, kw_only=True)
class Ranges:
    """Disjoint address ranges of a region's network: ``pods`` half of it, ``nodes`` a quarter, ``services`` an eighth.

    The last eighth stays free, for load balancers and private endpoints to come.
    """

    nodes: str
    pods: str
    services: str


def ranges(cidr: str) -> Ranges:
    """Split a region's network into the ranges of nodes, pods and services.

    Raises:
        ValueError: if ``cidr`` is no network, or one smaller than /20, which has room for few nodes only.
    """
    network = ipaddress.IPv4Network(cidr)
    if network.prefixlen > 20:
        raise ValueError(f"network {cidr} is too small; allowed: /20 or larger")
    pods, rest = network.subnets(prefixlen_diff=1)
    nodes, last = rest.subnets(prefixlen_diff=1)
    services, _ = last.subnets(prefixlen_diff=1)
    return Ranges(nodes=str(nodes), pods=str(pods), services=str(services))


def most_nodes(cidr: str) -> int:
    """Maximum number of nodes that a network has pod addresses for: 32 in a /20, 512 in a /16."""
    return 1 << NODE_PREFIX - ipaddress.IPv4Network(ranges(cidr).pods).prefixlen
