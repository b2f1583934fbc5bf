"""Gateway listeners, their certificates, and the ClientTrafficPolicy of connections."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lepton_infra.config.gateway import GatewayConfig
from lepton_infra.platform.gateway.hosts import grpc_domain
from lepton_infra.platform.gateway.names import CLASS, GATEWAY, HTTPS_PORT

KINDS = {"https": "HTTPRoute", "grpc": "GRPCRoute"}
"""Listeners by name, and the one kind of route that each takes."""


def domains(config: GatewayConfig) -> dict[str, str]:
    """Wildcard domains of the listeners, by name. Their certificates have no name in common: with one, the controller
    would turn HTTP/2 off, which gRPC needs."""
    return {"https": f"*.{config.domain}", "grpc": f"*.{grpc_domain(config.domain)}"}


def certificate_of(listener: str) -> str:
    """The certificate of a listener, and the Secret that it is kept in."""
    return f"{GATEWAY}-{listener}"


def gateway(config: GatewayConfig, namespaces: Sequence[str], *, proxies: str) -> dict[str, Any]:
    """Spec of the Gateway. Only ``namespaces`` may attach routes, by their names, which no other can take."""
    return {
        "gatewayClassName": CLASS,
        "infrastructure": {"parametersRef": {"group": "gateway.envoyproxy.io", "kind": "EnvoyProxy", "name": proxies}},
        "listeners": [
            {
                "name": listener,
                "protocol": "HTTPS",
                "port": HTTPS_PORT,
                "hostname": hostname,
                "tls": {
                    "mode": "Terminate",
                    "certificateRefs": [{"group": "", "kind": "Secret", "name": certificate_of(listener)}],
                },
                "allowedRoutes": {
                    "kinds": [{"group": "gateway.networking.k8s.io", "kind": KINDS[listener]}],
                    "namespaces": {"from": "Selector", "selector": _named(namespaces)},
                },
            }
            for listener, hostname in domains(config).items()
        ],
    }


def client_policy(config: GatewayConfig) -> dict[str, Any]:
    """Spec of the ClientTrafficPolicy: TLS 1.2 or newer, paths that mean one thing only, no slow requests."""
    return {
        "targetRefs": [target()],
        "tls": {"minVersion": "1.2"},
        "path": {"escapedSlashesAction": "RejectRequest"},
        "headers": {"withUnderscoresAction": "RejectRequest", "requestID": "Generate"},
        "timeout": {"http": {"requestReceivedTimeout": f"{config.timeout_seconds}s"}},
    }


def target() -> dict[str, Any]:
    """Reference of a policy to the gateway."""
    return {"group": "gateway.networking.k8s.io", "kind": "Gateway", "name": GATEWAY}


def _named(namespaces: Sequence[str]) -> dict[str, Any]:
    return {
        "matchExpressions": [
            {"key": "kubernetes.io/metadata.name", "operator": "In", "values": sorted(namespaces)},
        ]
    }
