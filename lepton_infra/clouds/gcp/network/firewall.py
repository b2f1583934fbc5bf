"""VPC firewall rules of a region's network: no ingress; egress within it, and by HTTPS to Google's private addresses.

GKE adds the rules between its own nodes, pods and control plane itself; load balancers add those of their health
checks. Google's metadata server, which also serves DNS and NTP, cannot be blocked and needs no rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_gcp import compute

from lepton_infra.clouds.gcp.network.private_names import PRIVATE_API
from lepton_infra.clouds.gcp.settings import Settings
from lepton_infra.layers.component import Component

EVERYWHERE = "0.0.0.0/0"
_BEFORE_OTHERS = 1000
_AFTER_OTHERS = 65534
"""The lowest priority above the network's implied rules, of which one allows all egress."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A firewall rule: ``ports`` of ``protocol`` (none: all) to or from ``peer``."""

    direction: str
    allow: bool
    peer: str
    protocol: str = "all"
    ports: tuple[str, ...] = ()


def rules(cidr: str) -> Mapping[str, Rule]:
    """Firewall rules of the network ``cidr``, by name; egress beyond it is to Google's private addresses only."""
    return {
        "deny-in": Rule(direction="INGRESS", allow=False, peer=EVERYWHERE),
        "deny-out": Rule(direction="EGRESS", allow=False, peer=EVERYWHERE),
        "network-out": Rule(direction="EGRESS", allow=True, peer=cidr),
        "https-out": Rule(direction="EGRESS", allow=True, peer=PRIVATE_API, protocol="tcp", ports=("443",)),
    }


def firewall(
    parent: Component[Any], name: str, *, network: pulumi.Input[str], cidr: str, settings: Settings
) -> pulumi.Resource:
    """Create the firewall rules; denied traffic is logged. Returns the egress rule that nodes depend on."""
    made = {}
    for purpose, rule in rules(cidr).items():
        allowed = compute.FirewallAllowArgs(protocol=rule.protocol, ports=list(rule.ports) or None)
        denied = compute.FirewallDenyArgs(protocol=rule.protocol)
        made[purpose] = compute.Firewall(
            f"{name}-{purpose}",
            name=f"{name}-{purpose}",
            project=settings.project,
            network=network,
            direction=rule.direction,
            priority=_BEFORE_OTHERS if rule.allow else _AFTER_OTHERS,
            allows=[allowed] if rule.allow else None,
            denies=None if rule.allow else [denied],
            source_ranges=[rule.peer] if rule.direction == "INGRESS" else None,
            destination_ranges=[rule.peer] if rule.direction == "EGRESS" else None,
            log_config=None if rule.allow else compute.FirewallLogConfigArgs(metadata="INCLUDE_ALL_METADATA"),
            opts=parent.child(),
        )
    return made["https-out"]
