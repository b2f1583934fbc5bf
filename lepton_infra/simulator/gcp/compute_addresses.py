"""Regional addresses of Compute Engine, Cloud NAT and forwarding rules."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from typing import Any, Final

from lepton_infra.simulator.behaviour import Call, CloudError, Failure, Properties, Stored
from lepton_infra.simulator.core.paths import texts_at
from lepton_infra.simulator.core.resource_type import paths
from lepton_infra.simulator.formats import between
from lepton_infra.simulator.gcp import compute, syntax
from lepton_infra.simulator.gcp.compute_network import NETWORK, NETWORK_NAME, ROUTER, ROUTER_NAME
from lepton_infra.simulator.gcp.compute_subnetwork import SUBNETWORK, SUBNETWORK_NAME
from lepton_infra.simulator.gcp.identifiers import Identifiers, last
from lepton_infra.simulator.gcp.lookups import named
from lepton_infra.simulator.gcp.places import Place
from lepton_infra.simulator.gcp.resource_type import GcpType, LiveResource, Request

ADDRESS_NAME: Final = compute.missing()


def _nat(inputs: Properties, place: Place) -> Iterator[Failure]:
    """Addresses are Google's to choose or given, subnetworks are listed if they are to be."""
    manual, addresses = inputs.get("natIpAllocateOption"), inputs.get("natIps")
    if manual == "MANUAL_ONLY" and not addresses:
        yield Failure(path="natIps", reason="invalid: MANUAL_ONLY needs natIps")
    if manual == "AUTO_ONLY" and addresses:
        yield Failure(path="natIps", reason="invalid: AUTO_ONLY takes no natIps")
    listed, wanted = inputs.get("subnetworks"), inputs.get("sourceSubnetworkIpRangesToNat")
    if wanted == "LIST_OF_SUBNETWORKS" and not listed:
        yield Failure(path="subnetworks", reason="invalid: LIST_OF_SUBNETWORKS needs subnetworks")
    if isinstance(wanted, str) and wanted.startswith("ALL_") and listed:
        yield Failure(path="subnetworks", reason=f"invalid: {wanted} takes no subnetworks")
    if inputs.get("enableDynamicPortAllocation") is True and inputs.get("enableEndpointIndependentMapping") is True:
        reason = "invalid: dynamic port allocation and endpoint-independent mapping exclude each other"
        yield Failure(path="enableDynamicPortAllocation", reason=reason)


def _in_one_network(call: Call) -> None:
    """The subnetworks of a NAT gateway are in its router's network, and each has one gateway."""
    router = named(call, ROUTER, call.inputs["router"])
    if router is None:
        return
    for _, name in texts_at(call.inputs, "subnetworks.name"):
        found = named(call, SUBNETWORK, name)
        if found is not None and not _same_network(call, router, found):
            raise CloudError(
                "invalid",
                f"Invalid value for field 'nats.subnetworks': '{found.id}' is not in the network of {router.id}",
            )


def _same_network(call: Call, *parts: Stored) -> bool:
    """Whether parts name the same network, each in its own way."""
    networks = [named(call, NETWORK, str(part.inputs.get("network"))) for part in parts]
    return len({network.id for network in networks if network is not None}) <= 1


def _address(live: LiveResource) -> dict[str, Any]:
    subnetwork = named(live.call, SUBNETWORK, live.call.inputs.get("subnetwork"))
    if subnetwork is None:
        return {"address": live.public_address("address")}
    range = ipaddress.IPv4Network(subnetwork.inputs["ipCidrRange"])
    # Google keeps the first two and the last two addresses of a primary range.
    return {"address": str(range[2 + live.offset("address") % (range.num_addresses - 4)])}


ADDRESS: Final = GcpType(
    token="gcp:compute/address:Address",
    identifiers=compute.identifiers("regions/{region}/addresses"),
    referred_to=ADDRESS_NAME,
    api=Request(schema="compute.v1#Address"),
    references={"network": NETWORK_NAME, "subnetwork": SUBNETWORK_NAME},
    unique=compute.TAKEN,
    defaults={"addressType": "EXTERNAL", "networkTier": "PREMIUM", "users": []},
    outputs=_address,
    immutable=paths(
        "name region address addressType description purpose network subnetwork networkTier prefixLength ipCollection"
        " ipVersion ipv6EndpointType"
    ),
    uses=(SUBNETWORK.used_at("subnetwork"),),
)

ROUTER_NAT: Final = GcpType(
    token="gcp:compute/routerNat:RouterNat",
    identifiers=Identifiers(
        id="{project}/{region}/{router}/{name}", words=lambda call, common: {"router": last(common["router"])}
    ),
    api=Request(schema="compute.v1#RouterNat", uncovered={"router": "a reference"}),
    formats={
        "minPortsPerVm": between(2, 65536),
        "maxPortsPerVm": between(64, 65536),
        "name": syntax.name(63),
    },
    input_rules=(_nat,),
    references={"router": ROUTER_NAME, "subnetworks.name": SUBNETWORK_NAME, "natIps": ADDRESS_NAME},
    preconditions=(_in_one_network,),
    unique=compute.TAKEN,
    defaults={
        "type": "PUBLIC",
        "enableDynamicPortAllocation": False,
        "icmpIdleTimeoutSec": 30,
        "udpIdleTimeoutSec": 30,
        "tcpEstablishedIdleTimeoutSec": 1200,
        "tcpTransitoryIdleTimeoutSec": 30,
        "tcpTimeWaitTimeoutSec": 120,
    },
    immutable=paths("name router region endpointTypes type initialNatIps"),
    uses=(SUBNETWORK.used_at("subnetworks.name"), ADDRESS.used_at("natIps")),
    part_of="router",
)

GLOBAL_FORWARDING_RULE: Final = GcpType(
    token="gcp:compute/globalForwardingRule:GlobalForwardingRule",
    identifiers=compute.identifiers("global/forwardingRules"),
    api=Request(schema="compute.v1#ForwardingRule", names={"ipProtocol": "IPProtocol", "ipAddress": "IPAddress"}),
    references={"network": NETWORK_NAME, "subnetwork": SUBNETWORK_NAME},
    unique=compute.TAKEN,
    immutable=paths(
        "name description allowPscGlobalAccess ipAddress ipProtocol ipVersion network subnetwork portRange"
        " noAutomateDnsZone sourceIpRanges metadataFilters networkTier serviceDirectoryRegistrations"
    ),
)

TYPES: Final = (ROUTER_NAT, ADDRESS, GLOBAL_FORWARDING_RULE)
