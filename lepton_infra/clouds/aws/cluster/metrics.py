"""Metrics Server, which pod autoscaling reads: EKS's control plane brings none, so the platform installs it."""

from __future__ import annotations

from lepton_infra.clouds.aws.cluster.addons import SYSTEM_NAMESPACE
from lepton_infra.layers.cluster import ChartImage, ChartRelease

METRICS_SERVER = "metrics-server"


def metrics_chart() -> ChartRelease:
    """The chart and its values: two replicas and a disruption budget, for without metrics no pod is ever added."""
    return ChartRelease(
        name=METRICS_SERVER,
        namespace=SYSTEM_NAMESPACE,
        pin=METRICS_SERVER,
        images=[ChartImage(key=METRICS_SERVER)],
        values={"replicas": 2, "podDisruptionBudget": {"enabled": True, "minAvailable": 1}},
    )
