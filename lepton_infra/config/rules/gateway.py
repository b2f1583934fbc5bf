"""Rules of the gateway: client networks, domain and host names, replicas."""

from __future__ import annotations

from collections.abc import Iterator

from lepton_infra.config.rules.lists import Path, count
from lepton_infra.config.rules.network import listed, outside
from lepton_infra.config.rules.values import GatewayClients, GatewayDomain, Models, NetworkCidr, Proxies
from lepton_infra.errors import Problem

LONGEST_HOST = 253
"""Characters of a host name (RFC 1035 section 2.3.4, without the ends that are on the wire only)."""

_GRPC = "grpc"
"""What stands between a model's name and the domain where gRPC answers: the longest host of a model."""

_INSIDE = ("cluster.local", "localhost", "localdomain", "svc")
"""Domains that names of a cluster or of one machine end in: they lead nobody to a gateway."""


def clients(clients: GatewayClients) -> Iterator[Problem]:
    """Each network is canonical, none is half the world, none is there twice."""
    return listed(list(_clients(clients)), "opens the models to the world; list your clients' own addresses")


def clients_are_outside(clients: GatewayClients, cidr: NetworkCidr) -> Iterator[Problem]:
    """None overlaps the region's own network, which calls anyway."""
    return outside(list(_clients(clients)), cidr, "calls")


def domain(domain: GatewayDomain) -> Iterator[Problem]:
    """The domain is one that clients can find."""
    path, given = ("gateway", "domain"), domain
    if given.rpartition(".")[2].isdigit():
        message = "is an address, for which no certificate is made and below which there are no names"
        yield Problem(path=path, given=given, message=message, allowed="a domain, such as inference.example.com")
    elif any(given == inside or given.endswith(f".{inside}") for inside in _INSIDE):
        message = "ends in a name that leads nowhere from outside the cluster"
        yield Problem(path=path, given=given, message=message, allowed="a domain that clients resolve")


def hosts(domain: GatewayDomain, models: Models) -> Iterator[Problem]:
    """The longest host of each model is one."""
    for index, model in enumerate(models):
        most = LONGEST_HOST - len(f".{_GRPC}.{domain}")
        if len(model.name) > most:
            message = f"makes a host of more than {LONGEST_HOST} characters below {_GRPC}.{domain}; shorten the domain"
            yield Problem(path=("models", index, "name"), given=model.name, message=message)


def replicas(proxies: Proxies) -> Iterator[Problem]:
    """There are at least two proxies, so that one can go."""
    yield from count(("gateway", "replicas"), proxies)
    if proxies.min < 2:
        message = "proxies leave none while one is replaced, and every request of the region passes them"
        yield Problem(path=("gateway", "replicas", "min"), given=proxies.min, message=message, allowed="2 or more")


def _clients(clients: GatewayClients) -> Iterator[tuple[Path, str]]:
    for index, cidr in enumerate(clients):
        yield ("gateway", "client_networks", index), cidr
