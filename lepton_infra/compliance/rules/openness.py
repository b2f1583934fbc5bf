"""Networks that are as good as everybody."""

from __future__ import annotations

from ipaddress import IPv4Network, ip_network

EVERYBODY = frozenset({"*", "any", "all", "internet", "everyone"})
"""Names by which firewalls mean all of the internet."""

WIDEST = {4: 8, 6: 16}
"""Shortest prefix of a public network that is still somebody's: registries hand out none that is shorter
(https://www.iana.org/assignments/ipv4-address-space). Two halves of the internet are the internet."""


def everybody(peer: str) -> bool:
    """Whether a network or a name stands for all of the internet, or for a part that nobody owns."""
    if peer.strip().casefold() in EVERYBODY:
        return True
    try:
        network = ip_network(peer.strip(), strict=False)
    except ValueError:
        return False
    if network.prefixlen == 0:
        return True
    private = network.is_private if isinstance(network, IPv4Network) else network.is_private or network.is_link_local
    return network.prefixlen < WIDEST[network.version] and not private


def closed(peers: frozenset[str]) -> bool:
    """Whether none of these stands for everybody."""
    return not any(everybody(peer) for peer in peers)
