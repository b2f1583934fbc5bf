"""Azure Virtual Network: networks, subnets, firewalls, routes, gateways, addresses and private endpoints."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from ipaddress import IPv4Network
from typing import Any, Final

from lepton_infra.simulator.azure_native.addresses import address_ranges, address_space, require_apart, require_inside
from lepton_infra.simulator.azure_native.identifiers import top
from lepton_infra.simulator.azure_native.places import Place
from lepton_infra.simulator.azure_native.resource_ids import find, within
from lepton_infra.simulator.azure_native.resource_type import AzureType, Fixed, LiveResource, in_use, inline
from lepton_infra.simulator.azure_native.syntax import NETWORK_NAME, address_range
from lepton_infra.simulator.behaviour import Call, Failure, Properties
from lepton_infra.simulator.core.paths import at
from lepton_infra.simulator.core.resource_type import Use, paths
from lepton_infra.simulator.formats import Format, between, cidr, one_of

_NETWORK: Final = top("Microsoft.Network/virtualNetworks/{virtualNetworkName}")
_GROUP: Final = top("Microsoft.Network/networkSecurityGroups/{networkSecurityGroupName}")
_ROUTES: Final = top("Microsoft.Network/routeTables/{routeTableName}")
_ENDPOINT: Final = top("Microsoft.Network/privateEndpoints/{privateEndpointName}")
_WATCHER: Final = top("Microsoft.Network/networkWatchers/{networkWatcherName}")


# Addresses set aside for benchmarks (RFC 2544), which nobody on the internet answers on.
_PUBLIC_ADDRESSES: Final = IPv4Network("198.18.0.0/15")


_PORTS: Final = re.compile(r"(\d+)(?:-(\d+))?")


_LAST_PORT: Final = 65535


_SERVICE_TAG: Final = re.compile(r"[A-Z][A-Za-z0-9]*(\.[A-Za-z0-9]+)?")


def _ports(value: Any) -> Iterator[str]:
    """One port, a range of them or all."""
    found = _PORTS.fullmatch(value)
    numbers = [int(number) for number in found.groups() if number] if found else []
    if value != "*" and (not numbers or max(numbers) > _LAST_PORT or numbers != sorted(numbers)):
        yield f'"{value}" is not a port; allowed: 0 to {_LAST_PORT}, a range such as 80-90, or *'


def _address_prefix(value: Any) -> Iterator[str]:
    """Whom a firewall rule speaks of: an address or range, one of Azure's names for some, or everybody."""
    if value != "*" and not _SERVICE_TAG.fullmatch(value):
        yield from address_range(value)


_RULE_FORMATS: Final[Mapping[str, Format]] = {
    "priority": between(100, 4096),
    **{
        f"{side}{kind}": format
        for side in ("source", "destination")
        for kind, format in {
            "AddressPrefix": _address_prefix,
            "AddressPrefixes": _address_prefix,
            "PortRange": _ports,
            "PortRanges": _ports,
        }.items()
    },
}


def _one_zone(inputs: Properties, place: Place) -> Iterator[Failure]:
    given = inputs.get("zones")
    if isinstance(given, list) and len(given) > 1:
        yield Failure(path="zones", reason="a NAT gateway stands in one zone at most; leave zones out or name one")


def _static(inputs: Properties, place: Place) -> Iterator[Failure]:
    if at(inputs, "sku.name") == "Standard" and inputs.get("publicIPAllocationMethod") in (None, "Dynamic"):
        reason = "StandardSkuPublicIPAddressesMustBeStatic: sku Standard needs publicIPAllocationMethod Static"
        yield Failure(path="publicIPAllocationMethod", reason=reason)


def _one_range(inputs: Properties, place: Place) -> Iterator[Failure]:
    given = [name for name in ("addressPrefix", "addressPrefixes", "ipamPoolPrefixAllocations") if inputs.get(name)]
    if len(given) != 1:
        reason = f"exactly one of addressPrefix and addressPrefixes must be given, not {' and '.join(given) or 'none'}"
        yield Failure(path="addressPrefix", reason=reason)


def _exclusive(*pairs: tuple[str, str]) -> Callable[[Properties, Place], Iterator[Failure]]:
    """Of each pair of properties one must be given, and not both."""

    def findings(inputs: Properties, place: Place) -> Iterator[Failure]:
        for one, many in pairs:
            given = [name for name in (one, many) if inputs.get(name)]
            if len(given) != 1:
                reason = f"exactly one of {one} and {many} must be given, not {' and '.join(given) or 'none'}"
                yield Failure(path=one, reason=f"SecurityRuleParameterRequired: {reason}")

    return findings


def _disjoint_subnets(call: Call) -> None:
    """Subnets, given inline or one by one, stay inside the network and apart."""
    space = address_space(call.inputs)
    subnets = [(str(part["name"]), own) for part in call.inputs.get("subnets") or () for own in address_ranges(part)]
    if call.old is not None:
        apart = (stored for stored in call.scope.all(SUBNET.token) if within(stored.id, call.old.id))
        named = {name for name, _ in subnets}
        subnets += [
            (str(stored.inputs["subnetName"]), own)
            for stored in apart
            if stored.inputs["subnetName"] not in named
            for own in address_ranges(stored.inputs)
        ]
    for index, (name, own) in enumerate(subnets):
        require_inside(name, own, space, "the network")
        require_apart(name, own, subnets[:index])


