"""Table of scraped pods of other layers, from which PodMonitors and network policies follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lepton_infra.platform.gateway import names as gateway
from lepton_infra.platform.gpu import exporter
from lepton_infra.platform.scaling import keda
from lepton_infra.platform.serving.pod import REST_PORT

INTERVAL = "30s"


@dataclass(frozen=True, kw_only=True)
class Target:
    """Pods that tell of themselves: those with ``labels``, in ``namespace`` or (None) in every one.

    ``port`` is the number, which the network policy opens and which is scraped. ``targets`` are relabelings of where
    a sample comes from, ``samples`` of the sample itself.
    """

    name: str
    namespace: str | None
    labels: Mapping[str, str]
    port: int
    path: str = "/metrics"
    targets: Sequence[Mapping[str, Any]] = field(default_factory=tuple)
    samples: Sequence[Mapping[str, Any]] = field(default_factory=tuple)


def _label(label: str, name: str) -> dict[str, Any]:
    """A pod's label as the label ``name`` of all its samples."""
    source = "__meta_kubernetes_pod_label_" + label.replace(".", "_").replace("/", "_").replace("-", "_")
    return {"sourceLabels": [source], "targetLabel": name}


NODE = {"sourceLabels": ["__meta_kubernetes_pod_node_name"], "targetLabel": "node"}

TARGETS = (
    Target(
        name="model-servers",
        namespace=None,
        labels={"app.kubernetes.io/name": "tensorflow-serving"},
        port=REST_PORT,
        path="/monitoring/prometheus/metrics",
        targets=[
            _label("app.kubernetes.io/instance", "model"),
            _label("app.kubernetes.io/version", "version"),
            NODE,
        ],
    ),
    Target(
        name="gateway",
        namespace=gateway.NAMESPACE,
        labels={"app.kubernetes.io/name": "envoy", "app.kubernetes.io/component": "proxy"},
        port=gateway.PROXY_METRICS_PORT,
        path="/stats/prometheus",
        samples=[
            # The proxy names what it sends to after the route, <kind>/<namespace>/<name>/rule/<n>, and a model's routes
            # are in its namespace (irRoutePrefix in Envoy Gateway's internal/gatewayapi/helpers.go).
            {
                "sourceLabels": ["envoy_cluster_name"],
                "regex": "(?:http|grpc)route/serving-([^/]+)/.+",
                "targetLabel": "model",
            },
        ],
    ),
    Target(
        # Wherever it is: a site may run its own.
        name="gpus",
        namespace=None,
        labels=exporter.SELECTOR,
        port=exporter.PORT,
        # Its own labels namespace and pod, of who has the GPU, become exported_namespace and exported_pod.
        targets=[NODE],
    ),
    Target(name="keda", namespace=keda.NAMESPACE, labels={"app.kubernetes.io/name": "keda-operator"}, port=8080),
    Target(
        name="certificates",
        namespace=gateway.CERTIFICATES_NAMESPACE,
        labels={"app.kubernetes.io/name": "cert-manager"},
        port=gateway.CERTIFICATES_METRICS_PORT,
    ),
    Target(name="backups", namespace="velero", labels={"app.kubernetes.io/name": "velero"}, port=8085),
)


def monitor(target: Target) -> dict[str, Any]:
    """The spec of a target's PodMonitor. The label ``job`` is the pods' own name for what they are."""
    names = {"any": True} if target.namespace is None else {"matchNames": [target.namespace]}
    endpoint: dict[str, Any] = {
        "portNumber": target.port,
        "path": target.path,
        "interval": INTERVAL,
        "scrapeTimeout": "10s",
        # A pod is an end of its own: what it says of other pods must not stand for itself.
        "honorLabels": False,
        **({"relabelings": [dict(entry) for entry in target.targets]} if target.targets else {}),
        **({"metricRelabelings": [dict(entry) for entry in target.samples]} if target.samples else {}),
    }
    return {
        "jobLabel": "app.kubernetes.io/name",
        "namespaceSelector": names,
        "selector": {"matchLabels": dict(target.labels)},
        "podMetricsEndpoints": [endpoint],
    }
