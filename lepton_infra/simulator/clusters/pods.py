"""Demands of a pod on its node, as far as an autoscaler looks: resources, labels and tolerated taints.

Not looked at: affinity to other pods, spread, volumes and ports. The scheduler looks at all of them; here they only
decide whether one node more would help.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from lepton_infra.simulator.control_plane.nodes import Taint
from lepton_infra.simulator.kubernetes.quantities import parse
from lepton_infra.simulator.kubernetes.reading import mapping, sequence, text
from lepton_infra.simulator.kubernetes.workloads import matches

PODS = "pods"
_HINDERING = ("NoSchedule", "NoExecute")

Amounts = Mapping[str, Decimal]


def is_waiting(pod: Mapping[str, Any]) -> bool:
    """True if the scheduler has found no node for a pod."""
    if mapping(pod, "spec").get("nodeName") or mapping(pod, "metadata").get("deletionTimestamp"):
        return False
    conditions = map(mapping, sequence(mapping(pod, "status").get("conditions")))
    return any(
        (condition.get("type"), condition.get("status"), condition.get("reason"))
        == ("PodScheduled", "False", "Unschedulable")
        for condition in conditions
    )


def requests(pod: Mapping[str, Any]) -> Amounts:
    """Resource requests of a pod: its containers together, or its largest init container where that is more."""
    spec = mapping(pod, "spec")
    initial = list(map(mapping, sequence(spec.get("initContainers"))))
    beside = [container for container in initial if container.get("restartPolicy") == "Always"]
    total: dict[str, Decimal] = {PODS: Decimal(1)}
    for container in [*map(mapping, sequence(spec.get("containers"))), *beside]:
        for name, amount in _asked(container).items():
            total[name] = total.get(name, Decimal(0)) + amount
    for container in initial:
        for name, amount in _asked(container).items():
            total[name] = max(total.get(name, Decimal(0)), amount)
    return total


def _asked(container: Mapping[str, Any]) -> dict[str, Decimal]:
    resources = mapping(container, "resources")
    asked = {**mapping(resources, "limits"), **mapping(resources, "requests")}
    return {name: parse(amount) or Decimal(0) for name, amount in asked.items()}


def accepts(pod: Mapping[str, Any], labels: Mapping[str, str], taints: Iterable[Taint]) -> bool:
    """True if a pod may run on a node with these labels and taints."""
    spec = mapping(pod, "spec")
    if any(labels.get(key) != value for key, value in mapping(spec, "nodeSelector").items()):
        return False
    terms = sequence(
        mapping(spec, "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution").get(
            "nodeSelectorTerms"
        )
    )
    if terms and not any(matches(mapping(term), labels) for term in terms):
        return False
    tolerations = [mapping(toleration) for toleration in sequence(spec.get("tolerations"))]
    return all(_tolerated(taint, tolerations) for taint in taints if taint.effect in _HINDERING)


def _tolerated(taint: Taint, tolerations: Iterable[Mapping[str, Any]]) -> bool:
    for toleration in tolerations:
        key, effect = text(toleration.get("key")), text(toleration.get("effect"))
        if effect not in (None, "", taint.effect) or (key or taint.key) != taint.key:
            continue
        if toleration.get("operator") == "Exists" or (key and (text(toleration.get("value")) or "") == taint.value):
            return True
    return False


def fits(asked: Amounts, free: Amounts) -> bool:
    """True if every amount asked for is free."""
    return all(amount <= free.get(name, Decimal(0)) for name, amount in asked.items())


def without(free: Amounts, asked: Amounts) -> Amounts:
    """Free amounts less those asked for."""
    return {name: amount - asked.get(name, Decimal(0)) for name, amount in free.items()}
