"""NetworkPolicy specs and rules that layers of the platform share, as pure builders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pulumi_kubernetes.meta.v1 import LabelSelectorArgs
from pulumi_kubernetes.networking import v1 as networking

from lepton_infra.layers.network import Endpoint

GATEWAY_LABEL = {"lepton.dev/gateway": "true"}
"""Carried by the namespaces whose pods may call model servers; nobody else reaches them."""

MONITORING_LABEL = {"lepton.dev/monitoring": "true"}
"""Carried by the namespaces whose pods may scrape what measures; nobody else reaches it."""

LINK_LOCAL = "169.254.0.0/16"
_SYSTEM_NAMESPACE = {"kubernetes.io/metadata.name": "kube-system"}
_DNS = {"k8s-app": "kube-dns"}
_ANYWHERE = networking.IPBlockArgs(cidr="0.0.0.0/0", except_=[LINK_LOCAL])
_API_PORTS = (443, 6443)
"""Where clusters' APIs are: those of the clouds, and those that sites install themselves."""


def default_deny() -> networking.NetworkPolicySpecArgs:
    """Default deny: no pod of the namespace reaches or is reached by any other until another policy admits it."""
    return networking.NetworkPolicySpecArgs(pod_selector=LabelSelectorArgs(), policy_types=["Ingress", "Egress"])


def model_traffic(
    selector: dict[str, str],
    ports: Sequence[int],
    endpoints: Sequence[Endpoint],
    *,
    metrics: int,
    cache: CachePods | None = None,
) -> networking.NetworkPolicySpecArgs:
    """Traffic of a model server: gateways in on ``ports``, monitoring on ``metrics``; out to DNS and to ``endpoints``,
    which are those of its store and of its credential, and to its ``cache``.

    Nothing else: not the internet, not the cluster's API, and of link-local addresses, where the node's own credentials
    are, only what its identity names.
    """
    return networking.NetworkPolicySpecArgs(
        pod_selector=LabelSelectorArgs(match_labels=selector),
        policy_types=["Ingress", "Egress"],
        ingress=[
            networking.NetworkPolicyIngressRuleArgs(
                from_=[
                    networking.NetworkPolicyPeerArgs(namespace_selector=LabelSelectorArgs(match_labels=GATEWAY_LABEL))
                ],
                ports=[_port(port) for port in ports],
            ),
            from_monitoring(metrics),
        ],
        egress=[
            to_dns(),
            *to_endpoints(endpoints),
            *([_to_cache(cache)] if cache else []),
        ],
    )


@dataclass(frozen=True, kw_only=True)
class CachePods:
    """The pods of a model's cache, in its namespace, and the port that they answer at."""

    selector: Mapping[str, str]
    port: int


def cache_traffic(
    cache: CachePods, readers: Mapping[str, str], endpoints: Sequence[Endpoint]
) -> networking.NetworkPolicySpecArgs:
    """Traffic of a cache: ``readers`` in its namespace in; out to DNS, its store and its credential."""
    return networking.NetworkPolicySpecArgs(
        pod_selector=LabelSelectorArgs(match_labels=cache.selector),
        policy_types=["Ingress", "Egress"],
        ingress=[
            networking.NetworkPolicyIngressRuleArgs(
                from_=[networking.NetworkPolicyPeerArgs(pod_selector=LabelSelectorArgs(match_labels=readers))],
                ports=[_port(cache.port)],
            )
        ],
        egress=[to_dns(), *to_endpoints(endpoints)],
    )


def _to_cache(cache: CachePods) -> networking.NetworkPolicyEgressRuleArgs:
    peer = networking.NetworkPolicyPeerArgs(pod_selector=LabelSelectorArgs(match_labels=cache.selector))
    return networking.NetworkPolicyEgressRuleArgs(to=[peer], ports=[_port(cache.port)])


def to_endpoints(endpoints: Sequence[Endpoint]) -> list[networking.NetworkPolicyEgressRuleArgs]:
    """Egress rules for addresses outside the cluster, each once."""
    return [to_endpoint(endpoint) for endpoint in dict.fromkeys(endpoints)]


def from_monitoring(port: int) -> networking.NetworkPolicyIngressRuleArgs:
    """Ingress rule for the monitoring namespace, which scrapes ``port``."""
    return networking.NetworkPolicyIngressRuleArgs(
        from_=[networking.NetworkPolicyPeerArgs(namespace_selector=LabelSelectorArgs(match_labels=MONITORING_LABEL))],
        ports=[_port(port)],
    )


def to_dns() -> networking.NetworkPolicyEgressRuleArgs:
    """Egress rule for the cluster's own name server."""
    return networking.NetworkPolicyEgressRuleArgs(
        to=[
            networking.NetworkPolicyPeerArgs(
                namespace_selector=LabelSelectorArgs(match_labels=_SYSTEM_NAMESPACE),
                pod_selector=LabelSelectorArgs(match_labels=_DNS),
            )
        ],
        ports=[_port(53, "UDP"), _port(53)],
    )


def to_https() -> networking.NetworkPolicyEgressRuleArgs:
    """Egress rule for the cloud's services, at any address but link-local ones."""
    return _out(_ANYWHERE, 443)


def to_endpoint(endpoint: Endpoint) -> networking.NetworkPolicyEgressRuleArgs:
    """Egress rule for an address outside the cluster."""
    return _out(networking.IPBlockArgs(cidr=endpoint.cidr), endpoint.port)


def to_api_server() -> networking.NetworkPolicyEgressRuleArgs:
    """Egress rule for the cluster's API, for pods that have to do with it.

    It is no pod that a policy could name, and its address differs from cloud to cloud and can change: so to its two
    ports at any address but link-local ones. What may be done there is bound by the pod's service account.
    """
    return networking.NetworkPolicyEgressRuleArgs(
        to=[networking.NetworkPolicyPeerArgs(ip_block=_ANYWHERE)], ports=[_port(port) for port in _API_PORTS]
    )


def _port(port: int, protocol: str = "TCP") -> networking.NetworkPolicyPortArgs:
    return networking.NetworkPolicyPortArgs(port=port, protocol=protocol)


def _out(block: networking.IPBlockArgs, port: int) -> networking.NetworkPolicyEgressRuleArgs:
    return networking.NetworkPolicyEgressRuleArgs(
        to=[networking.NetworkPolicyPeerArgs(ip_block=block)], ports=[_port(port)]
    )
