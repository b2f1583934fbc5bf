"""Azure Private DNS: zones and their links to networks."""

from __future__ import annotations

from typing import Final

from lepton_infra.simulator.azure_native.identifiers import top
from lepton_infra.simulator.azure_native.resource_ids import within
from lepton_infra.simulator.azure_native.resource_type import AzureType, Location, Unique, folded, in_use
from lepton_infra.simulator.azure_native.syntax import NETWORK_NAME
from lepton_infra.simulator.behaviour import Call, CloudError

_ZONE: Final = top("Microsoft.Network/privateDnsZones/{privateZoneName}")


def _unlinked(call: Call) -> None:
    """A zone is not deleted before its links."""
    assert call.old is not None
    zone = call.old.id
    links = sorted(link.id for link in call.scope.all(VIRTUAL_NETWORK_LINK.token) if within(link.id, zone))
    if links:
        refusal = in_use("CannotDeleteResource")
        raise CloudError(refusal.code, refusal.message.format(id=zone, users=", ".join(links)))


PRIVATE_ZONE: Final = AzureType(
    token="azure-native:privatedns:PrivateZone",
    path=_ZONE,
    location=Location.GLOBAL,
    defaults={
        "maxNumberOfRecordSets": 25000,
        "maxNumberOfVirtualNetworkLinks": 1000,
        "maxNumberOfVirtualNetworkLinksWithRegistration": 100,
        "numberOfRecordSets": 1,
        "numberOfVirtualNetworkLinks": 0,
        "numberOfVirtualNetworkLinksWithRegistration": 0,
    },
    deletion_rules=(_unlinked,),
)


VIRTUAL_NETWORK_LINK: Final = AzureType(
    token="azure-native:privatedns:VirtualNetworkLink",
    path=_ZONE.part("virtualNetworkLinks/{virtualNetworkLinkName}"),
    location=Location.GLOBAL,
    formats={"virtualNetworkLinkName": NETWORK_NAME},
    unique=(
        Unique(
            code="BadRequest",
            message="A virtual network cannot be linked to multiple zones with overlapping namespaces: {id}",
            key=folded("privateZoneName", "virtualNetwork.id"),
        ),
    ),
    defaults={"virtualNetworkLinkState": "Completed"},
)


TYPES: Final = (
    PRIVATE_ZONE,
    VIRTUAL_NETWORK_LINK,
)
