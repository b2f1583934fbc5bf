"""KEDA, which scales on what Prometheus has measured: its chart, and the object for one version of a model.

Objects are those of KEDA's own API: https://github.com/kedacore/keda/blob/v2.20.2/apis/keda/v1alpha1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lepton_infra.config.models import ModelConfig, ScalingMetric, VersionConfig
from lepton_infra.fields import NodeCount
from lepton_infra.layers.cluster import ChartImage, ChartRelease, ImageForm
from lepton_infra.platform.scaling.hpa import QUIET_SECONDS

NAMESPACE = "keda"
API = "keda.sh/v1alpha1"

PROMETHEUS = "http://monitoring-prometheus.lepton-monitoring.svc.cluster.local:9090"
"""The region's own Prometheus (``monitoring``)."""

POLLING_SECONDS = 30
"""As often as Prometheus scrapes: more often would see the same numbers."""
FAILURES = 3
"""Polls in a row without a number before KEDA falls back."""

SCALER_ADDRESS = "keda-add-ons-http-external-scaler.keda-http.svc.cluster.local:9090"
"""Who counts the requests that a holding proxy has (``holder``)."""


def chart() -> ChartRelease:
    """Operator and metrics API, two of each.

    Without the webhook, which checks what people write: what is written here is generated, and it would refuse the
    moment in which a model changes from the cluster's own autoscaler to this one and has both. The operator reads no
    secret outside its namespace.
    """
    form = ImageForm.REGISTRY_REPOSITORY_TAG
    budget = {"minAvailable": 1}
    restrict = {"restrict": {"secret": True}}
    return ChartRelease(
        name="keda",
        namespace=NAMESPACE,
        pin="keda",
        images=[
            ChartImage(key="keda", path="image.keda", form=form),
            ChartImage(key="keda-metrics-apiserver", path="image.metricsApiServer", form=form),
        ],
        values={
            "image": {"pullPolicy": "IfNotPresent"},
            "operator": {"replicaCount": 2},
            "metricsServer": {"replicaCount": 2},
            "webhooks": {"enabled": False},
            "podDisruptionBudget": {"operator": budget, "metricServer": budget},
            "priorityClassName": "system-cluster-critical",
            "prometheus": {"operator": {"enabled": True}},
            "permissions": {"operator": restrict, "metricServer": restrict},
        },
    )


def spec(model: ModelConfig, version: VersionConfig, deployment: str, replicas: NodeCount) -> dict[str, Any]:
    """The spec of a version's ScaledObject.

    A number that is missing is an error and never a zero. Then there are as many replicas as there were, and no fewer
    than the model's minimum, so that blindness takes nothing away. Only a proxy that holds requests
    (``scaling.buffer_requests``) may let the last replica go, by its own count of requests; what Prometheus does not
    have is then no load, for without a replica nobody measures any.
    """
    return {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": deployment},
        "minReplicaCount": replicas.min,
        "maxReplicaCount": replicas.max,
        "pollingInterval": POLLING_SECONDS,
        "cooldownPeriod": QUIET_SECONDS,
        "fallback": {
            "failureThreshold": FAILURES,
            "replicas": max(1, replicas.min),
            "behavior": "currentReplicasIfHigher",
        },
        "advanced": {
            "horizontalPodAutoscalerConfig": {
                "behavior": {"scaleDown": {"stabilizationWindowSeconds": QUIET_SECONDS}},
            }
        },
        "triggers": [*_requests_held(model, deployment), _TRIGGERS[model.scaling.metric](model, version, deployment)],
    }


def _requests_held(model: ModelConfig, deployment: str) -> list[dict[str, Any]]:
    if not model.scaling.buffer_requests:
        return []
    metadata = {"scalerAddress": SCALER_ADDRESS}
    names = (deployment, f"{deployment}-grpc")
    return [{"type": "external-push", "metadata": {**metadata, "interceptorRoute": name}} for name in names]


def _cpu(model: ModelConfig, version: VersionConfig, deployment: str) -> dict[str, Any]:
    return {"type": "cpu", "metricType": "Utilization", "metadata": {"value": str(model.scaling.target)}}


def _queue(model: ModelConfig, version: VersionConfig, deployment: str) -> dict[str, Any]:
    """Requests that wait, on the average of two minutes, in all replicas together.

    TensorFlow Serving does not tell the length of its queue, but how long each request waited in it, in microseconds
    (``queuing_latency`` in tensorflow_serving/batching/batching_session.cc, 2.19.1). What all have waited within a
    second is the mean number of those that wait (Little's law).
    """
    waited = ":tensorflow:serving:batching_session:queuing_latency_sum"
    of = f'namespace="serving-{model.name}",version="{version.version}"'
    return _prometheus(model, f"sum(rate({waited}{{{of}}}[2m])) / 1e6")


def _gpu(model: ModelConfig, version: VersionConfig, deployment: str) -> dict[str, Any]:
    """Use of the GPUs in percent, summed over replicas: KEDA divides it by their number."""
    pods = f'exported_namespace="serving-{model.name}",exported_pod=~"{deployment}-.+"'
    return _prometheus(model, f"sum(DCGM_FI_DEV_GPU_UTIL{{{pods}}}) / {model.accelerators}")


def _prometheus(model: ModelConfig, query: str) -> dict[str, Any]:
    return {
        "type": "prometheus",
        "metricType": "AverageValue",
        "metadata": {
            "serverAddress": PROMETHEUS,
            "query": query,
            "threshold": str(model.scaling.target),
            "ignoreNullValues": str(model.scaling.buffer_requests).lower(),
        },
    }


_TRIGGERS: Mapping[ScalingMetric, Callable[[ModelConfig, VersionConfig, str], dict[str, Any]]] = {
    ScalingMetric.CPU: _cpu,
    ScalingMetric.QUEUE: _queue,
    ScalingMetric.GPU: _gpu,
}
