"""How many pods serve a version of a model."""

from __future__ import annotations

import pulumi
from pulumi_kubernetes.autoscaling import v2 as autoscaling
from pulumi_kubernetes.meta.v1 import ObjectMetaArgs

from lepton_infra.config_fields import NodeCount
from lepton_infra.model_config import ModelConfig, VersionConfig

_CPU_TARGET_PERCENT = 70
_QUIET_SECONDS = 300


def autoscaler(
    name: str,
    *,
    model: ModelConfig,
    version: VersionConfig,
    deployment: str,
    metadata: ObjectMetaArgs,
    opts: pulumi.ResourceOptions,
) -> pulumi.Resource:
    """What scales the ``deployment`` of one version.

    By plain name: it need not wait until the first pods serve.
    """
    return autoscaling.HorizontalPodAutoscaler(
        name, metadata=metadata, spec=scaling(deployment, model.replicas_of(version)), opts=opts
    )


def scaling(deployment: str, replicas: NodeCount) -> autoscaling.HorizontalPodAutoscalerSpecArgs:
    """Scale between ``replicas`` on processor load, up at once and down after ``_QUIET_SECONDS``.

    Processor load stands in for the GPU's, which no cluster measures by itself: a server that decodes, batches and
    encodes for a busy GPU is busy itself.
    """
    return autoscaling.HorizontalPodAutoscalerSpecArgs(
        scale_target_ref=autoscaling.CrossVersionObjectReferenceArgs(
            api_version="apps/v1", kind="Deployment", name=deployment
        ),
        min_replicas=replicas.min,
        max_replicas=replicas.max,
        metrics=[
            autoscaling.MetricSpecArgs(
                type="Resource",
                resource=autoscaling.ResourceMetricSourceArgs(
                    name="cpu",
                    target=autoscaling.MetricTargetArgs(type="Utilization", average_utilization=_CPU_TARGET_PERCENT),
                ),
            )
        ],
        behavior=autoscaling.HorizontalPodAutoscalerBehaviorArgs(
            scale_down=autoscaling.HPAScalingRulesArgs(stabilization_window_seconds=_QUIET_SECONDS)
        ),
    )
