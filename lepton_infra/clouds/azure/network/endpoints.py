"""Private endpoints and their private DNS zones: a service's address inside the virtual network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import pulumi
from pulumi_azure_native import network, privatedns

from lepton_infra.clouds.azure.groups import Place


class Service(StrEnum):
    """Services with private endpoints, by the group id (sub-resource) of their private link."""

    BLOB = "blob"
    REGISTRY = "registry"
    VAULT = "vault"


ZONES: Mapping[Service, str] = {
    Service.BLOB: "privatelink.blob.core.windows.net",
    Service.REGISTRY: "privatelink.azurecr.io",
    Service.VAULT: "privatelink.vaultcore.azure.net",
}
"""Private DNS zones ("Azure Private Endpoint private DNS zone values")."""


@dataclass(frozen=True, kw_only=True)
class PrivateLink:
    """Subnet of the private endpoints, and ids of their private DNS zones, known once linked to the network."""

    subnet: pulumi.Output[str]
    zones: Mapping[Service, pulumi.Output[str]]


def private_zones(place: Place, name: str, virtual_network: pulumi.Output[str]) -> Mapping[Service, pulumi.Output[str]]:
    """Private DNS zones with their links to the virtual network, by id; they resolve inside it only."""
    zones: dict[Service, pulumi.Output[str]] = {}
    for service, domain in ZONES.items():
        zone = privatedns.PrivateZone(
            f"{name}-names-{service}",
            private_zone_name=domain,
            resource_group_name=place.group,
            location="global",
            tags=dict(place.context.tags),
            opts=place.parent.child(),
        )
        link = privatedns.VirtualNetworkLink(
            f"{name}-names-{service}-link",
            virtual_network_link_name=name,
            private_zone_name=zone.name,
            resource_group_name=place.group,
            location="global",
            registration_enabled=False,
            virtual_network=privatedns.SubResourceArgs(id=virtual_network),
            tags=dict(place.context.tags),
            opts=place.parent.child(),
        )
        zones[service] = pulumi.Output.all(zone.id, link.id).apply(_first)
    return zones


def _first(ids: list[str]) -> str:
    return ids[0]


def private_endpoint(
    place: Place, name: str, target: pulumi.Output[str], service: Service, link: PrivateLink
) -> network.PrivateDnsZoneGroup:
    """A private endpoint for ``target``, and its DNS records; deleted with the region even if its target stays."""
    endpoint = network.PrivateEndpoint(
        f"{name}-endpoint",
        private_endpoint_name=f"{name}-endpoint",
        resource_group_name=place.group,
        location=place.settings.location,
        subnet=network.SubnetArgs(id=link.subnet),
        custom_network_interface_name=f"{name}-endpoint",
        private_link_service_connections=[
            network.PrivateLinkServiceConnectionArgs(
                name=name, private_link_service_id=target, group_ids=[service.value]
            )
        ],
        tags=dict(place.context.tags),
        opts=place.parent.child(),
    )
    return network.PrivateDnsZoneGroup(
        f"{name}-endpoint-names",
        private_dns_zone_group_name="default",
        private_endpoint_name=endpoint.name,
        resource_group_name=place.group,
        private_dns_zone_configs=[
            network.PrivateDnsZoneConfigArgs(name=service.value, private_dns_zone_id=link.zones[service])
        ],
        opts=place.parent.child(),
    )