def _in_network(call: Call) -> None:
    """A subnet lies inside its network and overlaps no other."""
    id = SUBNET.resource_id(call)
    network = find(call.scope, id.rpartition("/subnets/")[0], VIRTUAL_NETWORK.token)
    if network is None:
        return
    others = [
        (str(other.inputs["subnetName"]), own)
        for other in call.scope.all(SUBNET.token)
        if within(other.id, network.id) and other.id.lower() != id.lower()
        for own in address_ranges(other.inputs)
    ]
    others += [
        (str(part["name"]), own)
        for part in network.inputs.get("subnets") or ()
        if part.get("name") != call.inputs["subnetName"]
        for own in address_ranges(part)
    ]
    for own in address_ranges(call.inputs):
        require_inside(str(call.inputs["subnetName"]), own, address_space(network.inputs), network.id)
        require_apart(str(call.inputs["subnetName"]), own, others)


def _virtual_network(live: LiveResource) -> dict[str, Any]:
    """Subnets given inline get their ids. Those made one by one are reported too, which ``subnets`` has to ignore."""
    inline = [
        {**subnet, "id": f"{live.id}/subnets/{subnet['name']}"}
        for subnet in live.call.inputs.get("subnets") or ()
        if subnet.get("name")
    ]
    return {"flowLogs": [], "subnets": inline}


def _security_group(live: LiveResource) -> dict[str, Any]:
    rules = [
        {**rule, "id": f"{live.id}/securityRules/{rule['name']}"}
        for rule in live.call.inputs.get("securityRules") or ()
        if rule.get("name")
    ]
    return {"defaultSecurityRules": [], "flowLogs": [], "networkInterfaces": [], "subnets": [], "securityRules": rules}


def _public_ip(live: LiveResource) -> dict[str, Any]:
    """A static address is there at once; a dynamic one comes with its first use."""
    if live.call.inputs.get("publicIPAllocationMethod") != "Static":
        return {}
    offset = 1 + int(live.seed("address")[:8], 16) % (_PUBLIC_ADDRESSES.num_addresses - 2)
    return {"ipAddress": str(_PUBLIC_ADDRESSES[offset])}


def _private_endpoint(live: LiveResource) -> dict[str, Any]:
    group = live.id.partition("/providers/")[0]
    name = live.call.inputs.get("customNetworkInterfaceName") or f"{live.name}.nic.{live.uuid('nic')}"
    return {
        "networkInterfaces": [{"id": f"{group}/providers/Microsoft.Network/networkInterfaces/{name}"}],
        "customDnsConfigs": [],
        "manualPrivateLinkServiceConnections": [],
    }


_IN_USE: Final = in_use("InUseSubnetCannotBeDeleted")


def subnet_uses(*properties: str) -> tuple[Use, ...]:
    """The uses of a type whose resources are in subnets: they hold those and their network alive."""
    targets = (VIRTUAL_NETWORK.token, SUBNET.token)
    return tuple(Use(target=target, property=each, refusal=_IN_USE) for target in targets for each in properties)


VIRTUAL_NETWORK: Final = AzureType(
    token="azure-native:network:VirtualNetwork",
    path=_NETWORK,
    formats={"virtualNetworkName": NETWORK_NAME, "addressSpace.addressPrefixes": cidr(29, 2)},
    local=("subnets",),
    preconditions=(_disjoint_subnets,),
    defaults={"enableDdosProtection": False},
    outputs=_virtual_network,
    parts=inline("subnets"),
)


SECURITY_GROUP: Final = AzureType(
    token="azure-native:network:NetworkSecurityGroup",
    path=_GROUP,
    uncovered={"securityRules.description": "free text"},
    formats={
        "networkSecurityGroupName": NETWORK_NAME,
        "securityRules.name": NETWORK_NAME,
        **{f"securityRules.{name}": format for name, format in _RULE_FORMATS.items()},
    },
    outputs=_security_group,
    parts=inline("securityRules"),
)


SECURITY_RULE: Final = AzureType(
    token="azure-native:network:SecurityRule",
    path=_GROUP.part("securityRules/{securityRuleName}"),
    formats={"securityRuleName": NETWORK_NAME, **_RULE_FORMATS},
    input_rules=(
        _exclusive(("sourcePortRange", "sourcePortRanges"), ("destinationPortRange", "destinationPortRanges")),
    ),
)


ROUTE_TABLE: Final = AzureType(
    token="azure-native:network:RouteTable",
    path=_ROUTES,
    formats={"routeTableName": NETWORK_NAME},
    defaults={"subnets": []},
    parts=inline("routes"),
)


ROUTE: Final = AzureType(
    token="azure-native:network:Route",
    path=_ROUTES.part("routes/{routeName}"),
    formats={"routeName": NETWORK_NAME},
)


