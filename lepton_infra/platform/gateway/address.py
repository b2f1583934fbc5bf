"""The address that clients use: a load balancer within the private network."""

from __future__ import annotations

from collections.abc import Sequence

from pulumi_kubernetes.core import v1 as core

from lepton_infra.layers.cluster import InternalLoadBalancer
from lepton_infra.platform.gateway.names import HTTPS_PORT, PROXIES, PROXY_HTTPS_PORT


def service(balancer: InternalLoadBalancer, clients: Sequence[str]) -> core.ServiceSpecArgs:
    """Spec of the Service. Addresses outside ``clients`` (CIDRs) are refused before they reach a node.

    Requests stay on the node that they reach (``Local``), which keeps the client's own address: the proxies' network
    policy and log know it.
    """
    return core.ServiceSpecArgs(
        type="LoadBalancer",
        load_balancer_class=balancer.class_name,
        load_balancer_source_ranges=list(clients),
        external_traffic_policy="Local",
        selector=PROXIES,
        ports=[core.ServicePortArgs(name="https", port=HTTPS_PORT, target_port=PROXY_HTTPS_PORT)],
    )
