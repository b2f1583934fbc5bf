"""Facts of virtual networks, security group rules and application gateway listeners."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from lepton_infra.clouds.azure.facts.declared import Azure, equals
from lepton_infra.clouds.azure.facts.encryption import version
from lepton_infra.compliance.facts import Listener, Network, Opening
from lepton_infra.compliance.graph.graph import UNKNOWN, Resource, Seen
from lepton_infra.compliance.graph.paths import at
from lepton_infra.compliance.graph.three_valued import told

NETWORK: Final = "network:VirtualNetwork"
GROUP: Final = "network:NetworkSecurityGroup"
RULE: Final = "network:SecurityRule"
GATEWAY: Final = "network:ApplicationGateway"
KINDS: Final = frozenset({NETWORK, GROUP, RULE, GATEWAY})

ANYBODY: Final = "0.0.0.0/0"
_INTERNET: Final = frozenset({"*", "any", "internet", ANYBODY, "::/0"})

_SERVICES: Final[Mapping[str, str]] = {
    "azuremonitor": "logs",
    "blob": "objects",
    "registry": "registry",
    "vault": "keys",
}
"""Service of a private endpoint, by its group id (sub-resource)."""


def networks(azure: Azure) -> Iterator[Network]:
    """Facts of every virtual network."""
    for resource in azure.of(NETWORK):
        subnets = azure.naming(resource, "virtualNetworkName", "network:Subnet")
        yield Network(
            resource=resource,
            flow_logs=_flow_logs(azure, resource, subnets),
            private_services=_private(azure, resource, subnets),
            default_open=_default_open(resource, subnets),
        )


def _flow_logs(azure: Azure, network: Resource, subnets: tuple[Resource, ...]) -> Seen[bool]:
    for log in azure.of("network:FlowLog"):
        if any(each == network or each in subnets for each in azure.named(log, "targetResourceId")):
            return equals(log, "enabled", True, default=True)
    return network.says(False)


def _private(azure: Azure, network: Resource, subnets: tuple[Resource, ...]) -> Seen[frozenset[str]]:
    """Services reached privately: by private endpoints in the network, and those that need none.

    Entra (``identity``) has no private endpoint: Azure takes calls to it over its own network and not over the internet
    ("Microsoft global network"). Logs go by diagnostic settings, over a channel of Azure's own ("Use Azure Private Link
    to connect networks to Azure Monitor"), unless an agent on the machines sends them.
    """
    found = {"identity"}
    for endpoint in azure.of("network:PrivateEndpoint"):
        if any(
            each == network or each in subnets for each in azure.named(endpoint, "subnet", NETWORK, "network:Subnet")
        ):
            groups = at(endpoint.inputs, "privateLinkServiceConnections[].groupIds[]")
            found |= {_SERVICES[group] for _, group in groups if group in _SERVICES}
    if not any(_has_agent(cluster) for cluster in azure.of("containerservice:ManagedCluster")):
        found.add("logs")
    return network.says(frozenset(found))


def _has_agent(cluster: Resource) -> bool:
    addons: Any = cluster.get("addonProfiles", {})
    if addons is UNKNOWN:
        return True
    agents = [addon for name, addon in addons.items() if name.lower() == "omsagent"]
    return any(addon is UNKNOWN or addon.get("enabled") is not False for addon in agents)


def _default_open(network: Resource, subnets: tuple[Resource, ...]) -> Seen[bool]:
    """True if a subnet has no network security group, and so allows all inbound traffic."""
    for path, subnet in at(network.inputs, "subnets[]"):
        if subnet is not UNKNOWN and subnet.get("networkSecurityGroup") is None:
            return network.says(True, f"{path}.networkSecurityGroup")
    for each in subnets:
        if each.get("networkSecurityGroup") is None:
            return each.says(True, "networkSecurityGroup")
    return (subnets[0] if subnets else network).says(False, "networkSecurityGroup" if subnets else "subnets")


def openings(azure: Azure) -> Iterator[Opening]:
    """Allow rules of security groups, and Azure's default outbound rule unless a rule denies the internet."""
    for group in azure.of(GROUP):
        rules: Any = group.get("securityRules", ())
        given = [] if rules is UNKNOWN else list(enumerate(rules))
        own = [each for each in azure.of(RULE) if azure.parent(each) == group]
        for index, rule in given:
            yield from _openings(group, f"securityRules[{index}].", rule)
        if not any(_closes(rule) for rule in [*(rule for _, rule in given), *(each.inputs for each in own)]):
            yield Opening(
                resource=group,
                inbound=False,
                peers=group.says(frozenset({ANYBODY}), "securityRules"),
                from_port=None,
                to_port=None,
            )
    for resource in azure.of(RULE):
        yield from _openings(resource, "", resource.inputs)


