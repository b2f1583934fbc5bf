"""Network security groups: who reaches a subnet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pulumi_azure_native import network

from lepton_infra.clouds.azure.groups import Place

_FIRST_PRIORITY = 100
_LAST_PRIORITY = 4096


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Let ``source``, an address range or one of Azure's own names for one, in on TCP ``ports``."""

    name: str
    source: str
    ports: Sequence[str]


API_RULES = (
    Rule(name="nodes", source="VirtualNetwork", ports=("443", "4443")),
    Rule(name="load-balancer", source="AzureLoadBalancer", ports=("9988",)),
)
"""What the API server's subnet must let in ("API Server VNet Integration in AKS", on security groups)."""


def security_group(place: Place, name: str, rules: Sequence[Rule]) -> network.NetworkSecurityGroup:
    """A group that lets in what ``rules`` say and what the network itself sends, and nothing from the internet.

    The last two are Azure's own rules already; the second is written down so that no later rule falls between.
    """
    return network.NetworkSecurityGroup(
        f"{name}-firewall",
        network_security_group_name=name,
        resource_group_name=place.group,
        location=place.settings.location,
        security_rules=[
            *(_allow(_FIRST_PRIORITY + 10 * index, rule) for index, rule in enumerate(rules)),
            network.SecurityRuleArgs(
                name="internet",
                description="Nobody outside starts a connection",
                access=network.SecurityRuleAccess.DENY,
                direction=network.SecurityRuleDirection.INBOUND,
                priority=_LAST_PRIORITY,
                protocol=network.SecurityRuleProtocol.ASTERISK,
                source_address_prefix="Internet",
                source_port_range="*",
                destination_address_prefix="*",
                destination_port_range="*",
            ),
        ],
        tags=dict(place.tags),
        opts=place.parent.child(),
    )


def _allow(priority: int, rule: Rule) -> network.SecurityRuleArgs:
    return network.SecurityRuleArgs(
        name=rule.name,
        access=network.SecurityRuleAccess.ALLOW,
        direction=network.SecurityRuleDirection.INBOUND,
        priority=priority,
        protocol=network.SecurityRuleProtocol.TCP,
        source_address_prefix=rule.source,
        source_port_range="*",
        destination_address_prefix="*",
        destination_port_ranges=list(rule.ports),
    )
