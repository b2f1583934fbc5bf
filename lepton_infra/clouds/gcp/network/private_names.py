"""Private DNS zones that resolve Google's domains to the addresses of ``private.googleapis.com``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from ipaddress import IPv4Network
from typing import Any

import pulumi
from pulumi_gcp import dns

from lepton_infra.clouds.gcp.labels import labels
from lepton_infra.clouds.gcp.settings import Settings
from lepton_infra.layers.component import Component

PRIVATE_API = "199.36.153.8/30"
"""Address range of private.googleapis.com, not announced to the internet ("Configure Private Google Access", VPC
documentation)."""

DOMAINS: Mapping[str, str] = {
    "googleapis.com": "private.googleapis.com",
    "gcr.io": "gcr.io",
    "pkg.dev": "pkg.dev",
}
"""Domains that a region calls, and the host in each that has the A record (same source): APIs and storage, GKE's own
images, and the region's."""

TTL_SECONDS = 300


def addresses() -> list[str]:
    """All addresses of ``PRIVATE_API``: the first and the last are in use too."""
    return [str(address) for address in IPv4Network(PRIVATE_API)]


def private_names(
    parent: Component[Any],
    name: str,
    *,
    network: pulumi.Input[str],
    settings: Settings,
    api: pulumi.Resource,
) -> Sequence[pulumi.Resource]:
    """Create private DNS zones that resolve Google's domains to ``PRIVATE_API`` in a network; others resolve as usual.

    Returns the DNS records, which a caller of Google's services depends on.
    """
    return [
        record
        for domain, target in DOMAINS.items()
        for record in _zone(parent, f"{name}-{domain.replace('.', '-')}", domain, target, network, settings, api)
    ]


def _zone(
    parent: Component[Any],
    name: str,
    domain: str,
    target: str,
    network: pulumi.Input[str],
    settings: Settings,
    api: pulumi.Resource,
) -> Sequence[pulumi.Resource]:
    zone = dns.ManagedZone(
        name,
        name=name,
        project=settings.project,
        description=f"Leads to {domain} inside Google's network",
        dns_name=f"{domain}.",
        visibility="private",
        private_visibility_config=dns.ManagedZonePrivateVisibilityConfigArgs(
            networks=[dns.ManagedZonePrivateVisibilityConfigNetworkArgs(network_url=network)]
        ),
        force_destroy=False,
        labels=labels(parent.context.tags),
        opts=parent.child(depends_on=[api]),
    )

    def record(purpose: str, of: str, type: str, values: list[str]) -> pulumi.Resource:
        return dns.RecordSet(
            f"{name}-{purpose}",
            name=f"{of}.",
            project=settings.project,
            managed_zone=zone.name,
            type=type,
            ttl=TTL_SECONDS,
            rrdatas=values,
            opts=parent.child(),
        )

    return [record("addresses", target, "A", addresses()), record("others", f"*.{domain}", "CNAME", [f"{target}."])]
