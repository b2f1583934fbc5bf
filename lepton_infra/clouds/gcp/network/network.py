"""The VPC network of a region: subnetwork, firewall, private DNS zones, APIs, key rings and flow logs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_gcp import compute

from lepton_infra.clouds.gcp import logs
from lepton_infra.clouds.gcp.iam import conditions
from lepton_infra.clouds.gcp.iam.keys import KeyRings, customer_key, key_rings
from lepton_infra.clouds.gcp.logs import LogStore
from lepton_infra.clouds.gcp.network.addresses import ranges
from lepton_infra.clouds.gcp.network.firewall import firewall
from lepton_infra.clouds.gcp.network.private_names import private_names
from lepton_infra.clouds.gcp.services import Api, enabled
from lepton_infra.clouds.gcp.settings import Settings
from lepton_infra.layers.component import Component
from lepton_infra.layers.context import Context
from lepton_infra.layers.network import NetworkArgs, NetworkOutputs

PODS, SERVICES = "pods", "services"
"""The subnetwork's secondary ranges."""


@dataclass(frozen=True, kw_only=True)
class GcpNetworkOutputs(NetworkOutputs):
    """Outputs of the VPC network, and the APIs, key rings and log key that this first layer makes for the others.

    ``egress`` are the firewall rule and DNS records for Google's services: nodes depend on them, the control plane does
    not. ``zones`` are the zones of nodes, ``key_rings`` hold the region's keys, ``apis`` are the enabled APIs,
    ``log_store`` is for the region's log buckets.
    """

    network: pulumi.Output[str]
    subnetwork: pulumi.Output[str]
    egress: Sequence[pulumi.Resource]
    zones: tuple[str, ...]
    apis: Mapping[Api, pulumi.Resource]
    key_rings: KeyRings
    log_store: LogStore


class Network(Component[GcpNetworkOutputs]):
    """A VPC network with one subnetwork over all zones, private DNS for Google's services, firewall and flow logs.

    Nodes have no public address. They reach Google's services inside Google's network (Private Google Access) and
    nothing else, so there is no NAT gateway.
    """

    def __init__(
        self, name: str, args: NetworkArgs, context: Context, settings: Settings, opts: pulumi.ResourceOptions
    ) -> None:
        super().__init__("lepton:gcp:Network", name, context, opts)
        apis = enabled(self, name, settings)
        rings = key_rings(self, name, settings, apis[Api.KEYS])
        logs_key = customer_key(
            self,
            f"{name}-logs-key",
            rings=rings,
            users=[logs.writer(settings)],
            outlives_region=True,
        )
        log_store = LogStore(key=logs_key, api=apis[Api.LOGGING])
        kept = logs.regional_log(
            self,
            f"{name}-logs",
            store=log_store,
            settings=settings,
            log_filter=conditions.network_logs(name),
        )
        network = compute.Network(
            f"{name}-vpc",
            name=name,
            project=settings.project,
            description=f"Private network of {name}",
            auto_create_subnetworks=False,
            routing_mode="REGIONAL",
            opts=self.child(depends_on=[apis[Api.COMPUTE]]),
        )
        subnetwork = self._subnetwork(name, args, settings, network, kept)
        way_out = firewall(self, name, network=network.id, cidr=args.cidr, settings=settings)
        names = private_names(self, name, network=network.id, settings=settings, api=apis[Api.DNS])
        self.publish(
            GcpNetworkOutputs(
                cidr=args.cidr,
                network=network.id,
                subnetwork=subnetwork.id,
                egress=[way_out, *names],
                zones=tuple(args.zones),
                apis=apis,
                key_rings=rings,
                log_store=log_store,
            )
        )

    def _subnetwork(
        self, name: str, args: NetworkArgs, settings: Settings, network: compute.Network, kept: pulumi.Resource
    ) -> compute.Subnetwork:
        """The regional subnetwork, with VPC flow logs of every flow."""
        plan = ranges(args.cidr)
        return compute.Subnetwork(
            f"{name}-subnetwork",
            name=name,
            project=settings.project,
            region=settings.region,
            network=network.id,
            ip_cidr_range=plan.nodes,
            secondary_ip_ranges=[
                compute.SubnetworkSecondaryIpRangeArgs(range_name=PODS, ip_cidr_range=plan.pods),
                compute.SubnetworkSecondaryIpRangeArgs(range_name=SERVICES, ip_cidr_range=plan.services),
            ],
            private_ip_google_access=True,
            stack_type="IPV4_ONLY",
            log_config=compute.SubnetworkLogConfigArgs(
                aggregation_interval="INTERVAL_1_MIN", flow_sampling=1.0, metadata="INCLUDE_ALL_METADATA"
            ),
            opts=self.child(depends_on=[kept]),
        )
