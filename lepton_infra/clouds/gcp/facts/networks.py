"""Facts of VPC networks, firewall rules and load balancers' forwarding rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from lepton_infra.clouds.gcp.facts.properties import at, items, made_of
from lepton_infra.compliance.facts import PRIVATE_SERVICES, Facts, Listener, Network, Opening
from lepton_infra.compliance.graph.graph import UNKNOWN, Graph, Resource, Seen, Unknown

NETWORK: Final = "gcp:compute/network:Network"
SUBNETWORK: Final = "gcp:compute/subnetwork:Subnetwork"
FIREWALL: Final = "gcp:compute/firewall:Firewall"
POLICY_RULES: Final = (
    "gcp:compute/firewallPolicyRule:FirewallPolicyRule",
    "gcp:compute/networkFirewallPolicyRule:NetworkFirewallPolicyRule",
)
EVERYBODY: Final = "0.0.0.0/0"

_RULES: Final = ("gcp:compute/forwardingRule:ForwardingRule", "gcp:compute/globalForwardingRule:GlobalForwardingRule")
_ENCRYPTED_PROXIES: Final = (
    "gcp:compute/targetHttpsProxy:TargetHttpsProxy",
    "gcp:compute/regionTargetHttpsProxy:RegionTargetHttpsProxy",
    "gcp:compute/targetSSLProxy:TargetSSLProxy",
)
_PLAIN_PROXIES: Final = (
    "gcp:compute/targetHttpProxy:TargetHttpProxy",
    "gcp:compute/regionTargetHttpProxy:RegionTargetHttpProxy",
)
_MAPS: Final = ("gcp:compute/uRLMap:URLMap", "gcp:compute/regionUrlMap:RegionUrlMap")
_BACKENDS: Final = (
    "gcp:compute/backendService:BackendService",
    "gcp:compute/regionBackendService:RegionBackendService",
)
_SSL_POLICIES: Final = ("gcp:compute/sSLPolicy:SSLPolicy", "gcp:compute/regionSslPolicy:RegionSslPolicy")
_SECURITY_POLICIES: Final = (
    "gcp:compute/securityPolicy:SecurityPolicy",
    "gcp:compute/regionSecurityPolicy:RegionSecurityPolicy",
)
_LIMITING: Final = frozenset({"rate_based_ban", "throttle"})
_TLS: Final = {"TLS_1_0": "1.0", "TLS_1_1": "1.1", "TLS_1_2": "1.2", "TLS_1_3": "1.3"}
_TLS_UNSET: Final = "1.0"
"""Minimum TLS of a proxy without an SSL policy ("SSL policies overview", Cloud Load Balancing documentation)."""


def read(graph: Graph) -> Facts:
    """Facts of all networks, allow rules of firewalls and firewall policies, and forwarding rules."""
    return Facts(
        networks=tuple(_network(graph, each) for each in graph.of(NETWORK)),
        openings=(
            *(opening for each in graph.of(FIREWALL) for opening in _openings(each)),
            *(opening for each in graph.of(*POLICY_RULES) for opening in _policy_openings(each)),
        ),
        listeners=tuple(_listener(graph, each) for each in graph.of(*_RULES)),
    )


def _of_network(graph: Graph, network: Resource, *types: str) -> list[Resource]:
    return [each for each in graph.of(*types) if network in made_of(graph, each, "network", NETWORK)]


def _network(graph: Graph, network: Resource) -> Network:
    subnetworks = _of_network(graph, network, SUBNETWORK)
    automatic = network.get("autoCreateSubnetworks", True) is not False
    return Network(
        resource=network,
        flow_logs=_flow_logs(network, subnetworks, automatic),
        private_services=_private_services(network, subnetworks, automatic),
        default_open=_default_open(graph, network),
    )


def _flow_logs(network: Resource, subnetworks: list[Resource], automatic: bool) -> Seen[bool]:
    """True if every subnetwork has VPC flow logs; automatically created subnetworks have none."""
    for subnetwork in subnetworks:
        if subnetwork.get("purpose", "PRIVATE") == "PRIVATE" and not subnetwork.get("logConfig"):
            return subnetwork.says(False, "logConfig")
    if automatic or not subnetworks:
        return network.says(False, "autoCreateSubnetworks")
    return subnetworks[0].says(True, "logConfig")


def _private_services(network: Resource, subnetworks: list[Resource], automatic: bool) -> Seen[frozenset[str]]:
    """All of Google's services or none, by Private Google Access of every subnetwork."""
    path = "privateIpGoogleAccess"
    for subnetwork in subnetworks:
        private = subnetwork.get(path, False)
        if private is not True:
            return subnetwork.says(UNKNOWN if private is UNKNOWN else frozenset(), path)
    if automatic or not subnetworks:
        return network.says(frozenset(), "autoCreateSubnetworks")
    return subnetworks[0].says(PRIVATE_SERVICES, path)


def _default_open(graph: Graph, network: Resource) -> Seen[bool]:
    """True unless a firewall rule of the network denies all egress."""
    for rule in _of_network(graph, network, FIREWALL):
        everything = any(
            isinstance(each, Mapping) and each.get("protocol") == "all" for each in items(rule.get("denies"))
        )
        everywhere = EVERYBODY in (items(rule.get("destinationRanges")) or [EVERYBODY])
        if rule.get("direction") == "EGRESS" and everything and everywhere and not rule.get("disabled", False):
            return rule.says(False, "denies")
    return network.says(True)