def _closes(rule: Any) -> bool:
    """True if a rule denies all outbound traffic to the internet."""
    if rule is UNKNOWN:
        return False
    to = _prefixes(rule, "destination")
    everything = rule.get("destinationPortRange") == "*" and rule.get("protocol") == "*"
    outbound = rule.get("access") == "Deny" and rule.get("direction") == "Outbound"
    return outbound and everything and to is not UNKNOWN and not _INTERNET.isdisjoint(each.lower() for each in to)


def _openings(resource: Resource, path: str, rule: Any) -> Iterator[Opening]:
    if rule is not UNKNOWN and rule.get("access") == "Deny":
        return
    inbound = rule is UNKNOWN or rule.get("direction") != "Outbound"
    side = "source" if inbound else "destination"
    peers = UNKNOWN if rule is UNKNOWN else _prefixes(rule, side)
    known = UNKNOWN if peers is UNKNOWN else frozenset(ANYBODY if p.lower() in _INTERNET else p for p in peers)
    for first, last in [(None, None)] if rule is UNKNOWN else _ports(rule):
        yield Opening(
            resource=resource,
            inbound=inbound,
            peers=resource.says(known, f"{path}{side}AddressPrefix"),
            from_port=first,
            to_port=last,
        )


def _prefixes(rule: Mapping[str, Any], side: str) -> Any:
    """Address prefixes of one side of a rule; application security groups count as ``VirtualNetwork``."""
    one, many = rule.get(f"{side}AddressPrefix"), rule.get(f"{side}AddressPrefixes") or ()
    groups = rule.get(f"{side}ApplicationSecurityGroups") or ()
    if one is UNKNOWN or many is UNKNOWN or UNKNOWN in many:
        return UNKNOWN
    return [*([one] if one is not None else []), *many, *("VirtualNetwork" for _ in groups)]


def _ports(rule: Mapping[str, Any]) -> Iterator[tuple[int | None, int | None]]:
    one, many = rule.get("destinationPortRange"), rule.get("destinationPortRanges") or ()
    for ports in [*([one] if one is not None else []), *([UNKNOWN] if many is UNKNOWN else many)]:
        if ports is UNKNOWN or ports == "*":
            yield None, None
            continue
        first, _, last = str(ports).partition("-")
        yield int(first), int(last or first)


def listeners(azure: Azure) -> Iterator[Listener]:
    """HTTP listeners of application gateways: public or not, with their TLS version, redirects and web firewall."""
    for gateway in azure.of(GATEWAY):
        public = [address for _, address in at(gateway.inputs, "frontendIPConfigurations[].publicIPAddress")]
        redirecting = {
            name
            for _, rule in at(gateway.inputs, "requestRoutingRules[]")
            if rule is not UNKNOWN and rule.get("redirectConfiguration") is not None
            for name in [_last(rule.get("httpListener"))]
        }
        firewalled = gateway.get("firewallPolicy") is not None
        for at_path, listener in at(gateway.inputs, "httpListeners[]"):
            if listener is UNKNOWN:
                continue
            path = f"{at_path}.protocol"
            secure = str(listener.get("protocol")).lower() == "https"
            yield Listener(
                resource=gateway,
                public=gateway.says(bool(public), "frontendIPConfigurations"),
                minimum_tls=told(gateway, "sslPolicy.minProtocolVersion", version, "TLSv1_0")
                if secure
                else gateway.says(None, path),
                redirects=listener.get("name") in redirecting,
                firewall=gateway.says(firewalled, "firewallPolicy"),
            )


def _last(reference: Any) -> str:
    id = reference.get("id") if isinstance(reference, Mapping) else None
    return id.rpartition("/")[2] if isinstance(id, str) else ""
