"""Addresses and zones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ipaddress import IPv4Network

from lepton_infra.config.rules.lists import Path, repeated
from lepton_infra.config.rules.values import NetworkCidr, NetworkZones, OperatorNetworks
from lepton_infra.errors import Problem

PRIVATE = tuple(map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")))
"""The private address space of RFC 1918."""

LARGEST, SMALLEST = 16, 20
"""Prefix lengths of a region's network: what every cloud takes, and what ``zone_subnets`` can still split."""

WIDEST_OPERATOR = 8
"""Shortest prefix of an operator network: the largest block that is assigned to one organisation is a /8."""

_ALLOWED = f"{', '.join(map(str, PRIVATE))}, from /{LARGEST} to /{SMALLEST}"


def parsed(cidr: str) -> IPv4Network | None:
    """The network, its host bits dropped; None where it is none."""
    try:
        return IPv4Network(cidr, strict=False)
    except ValueError:
        return None


def address_space(cidr: NetworkCidr) -> Iterator[Problem]:
    """The network is canonical, private, and neither too large nor too small."""
    path = ("network", "cidr")
    yield from _canonical(path, cidr)
    network = parsed(cidr)
    if network is None:
        return
    if not any(network.subnet_of(private) for private in PRIVATE):
        yield Problem(path=path, given=cidr, message="is not a private network", allowed=_ALLOWED)
    if not LARGEST <= network.prefixlen <= SMALLEST:
        size = "large" if network.prefixlen < LARGEST else "small"
        yield Problem(path=path, given=cidr, message=f"is too {size}", allowed=f"/{LARGEST} to /{SMALLEST}")


def zones_differ(zones: NetworkZones) -> Iterator[Problem]:
    """No zone is named twice."""
    return repeated(((("network", "zones", index), zone) for index, zone in enumerate(zones)), "repeats a zone")


def operator_networks(networks: OperatorNetworks) -> Iterator[Problem]:
    """Each is canonical, none is half the world, none is there twice."""
    return listed(
        list(_operators(networks)), "opens the cluster's API to the world; list your offices' or VPN's own addresses"
    )


def operators_are_outside(networks: OperatorNetworks, cidr: NetworkCidr) -> Iterator[Problem]:
    """None overlaps the region's own network, which reaches the API anyway."""
    return outside(list(_operators(networks)), cidr, "reaches the API")


def listed(networks: Sequence[tuple[Path, str]], open_to_all: str) -> Iterator[Problem]:
    """Each of some networks is canonical, none is half the world (of which ``open_to_all`` tells), none is repeated."""
    for path, cidr in networks:
        yield from _canonical(path, cidr)
        network = parsed(cidr)
        if network is not None and network.prefixlen < WIDEST_OPERATOR:
            yield Problem(path=path, given=cidr, message=open_to_all, allowed=f"/{WIDEST_OPERATOR} to /32")
    yield from repeated(networks, "repeats a network")


def outside(networks: Sequence[tuple[Path, str]], own_cidr: str, reaches: str) -> Iterator[Problem]:
    """None of some networks overlaps the region's own, which ``reaches`` what they do without being listed."""
    own = parsed(own_cidr)
    for path, cidr in networks:
        network = parsed(cidr)
        if own and network and network.prefixlen >= WIDEST_OPERATOR and network.overlaps(own):
            message = f"overlaps the region's own network {own}, which {reaches} without being listed; remove it"
            yield Problem(path=path, given=cidr, message=message)


def _operators(networks: OperatorNetworks) -> Iterator[tuple[Path, str]]:
    for index, cidr in enumerate(networks):
        yield ("cluster", "operator_networks", index), cidr


def _canonical(path: Path, cidr: str) -> Iterator[Problem]:
    network = parsed(cidr)
    if network is None:
        message, allowed = "is not an IPv4 network", "four numbers from 0 to 255, then /0 to /32"
        yield Problem(path=path, given=cidr, message=message, allowed=allowed)
    elif str(network) != cidr:
        yield Problem(path=path, given=cidr, message="has host bits set", allowed=str(network))
