"""How many pods serve a model, and how they are replaced."""

from __future__ import annotations

from pulumi_kubernetes.apps.v1 import RollingUpdateDeploymentArgs
from pulumi_kubernetes.autoscaling import v2 as autoscaling

from lepton_infra.model_config import ModelConfig
from lepton_infra.node_pool import NodePoolOutputs

_CPU_TARGET_PERCENT = 70
_QUIET_SECONDS = 300


def rollout(model: ModelConfig, pool: NodePoolOutputs) -> RollingUpdateDeploymentArgs:
    """How pods are replaced: the new one first, if the pool can have its GPUs; else one after the other.

    Without the second form a rollout at full scale would wait for ever for a GPU that the old pod holds.
    """
    spare = pool.gpus - model.replicas.max * model.accelerators
    surge = spare >= model.accelerators
    return RollingUpdateDeploymentArgs(max_surge=int(surge), max_unavailable=int(not surge))


def scaling(model: ModelConfig) -> autoscaling.HorizontalPodAutoscalerSpecArgs:
    """Scale between the model's replicas on processor load, up at once and down after ``_QUIET_SECONDS``.

    Processor load stands in for the GPU's, which no cluster measures by itself: a server that decodes, batches and
    encodes for a busy GPU is busy itself.
    """
    return autoscaling.HorizontalPodAutoscalerSpecArgs(
        scale_target_ref=autoscaling.CrossVersionObjectReferenceArgs(
            api_version="apps/v1", kind="Deployment", name=model.name
        ),
        min_replicas=model.replicas.min,
        max_replicas=model.replicas.max,
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
