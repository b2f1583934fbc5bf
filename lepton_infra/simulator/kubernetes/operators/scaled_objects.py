"""KEDA: from a ScaledObject the autoscaler that it makes. It asks no trigger, and so scales nothing to zero.

Names, bounds and metrics are KEDA's own (kedacore/keda, controllers/keda/hpa.go).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from lepton_infra.simulator.control_plane.api import Api, Object
from lepton_infra.simulator.kubernetes.operators.conditions import condition
from lepton_infra.simulator.kubernetes.reading import mapping, sequence

_MANAGER: Final = "keda"
_MOST: Final = 100
_RESOURCES: Final = frozenset({"cpu", "memory"})


def scaled_object(api: Api, found: Object) -> Mapping[str, object]:
    """The status of a scaled object, whose autoscaler is made."""
    metadata, spec = found["metadata"], mapping(found, "spec")
    config = mapping(spec, "advanced", "horizontalPodAutoscalerConfig")
    name = config.get("name") or f"keda-hpa-{metadata['name']}"
    target = mapping(spec, "scaleTargetRef")
    triggers = [mapping(trigger) for trigger in sequence(spec.get("triggers"))]
    hpa: dict[str, Any] = {
        "scaleTargetRef": {
            "apiVersion": target.get("apiVersion") or "apps/v1",
            "kind": target.get("kind") or "Deployment",
            "name": target["name"],
        },
        "minReplicas": max(int(spec.get("minReplicaCount") or 0), 1),
        "maxReplicas": int(spec.get("maxReplicaCount") or _MOST),
        "metrics": [_metric(metadata["name"], index, trigger) for index, trigger in enumerate(triggers)],
    }
    if mapping(config, "behavior"):
        hpa["behavior"] = dict(mapping(config, "behavior"))
    api.apply(
        {
            "apiVersion": "autoscaling/v2",
            "kind": "HorizontalPodAutoscaler",
            "metadata": {
                "name": name,
                "namespace": metadata["namespace"],
                "labels": {"scaledobject.keda.sh/name": metadata["name"]},
                "ownerReferences": [
                    {
                        "apiVersion": "keda.sh/v1alpha1",
                        "kind": "ScaledObject",
                        "name": metadata["name"],
                        "uid": metadata["uid"],
                        "controller": True,
                        "blockOwnerDeletion": True,
                    }
                ],
            },
            "spec": hpa,
        },
        _MANAGER,
        force=True,
    )
    ready = condition(found, "Ready", "ScaledObjectReady")
    kept = {key: ready[key] for key in ("type", "status", "reason", "message")}
    return {"conditions": [kept], "hpaName": name}


def _metric(name: str, index: int, trigger: Mapping[str, Any]) -> dict[str, Any]:
    kind, about = str(trigger.get("type")), mapping(trigger, "metadata")
    if kind in _RESOURCES:
        target = {"type": "Utilization", "averageUtilization": int(about.get("value", 0))}
        return {"type": "Resource", "resource": {"name": kind, "target": target}}
    selector = {"matchLabels": {"scaledobject.keda.sh/name": name}}
    return {
        "type": "External",
        "external": {
            "metric": {"name": f"s{index}-{kind}", "selector": selector},
            "target": {"type": "AverageValue", "averageValue": str(about.get("threshold") or about.get("value") or 1)},
        },
    }
