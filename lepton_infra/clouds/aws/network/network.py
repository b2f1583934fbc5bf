"""The private network of a region on AWS."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
from pulumi_aws import ec2

from lepton_infra.clouds.aws.iam import arns, key_policies, policies
from lepton_infra.clouds.aws.iam.keys import customer_key
from lepton_infra.clouds.aws.iam.roles import granted_role
from lepton_infra.clouds.aws.logs import log_group
from lepton_infra.clouds.aws.network.endpoints import private_endpoints
from lepton_infra.clouds.aws.settings import Settings
from lepton_infra.layers.component import Component
from lepton_infra.layers.context import Context
from lepton_infra.layers.network import NetworkArgs, NetworkOutputs, ZoneSubnets, zone_subnets

EVERYWHERE = "0.0.0.0/0"


@dataclass(frozen=True, kw_only=True)
class AwsNetworkOutputs(NetworkOutputs):
    """VPC outputs that the cluster and its nodes take, by zone.

    ``egress`` are the routes to each zone's NAT: nodes wait for them, the control plane does not. ``logs_key`` is the
    ARN of the key of the region's log groups.
    """

    private_subnets: Mapping[str, pulumi.Output[str]]
    egress: Mapping[str, pulumi.Resource]
    logs_key: pulumi.Output[str]


class Network(Component[AwsNetworkOutputs]):
    """A VPC with a private and a public subnet per zone, one NAT per zone, private endpoints and flow logs.

    Nodes and pods live in the private subnets; the public ones hold only NATs and load balancers and give no addresses
    out by themselves. Each zone leaves through its own NAT, so that the loss of a zone takes no other with it.
    """

    def __init__(
        self, name: str, args: NetworkArgs, context: Context, settings: Settings, opts: pulumi.ResourceOptions
    ) -> None:
        super().__init__("lepton:aws:Network", name, context, opts)
        self._name = name
        self._vpc = ec2.Vpc(
            f"{name}-vpc",
            cidr_block=args.cidr,
            enable_dns_hostnames=True,
            enable_dns_support=True,
            tags=self._named(name),
            opts=self.child(),
        )
        ec2.DefaultSecurityGroup(
            f"{name}-default",
            vpc_id=self._vpc.id,
            ingress=[],
            egress=[],
            tags=self._named(f"{name}-default-closed"),
            opts=self.child(),
        )
        public_routes, internet = self._public_routes()
        private: dict[str, ec2.Subnet] = {}
        tables: dict[str, ec2.RouteTable] = {}
        egress: dict[str, pulumi.Resource] = {}
        for zone, subnets in zip(args.zones, zone_subnets(args.cidr, len(args.zones)), strict=True):
            private[zone] = self._subnet("private", zone, subnets.private, "kubernetes.io/role/internal-elb")
            tables[zone], egress[zone] = self._zone_egress(zone, subnets, private[zone], public_routes, internet)
        private_endpoints(
            self,
            name,
            settings=settings,
            cidr=args.cidr,
            vpc_id=self._vpc.id,
            subnet_ids=[subnet.id for subnet in private.values()],
            route_table_ids=[table.id for table in tables.values()],
        )
        self.publish(
            AwsNetworkOutputs(
                cidr=args.cidr,
                private_subnets={zone: subnet.id for zone, subnet in private.items()},
                egress=egress,
                logs_key=self._flow_logs(args, settings),
            )
        )

    def _named(self, name: str) -> dict[str, str]:
        return {**self.context.tags, "Name": name}

    def _subnet(self, kind: str, zone: str, cidr: str, load_balancer_role: str) -> ec2.Subnet:
        """A subnet; the tag tells Kubernetes which load balancers, internal or public, may stand in it."""
        name = f"{self._name}-{kind}-{zone}"
        return ec2.Subnet(
            name,
            vpc_id=self._vpc.id,
            cidr_block=cidr,
            availability_zone=zone,
            map_public_ip_on_launch=False,
            tags={**self._named(name), load_balancer_role: "1"},
            opts=self.child(),
        )

    def _public_routes(self) -> tuple[ec2.RouteTable, ec2.InternetGateway]:
        """The route table of the public subnets and the internet gateway."""
        gateway = ec2.InternetGateway(
            f"{self._name}-internet", vpc_id=self._vpc.id, tags=self._named(f"{self._name}-internet"), opts=self.child()
        )
        name = f"{self._name}-routes-public"
        table = ec2.RouteTable(name, vpc_id=self._vpc.id, tags=self._named(name), opts=self.child())
        ec2.Route(
            f"{name}-egress",
            route_table_id=table.id,
            destination_cidr_block=EVERYWHERE,
            gateway_id=gateway.id,
            opts=self.child(),
        )
        return table, gateway

    def _zone_egress(
        self,
        zone: str,
        subnets: ZoneSubnets,
        private: ec2.Subnet,
        public_routes: ec2.RouteTable,
        internet: ec2.InternetGateway,
    ) -> tuple[ec2.RouteTable, ec2.Route]:
        """The NAT of a zone in its public subnet, and the private route table that leads to it."""
        public = self._subnet("public", zone, subnets.public, "kubernetes.io/role/elb")
        ec2.RouteTableAssociation(
            f"{self._name}-public-{zone}-association",
            subnet_id=public.id,
            route_table_id=public_routes.id,
            opts=self.child(),
        )
        nat_name = f"{self._name}-nat-{zone}"
        address = ec2.Eip(f"{nat_name}-address", domain="vpc", tags=self._named(nat_name), opts=self.child())
        nat = ec2.NatGateway(
            nat_name,
            allocation_id=address.id,
            subnet_id=public.id,
            tags=self._named(nat_name),
            # EC2 makes no public NAT before the network has its gateway, and keeps the gateway until the NAT is gone.
            opts=self.child(depends_on=[internet]),
        )
        table_name = f"{self._name}-routes-{zone}"
        table = ec2.RouteTable(table_name, vpc_id=self._vpc.id, tags=self._named(table_name), opts=self.child())
        ec2.RouteTableAssociation(
            f"{table_name}-association", subnet_id=private.id, route_table_id=table.id, opts=self.child()
        )
        route = ec2.Route(
            f"{table_name}-egress",
            route_table_id=table.id,
            destination_cidr_block=EVERYWHERE,
            nat_gateway_id=nat.id,
            opts=self.child(),
        )
        return table, route

    def _flow_logs(self, args: NetworkArgs, settings: Settings) -> pulumi.Output[str]:
        """Flow logs of the whole VPC; the ARN of the key that the region's log groups share."""
        group_name = f"/lepton/{self._name}/flow"
        key = customer_key(
            self,
            f"{self._name}-logs-key",
            description=f"Log groups of {self._name} and of the clusters on it",
            policy=key_policies.for_logs(
                settings.account, settings.region, [group_name, "/aws/eks/*", "/lepton/*/ai-events"]
            ),
            outlives_region=True,
        )
        group = log_group(
            self,
            f"{self._name}-flow-logs",
            group=group_name,
            key_arn=key.arn,
        )
        writer = granted_role(
            self,
            f"{self._name}-flow-writer",
            trust=policies.flow_log_trust(settings.account),
            # Known beforehand, so that a preview can show what it gives.
            statements=policies.writes_log_group(f"{arns.log_groups(settings.account, settings.region, group_name)}:*"),
        )
        ec2.FlowLog(
            f"{self._name}-flow",
            vpc_id=self._vpc.id,
            traffic_type="ALL",
            log_destination_type="cloud-watch-logs",
            log_destination=group.arn,
            iam_role_arn=writer.arn,
            max_aggregation_interval=60,
            tags=self._named(f"{self._name}-flow"),
            opts=self.child(depends_on=list(writer.grants)),
        )
        return key.arn
