"""The cluster's own autoscaler, which follows processor load."""

from __future__ import annotations

from pulumi_kubernetes.autoscaling import v2 as autoscaling

from lepton_infra.fields import NodeCount

QUIET_SECONDS = 300
"""How long it must have been quieter before a replica goes: longer than a short lull, shorter than one pays for."""


def spec(deployment: str, replicas: NodeCount, percent: int) -> autoscaling.HorizontalPodAutoscalerSpecArgs:
    """Scale between ``replicas`` on ``percent`` of the processors asked for, up at once and down after a quiet while.

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
                    target=autoscaling.MetricTargetArgs(type="Utilization", average_utilization=percent),
                ),
            )
        ],
        behavior=autoscaling.HorizontalPodAutoscalerBehaviorArgs(
            scale_down=autoscaling.HPAScalingRulesArgs(stabilization_window_seconds=QUIET_SECONDS)
        ),
    )
