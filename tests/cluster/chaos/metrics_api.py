"""How busy pods are, told where autoscalers ask: the metrics API, with objects that tests write and nobody measures
(https://kubernetes.io/docs/tasks/debug/debug-cluster/resource-metrics-pipeline/)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from lepton_infra.simulator.control_plane.api import Api
from tests.cluster.chaos.deploy import condition
from tests.cluster.waiting import MANAGER, until

GROUP = "metrics.k8s.io"
_DEFINITION = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {
        "name": f"pods.{GROUP}",
        "annotations": {"api-approved.kubernetes.io": "unapproved, stands in for the metrics API"},
    },
    "spec": {
        "group": GROUP,
        "scope": "Namespaced",
        "names": {"plural": "pods", "singular": "pod", "kind": "PodMetrics", "listKind": "PodMetricsList"},
        "versions": [
            {
                "name": "v1beta1",
                "served": True,
                "storage": True,
                "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}},
            }
        ],
    },
}


def install(api: Api) -> None:
    """Make the API server have the metrics API, with nothing in it."""
    api.apply(_DEFINITION, MANAGER)
    name = f"pods.{GROUP}"
    until(lambda: condition(api.get("CustomResourceDefinition", name), "Established").get("status") == "True", name)
    api.refresh()


def tell(api: Api, namespace: str, pods: Iterable[str], *, cpus: float) -> None:
    """Say that the server in each of these pods uses ``cpus``.

    Measured in a minute from now: an autoscaler leaves out what was measured before a pod became ready.
    """
    measured = (datetime.now(UTC) + timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    for pod in pods:
        labels = api.get("v1/Pod", pod, namespace)["metadata"]["labels"]
        usage = {"cpu": f"{round(cpus * 1000)}m", "memory": "1Gi"}
        metrics = {
            "apiVersion": f"{GROUP}/v1beta1",
            "kind": "PodMetrics",
            "metadata": {"name": pod, "namespace": namespace, "labels": labels},
            "timestamp": measured,
            "window": "1s",
            "containers": [{"name": "server", "usage": usage}],
        }
        api.apply(metrics, MANAGER)
