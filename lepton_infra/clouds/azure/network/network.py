"""The virtual network of a region on Azure: subnets, NAT gateway, security groups, private DNS zones, log stores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_azure_native import managedidentity, network

from lepton_infra.clouds.azure.groups import place
from lepton_infra.clouds.azure.logs import LogPlace
from lepton_infra.clouds.azure.network.address_plan import address_plan
from lepton_infra.clouds.azure.network.endpoints import PrivateLink, private_zones
from lepton_infra.clouds.azure.network.firewall import API_EXITS, API_RULES, NODE_EXITS, security_group
from lepton_infra.clouds.azure.network.log_stores import log_stores
from lepton_infra.clouds.azure.settings import Settings
from lepton_infra.layers.component import Component
from lepton_infra.layers.context import Context
from lepton_infra.layers.network import NetworkArgs, NetworkOutputs


@dataclass(frozen=True, kw_only=True)
class AzureNetworkOutputs(NetworkOutputs):
    """Outputs of the virtual network that the layers above read.

    ``zones`` are the region's. ``nodes`` is the managed identity of every node: made here because the registry lets it
    pull images and the cluster runs nodes as it, and neither knows the other.
    """

    id: pulumi.Output[str]
    zones: Sequence[str]
    system_subnet: pulumi.Output[str]
    pool_subnets: Sequence[pulumi.Output[str]]
    api_subnet: pulumi.Output[str]
    link: PrivateLink
    logs: LogPlace
    nodes: managedidentity.UserAssignedIdentity


class Network(Component[AzureNetworkOutputs]):
    """A virtual network closed to inbound internet traffic, with one NAT gateway out to Azure's service tags.

    Subnets on Azure span all zones. A NAT gateway is in one zone, of Azure's choice; the SDK's API knows no other
    kind. Private endpoints and private DNS zones keep the region's own traffic to Azure's services inside.

    Traffic between machines is encrypted where both support it; sizes that do not, most with GPUs, still send plain
    traffic ("What is Azure Virtual Network encryption?").
    """

    def __init__(
        self, name: str, args: NetworkArgs, context: Context, settings: Settings, opts: pulumi.ResourceOptions
    ) -> None:
        super().__init__("lepton:azure:Network", name, context, opts)
        self._name, self._args = name, args
        self._place = place(self, name, settings=settings, outlives_region=False)
        kept = place(self, f"{name}-logs", settings=settings, outlives_region=True)
        plan = address_plan(args.cidr)
        self._network = network.VirtualNetwork(
            f"{name}-vnet",
            virtual_network_name=name,
            resource_group_name=self._place.group,
            location=settings.location,
            address_space=network.AddressSpaceArgs(address_prefixes=[args.cidr]),
            encryption=network.VirtualNetworkEncryptionArgs(
                enabled=True, enforcement=network.VirtualNetworkEncryptionEnforcement.ALLOW_UNENCRYPTED
            ),
            tags=dict(self.context.tags),
            # Subnets are resources of their own, and the network reports them among its own properties.
            opts=self.child(ignore_changes=["subnets"]),
        )
        self._nat = self._nat_gateway()
        nodes = security_group(self._place, f"{name}-nodes", exits=NODE_EXITS)
        system = self._subnet("system", plan.system, nodes, self._nat)
        pools = [self._subnet(f"pools-{index}", cidr, nodes, self._nat) for index, cidr in enumerate(plan.pools)]
        endpoints = self._subnet("endpoints", plan.endpoints, security_group(self._place, f"{name}-endpoints"))
        api = self._subnet(
            "api",
            plan.api,
            security_group(self._place, f"{name}-api", API_RULES, API_EXITS),
            self._nat,
            delegated_to="Microsoft.ContainerService/managedClusters",
        )
        link = PrivateLink(subnet=endpoints.id, zones=private_zones(self._place, name, self._network.id))
        self.publish(
            AzureNetworkOutputs(
                cidr=args.cidr,
                id=self._network.id,
                zones=args.zones,
                system_subnet=system.id,
                pool_subnets=[pool.id for pool in pools],
                api_subnet=api.id,
                link=link,
                logs=log_stores(kept, f"{name}-logs", link=link, virtual_network=self._network.id),
                nodes=self._place.identity(f"{name}-nodes-identity"),
            )
        )

    def _nat_gateway(self) -> network.NatGateway:
        """The NAT gateway, with a public address that spans the region's zones."""
        address = network.PublicIPAddress(
            f"{self._name}-nat-address",
            public_ip_address_name=f"{self._name}-nat",
            resource_group_name=self._place.group,
            location=self._place.settings.location,
            public_ip_allocation_method=network.IPAllocationMethod.STATIC,
            public_ip_address_version=network.IPVersion.I_PV4,
            sku=network.PublicIPAddressSkuArgs(name=network.PublicIPAddressSkuName.STANDARD),
            zones=list(self._args.zones),
            tags=dict(self.context.tags),
            opts=self.child(),
        )
        return network.NatGateway(
            f"{self._name}-nat",
            nat_gateway_name=self._name,
            resource_group_name=self._place.group,
            location=self._place.settings.location,
            sku=network.NatGatewaySkuArgs(name=network.NatGatewaySkuName.STANDARD),
            public_ip_addresses=[network.SubResourceArgs(id=address.id)],
            tags=dict(self.context.tags),
            opts=self.child(),
        )

    def _subnet(
        self,
        purpose: str,
        cidr: str,
        group: network.NetworkSecurityGroup,
        nat: network.NatGateway | None = None,
        delegated_to: str | None = None,
    ) -> network.Subnet:
        """A subnet with its security group, without Azure's default outbound access."""
        return network.Subnet(
            f"{self._name}-{purpose}",
            subnet_name=purpose,
            virtual_network_name=self._network.name,
            resource_group_name=self._place.group,
            address_prefix=cidr,
            default_outbound_access=False,
            nat_gateway=network.SubResourceArgs(id=nat.id) if nat else None,
            network_security_group=network.NetworkSecurityGroupArgs(id=group.id),
            private_endpoint_network_policies=network.VirtualNetworkPrivateEndpointNetworkPolicies.ENABLED,
            delegations=[network.DelegationArgs(name="owner", service_name=delegated_to)] if delegated_to else [],
            opts=self.child(),
        )
