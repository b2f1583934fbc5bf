"""Networks of Compute Engine with their routers, routes, firewall rules and global addresses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from lepton_infra.simulator.behaviour import Failure, Properties
from lepton_infra.simulator.core.resource_type import paths
from lepton_infra.simulator.formats import between, cidr
from lepton_infra.simulator.gcp import compute
from lepton_infra.simulator.gcp.places import Place
from lepton_infra.simulator.gcp.resource_type import GcpType, LiveResource, Request
from lepton_infra.simulator.gcp.syntax import matches

_PORTS: Final = matches(r"\d{1,5}(-\d{1,5})?", "a port or a range such as 8000-9000")
_PROTOCOL: Final = matches(
    r"tcp|udp|icmp|esp|ah|sctp|ipip|all|\d{1,3}", "tcp, udp, icmp, esp, ah, sctp, ipip, all or a number"
)
NETWORK_NAME: Final = compute.missing()
ROUTER_NAME: Final = compute.missing()


def _network(live: LiveResource) -> dict[str, Any]:
    number = live.number("network")
    return {"gatewayIpv4": "", "networkId": number, "numericId": number}


def _exactly_one(*properties: str) -> Callable[[Properties, Place], Iterator[Failure]]:
    def findings(inputs: Properties, place: Place) -> Iterator[Failure]:
        given = [name for name in properties if inputs.get(name) not in (None, [])]
        if len(given) != 1:
            reason = f"exactly one of {', '.join(properties)} must be given, not {' and '.join(given) or 'none'}"
            yield Failure(path=(given or properties)[0], reason=reason)

    return findings


_NOT_OF: Final[Mapping[str, tuple[str, ...]]] = {"EGRESS": ("sourceRanges", "sourceTags", "sourceServiceAccounts")}


def _direction(inputs: Properties, place: Place) -> Iterator[Failure]:
    """Ingress rules say where from, egress rules where to."""
    direction = inputs.get("direction", "INGRESS")
    for property in _NOT_OF.get(direction, ()) if isinstance(direction, str) else ():
        if inputs.get(property):
            yield Failure(path=property, reason=f"invalid: not for a firewall rule of direction {direction}")


NETWORK: Final = GcpType(
    token="gcp:compute/network:Network",
    identifiers=compute.identifiers("global/networks"),
    referred_to=NETWORK_NAME,
    api=Request(
        schema="compute.v1#Network",
        names={
            "routingMode": "routingConfig.routingMode",
            "bgpAlwaysCompareMed": "routingConfig.bgpAlwaysCompareMed",
            "bgpBestPathSelectionMode": "routingConfig.bgpBestPathSelectionMode",
            "bgpInterRegionCost": "routingConfig.bgpInterRegionCost",
        },
    ),
    formats={"mtu": between(1300, 8896)},
    unique=compute.TAKEN,
    defaults={
        "autoCreateSubnetworks": True,
        "mtu": 0,
        "routingMode": "REGIONAL",
        "networkFirewallPolicyEnforcementOrder": "AFTER_CLASSIC_FIREWALL",
        "deleteDefaultRoutesOnCreate": False,
    },
    outputs=_network,
    immutable=paths("name description autoCreateSubnetworks internalIpv6Range networkProfile params"),
)

ROUTER: Final = GcpType(
    token="gcp:compute/router:Router",
    identifiers=compute.identifiers("regions/{region}/routers"),
    referred_to=ROUTER_NAME,
    api=Request(schema="compute.v1#Router"),
    references={"network": NETWORK_NAME},
    unique=compute.TAKEN,
    immutable=paths("name network region encryptedInterconnectRouter nccGateway params"),
    uses=(NETWORK.used_at("network"),),
)

FIREWALL: Final = GcpType(
    token="gcp:compute/firewall:Firewall",
    identifiers=compute.identifiers("global/firewalls"),
    api=Request(
        schema="compute.v1#Firewall",
        names={
            "allows": "allowed",
            "denies": "denied",
            "allows.protocol": "IPProtocol",
            "denies.protocol": "IPProtocol",
        },
    ),
    formats={
        "sourceRanges": cidr(),
        "destinationRanges": cidr(),
        "priority": between(0, 65535),
        "allows.ports": _PORTS,
        "allows.protocol": _PROTOCOL,
        "denies.ports": _PORTS,
        "denies.protocol": _PROTOCOL,
    },
    input_rules=(_exactly_one("allows", "denies"), _direction),
    references={"network": NETWORK_NAME},
    unique=compute.TAKEN,
    defaults={"direction": "INGRESS", "priority": 1000, "disabled": False},
    immutable=paths("name direction params"),
    uses=(NETWORK.used_at("network"),),
)

ROUTE: Final = GcpType(
    token="gcp:compute/route:Route",
    identifiers=compute.identifiers("global/routes"),
    api=Request(schema="compute.v1#Route", uncovered={"nextHopInstanceZone": "part of the instance's link"}),
    formats={"destRange": cidr(), "priority": between(0, 65535)},
    references={"network": NETWORK_NAME},
    unique=compute.TAKEN,
    defaults={"priority": 1000},
    immutable=paths(
        "name network destRange description priority tags params nextHopGateway nextHopInstance nextHopInstanceZone"
        " nextHopIp nextHopIlb nextHopVpnTunnel"
    ),
    uses=(NETWORK.used_at("network"),),
)

GLOBAL_ADDRESS: Final = GcpType(
    token="gcp:compute/globalAddress:GlobalAddress",
    identifiers=compute.identifiers("global/addresses"),
    api=Request(schema="compute.v1#Address"),
    references={"network": NETWORK_NAME},
    unique=compute.TAKEN,
    defaults={"addressType": "EXTERNAL"},
    outputs=lambda live: {"address": live.public_address("address")},
    immutable=paths("name address addressType description purpose network prefixLength ipVersion"),
    uses=(NETWORK.used_at("network"),),
)

TYPES: Final = (NETWORK, ROUTER, FIREWALL, ROUTE, GLOBAL_ADDRESS)
