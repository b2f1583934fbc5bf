"""NetworkPolicies that admit the monitoring namespace's traffic through the default deny."""

from __future__ import annotations

from collections.abc import Iterable

from pulumi_kubernetes.meta.v1 import LabelSelectorArgs, LabelSelectorRequirementArgs
from pulumi_kubernetes.networking import v1 as networking

from lepton_infra.platform.monitoring.chart import PROMETHEUS_PORT
from lepton_infra.platform.monitoring.scraping import Target
from lepton_infra.platform.network_policies import LINK_LOCAL, to_api_server, to_dns
from lepton_infra.platform.scaling import keda

_NAME = "app.kubernetes.io/name"
_PROMETHEUS = "prometheus"
_ASK_THE_API = (_PROMETHEUS, "kube-prometheus-stack-prometheus-operator", "kube-state-metrics")
_SCALER = {"kubernetes.io/metadata.name": keda.NAMESPACE}
"""Who asks Prometheus from outside: what scales models on their metrics."""
_KUBELET_PORT = 10250

_TCP = networking.NetworkPolicyPortArgs
_Peer = networking.NetworkPolicyPeerArgs


def within() -> networking.NetworkPolicySpecArgs:
    """All pods here reach one another and the cluster's name server. None holds anything that another may not see."""
    return networking.NetworkPolicySpecArgs(
        pod_selector=LabelSelectorArgs(),
        policy_types=["Ingress", "Egress"],
        ingress=[networking.NetworkPolicyIngressRuleArgs(from_=[_Peer(pod_selector=LabelSelectorArgs())])],
        egress=[
            networking.NetworkPolicyEgressRuleArgs(to=[_Peer(pod_selector=LabelSelectorArgs())]),
            to_dns(),
        ],
    )


def to_the_api() -> networking.NetworkPolicySpecArgs:
    """Those that watch the cluster's objects reach its API. Grafana and Alertmanager do not."""
    chosen = LabelSelectorRequirementArgs(key=_NAME, operator="In", values=list(_ASK_THE_API))
    return networking.NetworkPolicySpecArgs(
        pod_selector=LabelSelectorArgs(match_expressions=[chosen]), policy_types=["Egress"], egress=[to_api_server()]
    )


def scraping(targets: Iterable[Target]) -> networking.NetworkPolicySpecArgs:
    """Prometheus reaches what it scrapes, on that port alone, and is asked by the scaler."""
    return networking.NetworkPolicySpecArgs(
        pod_selector=LabelSelectorArgs(match_labels={_NAME: _PROMETHEUS}),
        policy_types=["Ingress", "Egress"],
        ingress=[
            networking.NetworkPolicyIngressRuleArgs(
                from_=[_Peer(namespace_selector=LabelSelectorArgs(match_labels=_SCALER))],
                ports=[_TCP(port=PROMETHEUS_PORT, protocol="TCP")],
            )
        ],
        egress=[
            *(_to(target) for target in targets),
            # Kubelets are no pods: nodes come and go, and a policy cannot name them.
            _anywhere(_KUBELET_PORT),
        ],
    )


def mail(port: int) -> networking.NetworkPolicySpecArgs:
    """Alertmanager reaches the mail relay: a policy cannot name a host, so any address, on the relay's port alone."""
    return networking.NetworkPolicySpecArgs(
        pod_selector=LabelSelectorArgs(match_labels={_NAME: "alertmanager"}),
        policy_types=["Egress"],
        egress=[_anywhere(port)],
    )


def _to(target: Target) -> networking.NetworkPolicyEgressRuleArgs:
    # None and not an empty mapping: the server does not keep that, and every apply would be a change.
    named = None if target.namespace is None else {"kubernetes.io/metadata.name": target.namespace}
    peer = _Peer(
        namespace_selector=LabelSelectorArgs(match_labels=named),
        pod_selector=LabelSelectorArgs(match_labels=target.labels),
    )
    return networking.NetworkPolicyEgressRuleArgs(to=[peer], ports=[_TCP(port=target.port, protocol="TCP")])


def _anywhere(port: int) -> networking.NetworkPolicyEgressRuleArgs:
    block = networking.IPBlockArgs(cidr="0.0.0.0/0", except_=[LINK_LOCAL])
    return networking.NetworkPolicyEgressRuleArgs(to=[_Peer(ip_block=block)], ports=[_TCP(port=port, protocol="TCP")])
