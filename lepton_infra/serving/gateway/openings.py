"""Who reaches whom around the gateway: network policies beside a default that denies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pulumi_kubernetes.meta.v1 import LabelSelectorArgs, LabelSelectorRequirementArgs
from pulumi_kubernetes.networking import v1 as networking

from lepton_infra.serving.gateway.names import (
    CERTIFICATE_GENERATOR,
    CONTROLLER,
    CONTROLLER_PORT,
    PROXIES,
    PROXY_HTTPS_PORT,
    WEBHOOK_PORT,
)
from lepton_infra.serving.pod import GRPC_PORT, REST_PORT
from lepton_infra.serving.security import to_api_server, to_dns

Egress = networking.NetworkPolicyEgressRuleArgs
Ingress = networking.NetworkPolicyIngressRuleArgs
Peer = networking.NetworkPolicyPeerArgs
Port = networking.NetworkPolicyPortArgs


def proxies(clients: Sequence[str], namespaces: Sequence[str]) -> networking.NetworkPolicySpecArgs:
    """The proxies: in from ``clients`` (CIDRs); out to the models in ``namespaces``, to their controller and to DNS."""
    return _policy(
        PROXIES,
        ingress=[
            Ingress(
                from_=[Peer(ip_block=networking.IPBlockArgs(cidr=cidr)) for cidr in clients],
                ports=[Port(port=PROXY_HTTPS_PORT)],
            )
        ],
        egress=[
            to_dns(),
            Egress(to=[_pods(CONTROLLER)], ports=[Port(port=CONTROLLER_PORT)]),
            Egress(to=[_in(namespaces)], ports=[Port(port=REST_PORT), Port(port=GRPC_PORT)]),
        ],
    )


def controller() -> networking.NetworkPolicySpecArgs:
    """The controller: in from its proxies, out to the cluster's API and DNS."""
    return _policy(
        CONTROLLER,
        ingress=[Ingress(from_=[_pods(PROXIES)], ports=[Port(port=CONTROLLER_PORT)])],
        egress=[to_dns(), to_api_server()],
    )


def certificate_generator() -> networking.NetworkPolicySpecArgs:
    """The job that makes the certificates between the two: out to the cluster's API and DNS."""
    return _policy(CERTIFICATE_GENERATOR, ingress=[], egress=[to_dns(), to_api_server()])


def cert_manager() -> networking.NetworkPolicySpecArgs:
    """All of cert-manager: in to its webhook; out to the cluster's API and DNS.

    Whoever asks the webhook is the cluster's control plane, whose address differs from cloud to cloud and can change,
    so its one port is open to any.
    """
    return _policy({}, ingress=[Ingress(ports=[Port(port=WEBHOOK_PORT)])], egress=[to_dns(), to_api_server()])


def _policy(
    selector: Mapping[str, str], *, ingress: Sequence[Ingress], egress: Sequence[Egress]
) -> networking.NetworkPolicySpecArgs:
    return networking.NetworkPolicySpecArgs(
        pod_selector=LabelSelectorArgs(match_labels=selector) if selector else LabelSelectorArgs(),
        policy_types=["Ingress", "Egress"],
        ingress=list(ingress),
        egress=list(egress),
    )


def _pods(labels: Mapping[str, str]) -> Peer:
    """Pods of the policy's own namespace."""
    return Peer(pod_selector=LabelSelectorArgs(match_labels=labels))


def _in(namespaces: Sequence[str]) -> Peer:
    names = LabelSelectorRequirementArgs(key="kubernetes.io/metadata.name", operator="In", values=sorted(namespaces))
    return Peer(namespace_selector=LabelSelectorArgs(match_expressions=[names]))
