"""Network security groups: who reaches a subnet, and whom it reaches."""

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


@dataclass(frozen=True, kw_only=True)
class Exit:
    """Let machines out over HTTPS to ``service``, by Azure's own name for all addresses that it answers at."""

    name: str
    service: str


_IDENTITY = Exit(name="identity", service="AzureActiveDirectory")

API_EXITS = (_IDENTITY,)
"""What the API server's subnet may reach besides the network: who asks Key Vault for the cluster's key must say who it
is."""

NODE_EXITS = (
    _IDENTITY,
    Exit(name="management", service="AzureResourceManager"),
    Exit(name="images", service="MicrosoftContainerRegistry"),
    Exit(name="downloads", service="AzureFrontDoor.FirstParty"),
)
"""What nodes must reach besides the network: the hosts of "Outbound network and FQDN rules for AKS clusters", by the
services that answer for them ("Virtual network service tags"). Images of Microsoft's registry and packages come from
Microsoft's own Front Door.

Not in it:

* ``AzureCloud``, whole locations of other people's machines. Nodes reach the API server within the network, which is
  what it would be for.
* ``Storage``, any account of anybody. Accounts of the region are reached by private endpoints, and what the agent of a
  machine fetches for itself it gets through its host where storage is closed ("Azure Linux VM Agent", on HostGAPlugin).
* ``AzureMonitor``: no agent on a node sends logs. Add it with the first that does.
* Ubuntu's archives: AKS renews whole images of nodes (``node_os_upgrade_channel``).
* NVIDIA's and Docker's hosts, which that list has for nodes with GPUs and no name stands for: nodes take the driver
  from an image in Microsoft's registry (``aks-gpu-cuda``).

Names of services stand for addresses and not for hosts: whoever may write to a host behind the same front door can be
written to. Only a firewall that knows hosts closes that.
"""

API_RULES = (
    Rule(name="nodes", source="VirtualNetwork", ports=("443", "4443")),
    Rule(name="load-balancer", source="AzureLoadBalancer", ports=("9988",)),
)
"""What the API server's subnet must let in ("API Server VNet Integration in AKS", on security groups)."""


def security_group(
    place: Place, name: str, rules: Sequence[Rule] = (), exits: Sequence[Exit] = ()
) -> network.NetworkSecurityGroup:
    """A group that lets in what ``rules`` say, out to ``exits``, both ways within the network, and nothing else.

    Within the network, and in from load balancers, Azure's own rules let everything; its next one lets everything out
    to the internet, which the last rule here overrules. Its like for the way in is written down so that no later rule
    falls between. Names, time and a machine's own identity come from the host, which groups do not see.
    """
    return network.NetworkSecurityGroup(
        f"{name}-firewall",
        network_security_group_name=name,
        resource_group_name=place.group,
        location=place.settings.location,
        security_rules=[
            *(_allow(_FIRST_PRIORITY + 10 * index, rule) for index, rule in enumerate(rules)),
            _deny_in(),
            *(_let_out(_FIRST_PRIORITY + 10 * index, exit) for index, exit in enumerate(exits)),
            _deny_out(),
        ],
        tags=dict(place.context.tags),
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


def _let_out(priority: int, exit: Exit) -> network.SecurityRuleArgs:
    return network.SecurityRuleArgs(
        name=exit.name,
        access=network.SecurityRuleAccess.ALLOW,
        direction=network.SecurityRuleDirection.OUTBOUND,
        priority=priority,
        protocol=network.SecurityRuleProtocol.TCP,
        source_address_prefix="*",
        source_port_range="*",
        destination_address_prefix=exit.service,
        destination_port_range="443",
    )


def _deny_in() -> network.SecurityRuleArgs:
    return network.SecurityRuleArgs(
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
    )


def _deny_out() -> network.SecurityRuleArgs:
    return network.SecurityRuleArgs(
        name="to-internet",
        description="Nothing leaves but to services by name",
        access=network.SecurityRuleAccess.DENY,
        direction=network.SecurityRuleDirection.OUTBOUND,
        priority=_LAST_PRIORITY,
        protocol=network.SecurityRuleProtocol.ASTERISK,
        source_address_prefix="*",
        source_port_range="*",
        destination_address_prefix="Internet",
        destination_port_range="*",
    )
