"""Autoscaler of a model's version: a HorizontalPodAutoscaler, or KEDA's ScaledObject with InterceptorRoutes.

``cpu`` needs nothing but the cluster's own autoscaler; all else is KEDA's (``installing``).
"""

from __future__ import annotations

import pulumi
from pulumi_kubernetes.apiextensions import CustomResource
from pulumi_kubernetes.autoscaling.v2 import HorizontalPodAutoscaler
from pulumi_kubernetes.meta.v1 import ObjectMetaArgs

from lepton_infra.config.models import ModelConfig, ScalingMetric, VersionConfig
from lepton_infra.platform.scaling import hpa, http_interceptor, keda


def needs_keda(model: ModelConfig) -> bool:
    """True if a model needs KEDA: the cluster's own HorizontalPodAutoscaler is not enough."""
    return model.scaling.buffer_requests or model.scaling.metric is not ScalingMetric.CPU


def autoscaler(
    name: str,
    *,
    model: ModelConfig,
    version: VersionConfig,
    deployment: str,
    domain: str | None,
    metadata: ObjectMetaArgs,
    opts: pulumi.ResourceOptions,
) -> None:
    """Autoscaler of the ``deployment`` of one version, in the namespace and under the name of ``metadata``.

    By plain name: it need not wait until the first pods serve. ``domain`` is the gateway's, below which a proxy that
    holds requests knows the model by its hosts; a model with such a proxy has one.
    """
    replicas = model.replicas_of(version)
    if not needs_keda(model):
        spec = hpa.spec(deployment, replicas, model.scaling.target)
        HorizontalPodAutoscaler(name, metadata=metadata, spec=spec, opts=opts)
        return
    CustomResource(
        name,
        api_version=keda.API,
        kind="ScaledObject",
        metadata=metadata,
        spec=keda.spec(model, version, deployment, replicas),
        opts=opts,
    )
    if model.scaling.buffer_requests and domain is not None:
        for route in http_interceptor.routes(model, version, deployment, domain):
            CustomResource(
                f"{name}-{route.purpose}",
                api_version=http_interceptor.API,
                kind="InterceptorRoute",
                metadata=ObjectMetaArgs(name=route.name, namespace=metadata.namespace, labels=metadata.labels),
                spec=route.spec,
                opts=opts,
            )
