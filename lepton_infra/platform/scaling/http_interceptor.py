"""KEDA's add-on for HTTP: a proxy before a model that holds requests while no replica is ready.

Values and objects are those of its chart and its API, both 0.15.0: https://github.com/kedacore/charts (http-add-on),
https://github.com/kedacore/http-add-on/tree/v0.15.0/operator/apis/http/v1beta1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lepton_infra.config.models import ModelConfig, VersionConfig
from lepton_infra.layers.cluster import ChartImage, ChartRelease, ImageForm
from lepton_infra.platform.gateway.hosts import grpc_host, host
from lepton_infra.platform.serving import sizing
from lepton_infra.platform.serving.pod import GRPC_PORT, REST_PORT

NAMESPACE = "keda-http"
API = "http.keda.sh/v1beta1"
PROXY = "keda-add-ons-http-interceptor-proxy"
PROXY_PORT = 8080
SCALER_PORT = 9090
ADMIN_PORT = 9090
"""Where the scaler asks each proxy how many requests it has."""

CONCURRENT = 100
"""Requests at once for each replica, held ones included; the add-on's own default (HTTPScaledObject)."""
HELD_AT_MOST = 1000
"""Requests that each proxy holds of one model; more are refused, so that a flood takes no other model's proxy down."""


@dataclass(frozen=True, kw_only=True)
class Backend:
    """A Service that requests are sent to. ``namespace`` is None for the model's own."""

    service: str
    namespace: str | None
    port: int


@dataclass(frozen=True, kw_only=True)
class Route:
    """InterceptorRoute of one port of a model. ``purpose`` is its part of the logical name."""

    purpose: str
    name: str
    spec: Mapping[str, Any]


def chart() -> ChartRelease:
    """Proxies, what counts their requests, and the operator.

    The chart knows one tag for all its images and none of their digests; what is pulled is the tag in the region's own
    registry. Its pods are brought to the level of their namespace here.
    """
    small = {"requests": {"cpu": "100m", "memory": "64Mi"}, "limits": {"cpu": "500m", "memory": "256Mi"}}
    proxy = {"requests": {"cpu": "250m", "memory": "256Mi"}, "limits": {"cpu": "2", "memory": "1Gi"}}
    names = ("operator", "interceptor", "scaler")
    quiet = {"pullPolicy": "IfNotPresent"}
    return ChartRelease(
        name="keda-http",
        namespace=NAMESPACE,
        pin="keda-add-ons-http",
        images=[
            ChartImage(key=f"keda-http-{name}", path=f"images.{name}", form=ImageForm.REPOSITORY) for name in names
        ],
        values={
            "operator": {**quiet, "resources": small},
            "scaler": {**quiet, "replicas": 2, "resources": small},
            "interceptor": {
                **quiet,
                "replicas": {"min": 2, "max": 10},
                "resources": proxy,
                "coldStart": {"maxPendingRequests": HELD_AT_MOST},
            },
            "podSecurityContext": {
                "runAsNonRoot": True,
                "runAsUser": 1000,
                "runAsGroup": 1000,
                "seccompProfile": {"type": "RuntimeDefault"},
            },
        },
    )


def backend_of(model: ModelConfig, version: VersionConfig, port: int) -> Backend:
    """Backend of a version's requests at the gateway: its own Service, or the interceptor that buffers them."""
    if model.scaling.buffer_requests:
        return Backend(service=PROXY, namespace=NAMESPACE, port=PROXY_PORT)
    return Backend(service=f"{model.name}-v{version.version}", namespace=None, port=port)


def routes(model: ModelConfig, version: VersionConfig, service: str, domain: str) -> Sequence[Route]:
    """One for REST and one for gRPC: the proxy knows a model by the host that was asked for, below ``domain``.

    A request is held for as long as a first pod may take. The caller and the gateway give up before, as their own
    limits say.
    """
    held = sizing.progress_seconds(model, version)
    return [
        Route(purpose="held", name=service, spec=_route(service, REST_PORT, host(model.name, domain), held)),
        Route(
            purpose="held-grpc",
            name=f"{service}-grpc",
            spec=_route(service, GRPC_PORT, grpc_host(model.name, domain), held),
        ),
    ]


def _route(service: str, port: int, hostname: str, held: int) -> dict[str, Any]:
    return {
        "target": {"service": service, "port": port},
        "rules": [{"hosts": [hostname]}],
        "scalingMetric": {"concurrency": {"targetValue": CONCURRENT}},
        "timeouts": {"readiness": f"{held}s"},
    }


def grant(namespaces: Sequence[str]) -> dict[str, Any]:
    """The spec of a ReferenceGrant beside the proxy: routes of these namespaces may send requests to it."""
    kinds = ("HTTPRoute", "GRPCRoute")
    return {
        "from": [
            {"group": "gateway.networking.k8s.io", "kind": kind, "namespace": namespace}
            for namespace in sorted(namespaces)
            for kind in kinds
        ],
        "to": [{"group": "", "kind": "Service", "name": PROXY}],
    }
