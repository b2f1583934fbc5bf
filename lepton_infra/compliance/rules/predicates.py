"""Predicates that rules share: flags, key custody and TLS versions, open networks, what a graph has at all."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from ipaddress import IPv4Network, ip_network
from operator import not_

from lepton_infra.compliance.facts import Chart, Encryption, Pods
from lepton_infra.compliance.graph.graph import Seen
from lepton_infra.compliance.rules.rule import Finding, Subject, expect


def must(seen: Seen[bool], message: str, remedy: str) -> Iterator[Finding]:
    """A finding unless the value is true."""
    return expect(seen, bool, message, allowed="true", remedy=remedy)


def must_not(seen: Seen[bool], message: str, remedy: str) -> Iterator[Finding]:
    """A finding unless the value is false."""
    return expect(seen, not_, message, allowed="false", remedy=remedy)


WEAKEST_FIRST = tuple(Encryption)


def at_least(level: Encryption) -> Callable[[Encryption], bool]:
    """Predicate over key custody: ``level`` or stricter."""
    return lambda given: WEAKEST_FIRST.index(given) >= WEAKEST_FIRST.index(level)


def as_new_as(lowest: str) -> Callable[[str | None], bool]:
    """Predicate over TLS versions: ``lowest`` or newer. None is no TLS, and never passes."""
    return lambda given: given is not None and _version(given) >= _version(lowest) > ()


def _version(text: str) -> tuple[int, ...]:
    """``1.2`` as (1, 2); what is no version comes before all."""
    return tuple(map(int, text.split("."))) if re.fullmatch(r"\d+(\.\d+)*", text) else ()


EVERYBODY = frozenset({"*", "any", "all", "internet", "everyone"})
"""Names by which firewalls mean all of the internet."""

WIDEST = {4: 8, 6: 16}
"""Shortest prefix of a public network with a single owner: registries hand out none that is shorter
(https://www.iana.org/assignments/ipv4-address-space). Two halves of the internet are the internet."""


def everybody(peer: str) -> bool:
    """True if a network or a name means all of the internet, or a part of it without a single owner."""
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
    """True if none of the peers is all of the internet."""
    return not any(everybody(peer) for peer in peers)


IN_CLUSTERS = frozenset({"kubernetes"})
"""Packages whose resources are objects of a cluster, and so at no cloud that could keep a trail of its own API."""

CLUSTERS_OWN = "kube-system"
"""The namespace that every cluster has from the start, for its own equipment: no stack makes it or could close it."""


def at_a_cloud(subject: Subject) -> bool:
    """True if a cloud keeps data or runs a cluster for this stack. False of a private site, which brings its own."""
    stores = (store.resource for store in subject.facts.stores)
    clusters = (cluster.resource for cluster in subject.facts.clusters)
    return any(resource.package not in IN_CLUSTERS for resource in (*stores, *clusters))


def in_use(subject: Subject) -> bool:
    """True if the stack has stores, clusters or pods, which could hold or compute on data of persons."""
    return bool(subject.facts.stores or subject.facts.clusters or subject.facts.pods)


def homeless(subject: Subject) -> Iterator[Pods | Chart]:
    """Pods and charts outside this stack's namespaces, so that nothing here says what may run there."""
    ours = {CLUSTERS_OWN, *(namespace.name for namespace in subject.facts.namespaces)}
    running: tuple[Pods | Chart, ...] = (*subject.facts.pods, *subject.facts.charts)
    return (one for one in running if one.namespace not in ours)
