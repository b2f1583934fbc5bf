"""NetworkPolicies that admit the traffic of KEDA and its add-on through the default deny."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pulumi_kubernetes.meta.v1 import LabelSelectorArgs, LabelSelectorRequirementArgs
from pulumi_kubernetes.networking import v1 as networking

from lepton_infra.platform.network_policies import GATEWAY_LABEL, from_monitoring, to_api_server, to_dns
from lepton_infra.platform.scaling import http_interceptor, keda
from lepton_infra.platform.serving.pod import GRPC_PORT, REST_PORT

Egress = networking.NetworkPolicyEgressRuleArgs
Ingress = networking.NetworkPolicyIngressRuleArgs
Peer = networking.NetworkPolicyPeerArgs
Port = networking.NetworkPolicyPortArgs

_METRICS_API_PORT = 6443
_OPERATOR_PORT = 9666
_OPERATOR_METRICS_PORT = 8080
_PROMETHEUS_PORT = 9090
_OPERATOR = {"app": "keda-operator"}
_METRICS_API = {"app": "keda-operator-metrics-apiserver"}
_PROXIES = {"app.kubernetes.io/name": "http-add-on", "app.kubernetes.io/component": "interceptor"}
_SCALER = {"app.kubernetes.io/name": "http-add-on", "app.kubernetes.io/component": "scaler"}


def operator() -> networking.NetworkPolicySpecArgs:
    """KEDA's operator: asked by the metrics API and by monitoring; asks Prometheus and who counts held requests."""
    return _policy(
        _OPERATOR,
        ingress=[_from(_pods(_METRICS_API), _OPERATOR_PORT), from_monitoring(_OPERATOR_METRICS_PORT)],
        egress=[
            to_dns(),
            to_api_server(),
            _to(_in(["lepton-monitoring"]), _PROMETHEUS_PORT),
            _to(_in([http_interceptor.NAMESPACE]), http_interceptor.SCALER_PORT),
        ],
    )


def metrics_api() -> networking.NetworkPolicySpecArgs:
    """KEDA's metrics API: asked by the cluster's own API, whose address no policy can name; asks the operator."""
    return _policy(
        _METRICS_API,
        ingress=[Ingress(ports=[Port(port=_METRICS_API_PORT)])],
        egress=[to_dns(), to_api_server(), _to(_pods(_OPERATOR), _OPERATOR_PORT)],
    )


def proxies(namespaces: Sequence[str]) -> networking.NetworkPolicySpecArgs:
    """The proxies: in from gateways; out to the models of ``namespaces``; watched and counted by the add-on's own."""
    gateways = Peer(namespace_selector=LabelSelectorArgs(match_labels=GATEWAY_LABEL))
    return _policy(
        _PROXIES,
        ingress=[_from(gateways, http_interceptor.PROXY_PORT), _from(_pods(_SCALER), http_interceptor.ADMIN_PORT)],
        egress=[to_dns(), to_api_server(), _to(_in(namespaces), REST_PORT, GRPC_PORT)],
    )


def counting() -> networking.NetworkPolicySpecArgs:
    """Traffic of the external scaler, which counts buffered requests: KEDA's operator in, out to the interceptors."""
    return _policy(
        _SCALER,
        ingress=[_from(_in([keda.NAMESPACE]), http_interceptor.SCALER_PORT)],
        egress=[to_dns(), to_api_server(), _to(_pods(_PROXIES), http_interceptor.ADMIN_PORT)],
    )


def add_on_operator() -> networking.NetworkPolicySpecArgs:
    """Traffic of the add-on's operator, and of no other pod of its namespace: out to the cluster's API."""
    selector = {"app.kubernetes.io/name": "http-add-on", "app.kubernetes.io/component": "operator"}
    return _policy(selector, ingress=[], egress=[to_dns(), to_api_server()])


def _policy(
    selector: Mapping[str, str], *, ingress: Sequence[Ingress], egress: Sequence[Egress]
) -> networking.NetworkPolicySpecArgs:
    return networking.NetworkPolicySpecArgs(
        pod_selector=LabelSelectorArgs(match_labels=dict(selector)),
        policy_types=["Ingress", "Egress"],
        ingress=list(ingress),
        egress=list(egress),
    )


def _pods(labels: Mapping[str, str]) -> Peer:
    return Peer(pod_selector=LabelSelectorArgs(match_labels=dict(labels)))


def _in(namespaces: Sequence[str]) -> Peer:
    names = LabelSelectorRequirementArgs(key="kubernetes.io/metadata.name", operator="In", values=sorted(namespaces))
    return Peer(namespace_selector=LabelSelectorArgs(match_expressions=[names]))


def _from(peer: Peer, port: int) -> Ingress:
    return Ingress(from_=[peer], ports=[Port(port=port, protocol="TCP")])


def _to(peer: Peer, *ports: int) -> Egress:
    return Egress(to=[peer], ports=[Port(port=port, protocol="TCP") for port in ports])
