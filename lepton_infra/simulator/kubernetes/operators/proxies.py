"""Envoy Gateway's proxies: from a gateway and its EnvoyProxy the Deployment that the controller makes.

Names, labels and the container's security context are the controller's own (internal/infrastructure/kubernetes/proxy of
envoyproxy/gateway 1.9.1). No proxy answers: the pods are played like all others. Its Service and autoscaler are left
out; the Deployment has the autoscaler's least number of replicas.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Final

from lepton_infra.simulator.control_plane.api import Api, Object
from lepton_infra.simulator.kubernetes.reading import mapping

_MANAGER: Final = "envoy-gateway"
_OWNER: Final = "gateway.envoyproxy.io/owning-gateway"
_PORT: Final = 10443
_USER: Final = 65532


def deploy(api: Api, gateway: Object, settings: Object) -> None:
    """Make the proxies of ``gateway`` as its EnvoyProxy ``settings`` says, beside it."""
    metadata = gateway["metadata"]
    provider = mapping(settings, "spec", "provider", "kubernetes")
    deployment = mapping(provider, "envoyDeployment")
    labels = {
        "app.kubernetes.io/name": "envoy",
        "app.kubernetes.io/component": "proxy",
        "app.kubernetes.io/managed-by": "envoy-gateway",
        f"{_OWNER}-namespace": metadata["namespace"],
        f"{_OWNER}-name": metadata["name"],
    }
    api.apply(
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {
                "name": _name(metadata["namespace"], metadata["name"]),
                "namespace": metadata["namespace"],
                "labels": labels,
                "ownerReferences": [
                    {
                        "apiVersion": gateway["apiVersion"],
                        "kind": gateway["kind"],
                        "name": metadata["name"],
                        "uid": metadata["uid"],
                    }
                ],
            },
            "spec": {
                "replicas": int(mapping(provider, "envoyHpa").get("minReplicas", 1)),
                "selector": {"matchLabels": labels},
                **{key: deployment[key] for key in ("strategy",) if key in deployment},
                "template": {
                    "metadata": {"labels": labels},
                    "spec": {
                        **mapping(deployment, "pod"),
                        "containers": [_container(mapping(deployment, "container"))],
                    },
                },
            },
        },
        _MANAGER,
        force=True,
    )


def _container(given: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": "envoy",
        "ports": [{"name": "https", "containerPort": _PORT}],
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "privileged": False,
            "runAsNonRoot": True,
            "runAsUser": _USER,
            "runAsGroup": _USER,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        **given,
    }


def _name(namespace: str, name: str) -> str:
    digest = hashlib.sha256(f"{namespace}/{name}".encode()).hexdigest()
    return f"envoy-{namespace}-{name}-{digest[:8]}"
