"""NetworkPolicies that admit gateway traffic through the default deny."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pulumi_kubernetes.meta.v1 import LabelSelectorArgs, LabelSelectorRequirementArgs
from pulumi_kubernetes.networking import v1 as networking

from lepton_infra.layers.oversight import EventCollector
from lepton_infra.platform.gateway.names import (
    CERTIFICATE_GENERATOR,
    CERTIFICATES_METRICS_PORT,
    CONTROLLER,
    CONTROLLER_PORT,
    PROXIES,
    PROXY_HTTPS_PORT,
    PROXY_METRICS_PORT,
    WEBHOOK_PORT,
)
from lepton_infra.platform.network_policies import from_monitoring, to_api_server, to_dns, to_endpoint, to_https
from lepton_infra.platform.scaling import http_interceptor
from lepton_infra.platform.serving.pod import GRPC_PORT, REST_PORT

Egress = networking.NetworkPolicyEgressRuleArgs
Ingress = networking.NetworkPolicyIngressRuleArgs
Peer = networking.NetworkPolicyPeerArgs
Port = networking.NetworkPolicyPortArgs


def proxies(
    clients: Sequence[str], namespaces: Sequence[str], events: EventCollector | None, *, held: bool = False
) -> networking.NetworkPolicySpecArgs:
    """The proxies: in from ``clients`` (CIDRs) and monitoring; out to the models in ``namespaces``, to their
    controller, to the collector of ``events`` and to DNS.

    ``held`` is whether some model is behind the proxy that holds requests.
    """
    holding = (
        [Egress(to=[_in([http_interceptor.NAMESPACE])], ports=[Port(port=http_interceptor.PROXY_PORT)])] if held else []
    )
    return _policy(
        PROXIES,
        ingress=[
            Ingress(
                from_=[Peer(ip_block=networking.IPBlockArgs(cidr=cidr)) for cidr in clients],
                ports=[Port(port=PROXY_HTTPS_PORT)],
            ),
            from_monitoring(PROXY_METRICS_PORT),
        ],
        egress=[
            to_dns(),
            Egress(to=[_pods(CONTROLLER)], ports=[Port(port=CONTROLLER_PORT)]),
            Egress(to=[_in(namespaces)], ports=[Port(port=REST_PORT), Port(port=GRPC_PORT)]),
            *holding,
            *([Egress(to=[_pods(events.labels)], ports=[Port(port=events.port)])] if events else []),
        ],
    )


def controller() -> networking.NetworkPolicySpecArgs:
    """The controller: in from its proxies, out to the cluster's API and DNS."""
    return _policy(
        CONTROLLER,
        ingress=[Ingress(from_=[_pods(PROXIES)], ports=[Port(port=CONTROLLER_PORT)])],
        egress=[to_dns(), to_api_server()],
    )


def collector(events: EventCollector) -> networking.NetworkPolicySpecArgs:
    """The collector of events: in from the proxies; out to DNS, to its credential and, over TLS, to the cloud's log."""
    return _policy(
        events.labels,
        ingress=[Ingress(from_=[_pods(PROXIES)], ports=[Port(port=events.port)])],
        egress=[to_dns(), to_https(), *map(to_endpoint, events.endpoints)],
    )


def certificate_generator() -> networking.NetworkPolicySpecArgs:
    """The job that makes the certificates between the two: out to the cluster's API and DNS."""
    return _policy(CERTIFICATE_GENERATOR, ingress=[], egress=[to_dns(), to_api_server()])


def cert_manager() -> networking.NetworkPolicySpecArgs:
    """All of cert-manager: in to its webhook, and for monitoring; out to the cluster's API and DNS.

    Whoever asks the webhook is the cluster's control plane, whose address differs from cloud to cloud and can change,
    so its one port is open to any.
    """
    ingress = [Ingress(ports=[Port(port=WEBHOOK_PORT)]), from_monitoring(CERTIFICATES_METRICS_PORT)]
    return _policy({}, ingress=ingress, egress=[to_dns(), to_api_server()])


def _policy(
    selector: Mapping[str, str], *, ingress: Sequence[Ingress], egress: Sequence[Egress]
) -> networking.NetworkPolicySpecArgs:
    return networking.NetworkPolicySpecArgs(
        pod_selector=LabelSelectorArgs(match_labels=selector) if selector else LabelSelectorArgs(),
        policy_types=["Ingress", "Egress"],
        ingress=list(ingress) or None,
        egress=list(egress),
    )


def _pods(labels: Mapping[str, str]) -> Peer:
    """Pods of the policy's own namespace."""
    return Peer(pod_selector=LabelSelectorArgs(match_labels=labels))


def _in(namespaces: Sequence[str]) -> Peer:
    names = LabelSelectorRequirementArgs(key="kubernetes.io/metadata.name", operator="In", values=sorted(namespaces))
    return Peer(namespace_selector=LabelSelectorArgs(match_expressions=[names]))
