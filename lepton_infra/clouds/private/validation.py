"""Validation of a stack file's values on a private site: one small rule each, all reported at once.

Rules look at the file only. Whether its facts are true only the site knows; a false one shows as pods that stay pending
or cannot fetch their model.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lepton_infra.clouds.private import site_rules
from lepton_infra.clouds.private.nodes import placement
from lepton_infra.clouds.private.settings import Settings
from lepton_infra.config.region import RegionConfig
from lepton_infra.config.rules.network import PRIVATE, parsed
from lepton_infra.errors import Problem

NEEDED: Mapping[str, str] = {
    "dns": "pods find nothing without DNS of pods labelled k8s-app=kube-dns in kube-system",
    "metrics": "no model scales without the metrics API",
    "network-policy": "every pod of the cluster could reach the models without enforced network policies",
    "token-issuer": "the store can check no pod's token unless it trusts the issuer of service account tokens",
}
"""What serving needs of a cluster, and why."""

PROMISED: Mapping[str, str] = {
    "access": "that each model's role reads its own model alone and that the API is closed to the world",
    "encryption": "customer-managed keys for volumes, objects and secrets, rotated as encryption.rotation_days says",
    "oversight": "an audit trail, alerts, emergency access that ends, and backups of the data bucket",
    "retention": "versions and logs that are kept as storage and retention say",
}
"""What a region promises and cannot make here."""


def problems(settings: Settings, region: RegionConfig[Any]) -> list[Problem]:
    """Everything that is wrong, in the order of the file."""
    return [
        *site_rules.kubeconfig(settings),
        *_offers(settings),
        *(
            found
            for index, kind in enumerate(settings.machines)
            for found in site_rules.machines(settings, index, kind)
        ),
        *site_rules.store(settings),
        *_held(settings),
        *_zones(settings, region),
        *_operator_networks(region),
        *_gateway(settings, region),
        *_system_nodes(settings, region),
        *placement.problems(settings, region),
        *placement.gpus_are_measured(settings, region),
    ]


def _offers(settings: Settings) -> Iterator[Problem]:
    """The cluster has what serving needs."""
    missing = [need for need in NEEDED if need not in settings.kubernetes.features]
    for need in missing:
        yield Problem(
            path=("cloud", "kubernetes", "features"),
            given=list(settings.kubernetes.features),
            message=f"lacks {need}: {NEEDED[need]}; install it, then list it",
            allowed=", ".join(NEEDED),
        )


def _held(settings: Settings) -> Iterator[Problem]:
    """What the region cannot promise, the file states who does."""
    for promise, meaning in PROMISED.items():
        if getattr(settings.attestations, promise) is None:
            yield Problem(
                path=("cloud", "attestations", promise),
                message=f"is missing: the region cannot promise {meaning}; state how the site meets it",
                allowed="{attested_by: who answers for it, statement: how it is met}",
            )


def _zones(settings: Settings, region: RegionConfig[Any]) -> Iterator[Problem]:
    """Zones are the site's own."""
    for index, zone in enumerate(region.network.zones):
        if zone not in settings.site.zones:
            yield Problem(
                path=("network", "zones", index),
                given=zone,
                message=f"is not a zone of {settings.site.name}",
                allowed=", ".join(settings.site.zones),
            )


def _operator_networks(region: RegionConfig[Any]) -> Iterator[Problem]:
    """Nothing here would open or close the API to them."""
    if region.cluster.operator_networks:
        yield Problem(
            path=("cluster", "operator_networks"),
            given=list(region.cluster.operator_networks),
            message="are kept by the site's own firewall, not by the region; remove them and open them there",
        )


def _gateway(settings: Settings, region: RegionConfig[Any]) -> Iterator[Problem]:
    """A gateway has a load balancer of the site, and it is for private addresses: here nothing tells that it is one."""
    if region.gateway is None:
        return
    if settings.kubernetes.load_balancer is None:
        yield Problem(
            path=("cloud", "kubernetes", "load_balancer"),
            message="is missing: the gateway's address is made by the site's load balancer; say how it is asked",
            allowed="{annotations: what a Service says to get a private address}",
        )
    for index, cidr in enumerate(region.gateway.client_networks):
        network = parsed(cidr)
        if network is not None and not network.is_private:
            yield Problem(
                path=("gateway", "client_networks", index),
                given=cidr,
                message=f"is public, and nothing at {settings.site.name} filters requests before the gateway; "
                "let those clients in through a private network",
                allowed=", ".join(map(str, PRIVATE)),
            )


def _system_nodes(settings: Settings, region: RegionConfig[Any]) -> Iterator[Problem]:
    """The cluster's own nodes are as many and as large as the file asks."""
    asked, there = region.cluster.system_nodes, settings.kubernetes.system_nodes
    path = ("cluster", "system_nodes")
    if asked.min > there.nodes:
        message = f"are more than there are at {settings.site.name}"
        yield Problem(path=(*path, "min"), given=asked.min, message=message, allowed=f"at most {there.nodes}")
    if asked.cpus > there.cpus:
        message = f"vCPUs are more than the nodes at {settings.site.name} have"
        yield Problem(path=(*path, "cpus"), given=asked.cpus, message=message, allowed=f"at most {there.cpus}")