def _openings(rule: Resource) -> Iterator[Opening]:
    if rule.get("disabled", False) is True:
        return
    inbound = rule.get("direction", "INGRESS") == "INGRESS"
    paths = ("sourceRanges", "sourceTags", "sourceServiceAccounts") if inbound else ("destinationRanges",)
    for allow in items(rule.get("allows")):
        yield from _ports(rule, inbound, _peers(rule, paths), allow)


def _policy_openings(rule: Resource) -> Iterator[Opening]:
    """Openings of a firewall policy's rule, which has other property names than a VPC firewall rule."""
    if rule.get("disabled", False) is True or rule.get("action") not in ("allow", "apply_security_profile_group"):
        return
    inbound = rule.get("direction", "INGRESS") == "INGRESS"
    paths = ("match.srcIpRanges",) if inbound else ("match.destIpRanges", "match.destFqdns")
    for layer in items(rule.get("match.layer4Configs")):
        if isinstance(layer, Mapping):
            allow = {"protocol": layer.get("ipProtocol"), "ports": layer.get("ports")}
            yield from _ports(rule, inbound, _peers(rule, paths), allow)


def _peers(rule: Resource, paths: tuple[str, ...]) -> Seen[frozenset[str]]:
    """Sources or destinations of a firewall rule; ``EVERYBODY`` if it names none."""
    named: list[Any] = [rule.get(path) for path in paths]
    if UNKNOWN in named or any(UNKNOWN in items(each) for each in named):
        return rule.says(UNKNOWN, paths[0])
    peers = frozenset(str(peer) for each in named for peer in items(each))
    return rule.says(peers or frozenset({EVERYBODY}), paths[0])


def _ports(rule: Resource, inbound: bool, peers: Seen[frozenset[str]], allow: Any) -> Iterator[Opening]:
    ports = items(allow.get("ports")) if isinstance(allow, Mapping) else []
    for text in ports or [None]:
        first, _, last = str(text).partition("-") if isinstance(text, str) else ("", "", "")
        known = first.isdigit() and (last or first).isdigit()
        yield Opening(
            resource=rule,
            inbound=inbound,
            peers=peers,
            from_port=int(first) if known else None,
            to_port=int(last or first) if known else None,
        )


def _listener(graph: Graph, rule: Resource) -> Listener:
    scheme = rule.get("loadBalancingScheme", "EXTERNAL")
    public: bool | Unknown = UNKNOWN if scheme is UNKNOWN else scheme in ("EXTERNAL", "EXTERNAL_MANAGED")
    return Listener(
        resource=rule,
        public=rule.says(public, "loadBalancingScheme"),
        minimum_tls=_minimum_tls(graph, rule),
        redirects=_redirects(graph, rule),
        firewall=_firewall(graph, rule),
    )


def _minimum_tls(graph: Graph, rule: Resource) -> Seen[str | None]:
    """Minimum TLS version by the SSL policy of the target proxy; None if the target does not terminate TLS."""
    for proxy in made_of(graph, rule, "target", *_ENCRYPTED_PROXIES):
        for policy in made_of(graph, proxy, "sslPolicy", *_SSL_POLICIES):
            version = policy.get("minTlsVersion", "TLS_1_0")
            return policy.says(UNKNOWN if version is UNKNOWN else _TLS.get(version), "minTlsVersion")
        return proxy.says(UNKNOWN if proxy.get("sslPolicy") is not None else _TLS_UNSET, "sslPolicy")
    known = rule.get("target") is not UNKNOWN or made_of(graph, rule, "target", *_PLAIN_PROXIES)
    return rule.says(None if known else UNKNOWN, "target")


def _redirects(graph: Graph, rule: Resource) -> bool:
    maps = [
        each
        for proxy in made_of(graph, rule, "target", *_PLAIN_PROXIES)
        for each in made_of(graph, proxy, "urlMap", *_MAPS)
    ]
    return bool(maps) and all(
        each.get("defaultUrlRedirect.httpsRedirect", False) is True and not each.get("pathMatchers") for each in maps
    )


def _backends(graph: Graph, rule: Resource) -> Iterator[Resource]:
    yield from made_of(graph, rule, "backendService", *_BACKENDS)
    for proxy in made_of(graph, rule, "target", *_ENCRYPTED_PROXIES, *_PLAIN_PROXIES):
        yield from made_of(graph, proxy, "backendService", *_BACKENDS)
        for map in made_of(graph, proxy, "urlMap", *_MAPS):
            for path in ("defaultService", "pathMatchers[].defaultService", "pathMatchers[].pathRules[].service"):
                yield from made_of(graph, map, path, *_BACKENDS)


def _firewall(graph: Graph, rule: Resource) -> Seen[bool]:
    """True if every backend service has a Cloud Armor security policy with a rate limit."""
    backends = list(_backends(graph, rule))
    for backend in backends:
        policies = made_of(graph, backend, "securityPolicy", *_SECURITY_POLICIES)
        if not any(_limits(policy) for policy in policies):
            return backend.says(False, "securityPolicy")
    return backends[0].says(True, "securityPolicy") if backends else rule.says(False, "target")


def _limits(policy: Resource) -> bool:
    return any(seen.value in _LIMITING for seen in at(policy, "rules[].action"))