PUBLIC_IP: Final = AzureType(
    token="azure-native:network:PublicIPAddress",
    path=top("Microsoft.Network/publicIPAddresses/{publicIpAddressName}"),
    formats={"publicIpAddressName": NETWORK_NAME},
    input_rules=(_static,),
    defaults={
        "idleTimeoutInMinutes": 4,
        "publicIPAddressVersion": "IPv4",
        "publicIPAllocationMethod": "Dynamic",
    },
    outputs=_public_ip,
    immutable=paths("publicIPAddressVersion publicIPPrefix sku"),
    fixed=Fixed(code="ResourceAvailabilityZonesCannotBeModified", paths=paths("zones")),
)


PUBLIC_IP_PREFIX: Final = AzureType(
    token="azure-native:network:PublicIPPrefix",
    path=top("Microsoft.Network/publicIPPrefixes/{publicIpPrefixName}"),
    formats={"publicIpPrefixName": NETWORK_NAME},
    defaults={"publicIPAddresses": []},
)


NAT_GATEWAY: Final = AzureType(
    token="azure-native:network:NatGateway",
    path=top("Microsoft.Network/natGateways/{natGatewayName}"),
    formats={"natGatewayName": NETWORK_NAME, "idleTimeoutInMinutes": between(4, 120)},
    input_rules=(_one_zone,),
    local=("publicIpAddresses", "publicIpPrefixes"),
    defaults={"idleTimeoutInMinutes": 4, "subnets": []},
    uses=(
        Use(target=PUBLIC_IP.token, property="publicIpAddresses.id", refusal=in_use("PublicIPAddressCannotBeDeleted")),
    ),
    fixed=Fixed(code="ResourceAvailabilityZonesCannotBeModified", paths=paths("zones sku.name")),
)


SUBNET: Final = AzureType(
    token="azure-native:network:Subnet",
    path=_NETWORK.part("subnets/{subnetName}"),
    uncovered={
        "delegations.name": "free text",
        "delegations.serviceName": "which services take a delegation is no enumeration of the API",
    },
    formats={"subnetName": NETWORK_NAME, "addressPrefix": cidr(29, 2), "addressPrefixes": cidr(29, 2)},
    input_rules=(_one_range,),
    local=("natGateway", "networkSecurityGroup", "routeTable"),
    preconditions=(_in_network,),
    defaults={
        "privateEndpointNetworkPolicies": "Disabled",
        "privateLinkServiceNetworkPolicies": "Enabled",
        "ipConfigurations": [],
        "ipConfigurationProfiles": [],
        "privateEndpoints": [],
        "resourceNavigationLinks": [],
        "serviceAssociationLinks": [],
        "purpose": "",
    },
    uses=(
        Use(
            target=SECURITY_GROUP.token,
            property="networkSecurityGroup.id",
            refusal=in_use("InUseNetworkSecurityGroupCannotBeDeleted"),
        ),
        Use(target=ROUTE_TABLE.token, property="routeTable.id", refusal=in_use("InUseRouteTableCannotBeDeleted")),
        Use(target=NAT_GATEWAY.token, property="natGateway.id", refusal=in_use("InUseNatGatewayCannotBeDeleted")),
    ),
)


PRIVATE_ENDPOINT: Final = AzureType(
    token="azure-native:network:PrivateEndpoint",
    path=_ENDPOINT,
    uncovered={
        "customNetworkInterfaceName": "any name that the group does not have yet",
        "privateLinkServiceConnections.groupIds": "what a service offers is known to the service alone",
        "privateLinkServiceConnections.name": "free text",
    },
    formats={"privateEndpointName": NETWORK_NAME},
    local=("subnet",),
    outputs=_private_endpoint,
    uses=subnet_uses("subnet.id"),
    immutable=paths("subnet"),
    fixed=Fixed(code="PrivateLinkServiceIdCannotBeChanged", paths=paths("customNetworkInterfaceName")),
)


PRIVATE_DNS_ZONE_GROUP: Final = AzureType(
    token="azure-native:network:PrivateDnsZoneGroup",
    path=_ENDPOINT.part("privateDnsZoneGroups/{privateDnsZoneGroupName}"),
    uncovered={"privateDnsZoneConfigs.name": "free text"},
)


NETWORK_WATCHER: Final = AzureType(
    token="azure-native:network:NetworkWatcher",
    path=_WATCHER,
)


FLOW_LOG: Final = AzureType(
    token="azure-native:network:FlowLog",
    path=_WATCHER.part("flowLogs/{flowLogName}"),
    formats={"flowLogName": NETWORK_NAME, "format.version": one_of(1, 2), "retentionPolicy.days": between(0, 365)},
)


TYPES: Final = (
    VIRTUAL_NETWORK,
    SECURITY_GROUP,
    SECURITY_RULE,
    ROUTE_TABLE,
    ROUTE,
    PUBLIC_IP,
    PUBLIC_IP_PREFIX,
    NAT_GATEWAY,
    SUBNET,
    PRIVATE_ENDPOINT,
    PRIVATE_DNS_ZONE_GROUP,
    NETWORK_WATCHER,
    FLOW_LOG,
)
