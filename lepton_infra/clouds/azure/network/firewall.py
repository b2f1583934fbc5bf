"""Network security groups: inbound and outbound rules of the subnets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pulumi_azure_native import network

from lepton_infra.clouds.azure.groups import Place

_FIRST_PRIORITY = 100
_LAST_PRIORITY = 4096


@dataclass(frozen=True, kw_only=True)
class Rule:
    """An inbound rule: allow ``source``, an address range or a service tag, on TCP ``ports``."""

    name: str
    source: str
    ports: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Exit:
    """An outbound rule: allow HTTPS to ``service``, the service tag of all its addresses."""

    name: str
    service: str


_IDENTITY = Exit(name="identity", service="AzureActiveDirectory")

API_EXITS = (_IDENTITY,)
"""Outbound rules of the API server's subnet: it authenticates with Entra before it asks Key Vault for the cluster's
key."""

NODE_EXITS = (
    _IDENTITY,
    Exit(name="management", service="AzureResourceManager"),
    Exit(name="images", service="MicrosoftContainerRegistry"),
    Exit(name="downloads", service="AzureFrontDoor.FirstParty"),
)
"""Outbound rules of the nodes' subnets: the hosts of "Outbound network and FQDN rules for AKS clusters", by their
service tags ("Virtual network service tags"). Images of Microsoft's registry and packages come from
Microsoft's own Front Door.

Not in it:

* ``AzureCloud``, all addresses of whole locations, other customers' machines too. Nodes reach the API server within the
  network, which is what it would be for.
* ``Storage``, any customer's account. Accounts of the region are reached by private endpoints, and what the agent of a
  machine fetches for itself it gets through its host where storage is closed ("Azure Linux VM Agent", on HostGAPlugin).
* ``AzureMonitor``: no agent on a node sends logs. Add it with the first that does.
* Ubuntu's archives: AKS renews whole images of nodes (``node_os_upgrade_channel``).
* NVIDIA's and Docker's hosts, which that list has for nodes with GPUs and no tag covers: nodes take the driver
  from an image in Microsoft's registry (``aks-gpu-cuda``).

A service tag stands for addresses and not for hosts: any other host behind the same Front Door can be reached too. Only
a firewall that filters by host name (FQDN) closes that.
"""

API_RULES = (
    Rule(name="nodes", source="VirtualNetwork", ports=("443", "4443")),
    Rule(name="load-balancer", source="AzureLoadBalancer", ports=("9988",)),
)
"""Inbound rules of the API server's subnet ("API Server VNet Integration in AKS", on security groups)."""


def security_group(
    place: Place, name: str, rules: Sequence[Rule] = (), exits: Sequence[Exit] = ()
) -> network.NetworkSecurityGroup:
    """A network security group: ``rules`` inbound, ``exits`` outbound, all traffic within the network, nothing else.

    Azure's default rules allow everything within the network and in from load balancers; its next one allows
    everything out to the internet, which the last rule here overrules. The inbound rule that denies the internet is
    declared so that no later rule falls between. DNS, time and a machine's own identity come from the host, which
    security groups do not see.
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
