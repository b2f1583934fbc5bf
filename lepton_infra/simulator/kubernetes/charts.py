"""Effects of a Helm release that others rely upon, where its cluster is a real control plane.

A chart cannot be rendered here: it is not at hand, and nothing would run what it holds. So a release stays an object of
the simulator, and of its chart's effects only those are brought about that something else of a region waits for: kinds
that are then known, GPUs that are then announced, objects that the control plane or the node autoscaler reads. What
charts run besides (deployments, webhooks, service accounts) is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import yaml

from lepton_infra.simulator.behaviour import Stored
from lepton_infra.simulator.kubernetes.reading import mapping, sequence

GPU = "nvidia.com/gpu"
Objects = list[dict[str, Any]]
Values = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Chart:
    """The effects of one chart.

    ``definitions`` are sets of kinds. They stay when the release goes, as helm leaves those of a chart's folder
    ``crds``. ``daemon`` is the pod that announces the GPUs of the nodes it may run on, from the release's values.
    ``objects`` are what else it makes, from its values and its namespace.
    """

    definitions: Sequence[str] = ()
    daemon: Callable[[Values], Mapping[str, Any] | None] | None = None
    objects: Callable[[Values, str], Objects] | None = None


def _device_plugin(values: Values) -> Mapping[str, Any]:
    """The plugin's pod: by itself it waits for a label that says that there is a GPU (chart of k8s-device-plugin)."""
    present = {"matchExpressions": [{"key": f"{GPU}.present", "operator": "In", "values": ["true"]}]}
    required = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [present]}}
    return _pod(values, affinity=values.get("affinity") or {"nodeAffinity": required})


def _gpu_operator(values: Values) -> Mapping[str, Any] | None:
    """The operator finds nodes with GPUs by itself, and runs the plugin there unless it was told not to."""
    if mapping(values, "devicePlugin").get("enabled") is False:
        return None
    return _pod(mapping(values, "daemonsets"), affinity={})


def _pod(values: Values, *, affinity: Mapping[str, Any]) -> Mapping[str, Any]:
    tolerated = sequence(values.get("tolerations")) or [{"key": GPU, "operator": "Exists", "effect": "NoSchedule"}]
    return {
        "spec": {
            "affinity": affinity,
            "tolerations": list(tolerated),
            "nodeSelector": dict(mapping(values, "nodeSelector")),
        }
    }


def _autoscaler(values: Values, namespace: str) -> Objects:
    """The map that the autoscaler's priority expander reads."""
    priorities = values.get("expanderPriorities")
    if not priorities:
        return []
    text = priorities if isinstance(priorities, str) else yaml.safe_dump(dict(priorities))
    return [
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": "cluster-autoscaler-priority-expander", "namespace": namespace},
            "data": {"priorities": text},
        }
    ]


CHARTS: Mapping[str, Chart] = MappingProxyType(
    {
        "cert-manager": Chart(definitions=("cert-manager",)),
        "cluster-autoscaler": Chart(objects=_autoscaler),
        "gateway-helm": Chart(definitions=("gateway-api", "envoy-gateway")),
        "gpu-operator": Chart(daemon=_gpu_operator),
        "keda": Chart(definitions=("keda",)),
        "kube-prometheus-stack": Chart(definitions=("prometheus-operator",)),
        "nvidia-device-plugin": Chart(daemon=_device_plugin),
        "velero": Chart(definitions=("velero",)),
    }
)
"""By the chart's name."""


def name_of(inputs: Mapping[str, Any]) -> str:
    """The name of a release's chart, without its repository or folder."""
    return str(inputs.get("chart") or "").rstrip("/").rpartition("/")[2]


def chart_of(release: Stored) -> Chart:
    """Effects of a release's chart; none for one that is not in the table."""
    return CHARTS.get(name_of(release.inputs), Chart())


def announcers(releases: Iterable[Stored]) -> list[Mapping[str, Any]]:
    """The pods that announce GPUs: one for each release that runs a device plugin."""
    daemons = ((chart_of(release).daemon, mapping(release.inputs, "values")) for release in releases)
    pods = (daemon(values) for daemon, values in daemons if daemon is not None)
    return [pod for pod in pods if pod is not None]
