"""Checks of what runs pods: Deployment, StatefulSet, DaemonSet, ReplicaSet, Job, CronJob and Pod itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from lepton_infra.simulator.behaviour import UNKNOWN, Failure
from lepton_infra.simulator.kubernetes import syntax
from lepton_infra.simulator.kubernetes.pods import pod_failures, unsupported
from lepton_infra.simulator.kubernetes.reading import mapping, number, sequence, text, texts

TEMPLATE_PATHS = {
    "Pod": ("spec",),
    "CronJob": ("spec", "jobTemplate", "spec", "template", "spec"),
    **dict.fromkeys(
        ("DaemonSet", "Deployment", "Job", "ReplicaSet", "ReplicationController", "StatefulSet"),
        ("spec", "template", "spec"),
    ),
}
"""Where each kind keeps its pod's specification."""

SELECTING = frozenset({"DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"})
"""Kinds that own pods by ``spec.selector``; a Job's selector is generated."""

_RUN_TO_END = ("Never", "OnFailure")
_RESTART_POLICIES = {"Pod": ("Always", *_RUN_TO_END), "Job": _RUN_TO_END, "CronJob": _RUN_TO_END}
_OPERATORS = ("DoesNotExist", "Exists", "In", "NotIn")


def pod_spec(kind: str, inputs: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The pod's specification inside an object, or None if its kind runs no pods."""
    path = TEMPLATE_PATHS.get(kind)
    return mapping(inputs, *path) if path else None


def workload_failures(kind: str, inputs: Mapping[str, Any]) -> list[Failure]:
    """Failures of an object that runs pods."""
    path = TEMPLATE_PATHS.get(kind)
    if path is None:
        return []
    failures = pod_failures(mapping(inputs, *path), ".".join(path), _RESTART_POLICIES.get(kind, ("Always",)))
    spec = mapping(inputs, "spec")
    if kind in SELECTING:
        failures += _selector(spec)
    for field in ("replicas", "minReadySeconds", "revisionHistoryLimit", "backoffLimit", "completions", "parallelism"):
        known = number(spec.get(field))
        if known is not None and known < 0:
            failures.append(syntax.invalid(f"spec.{field}", known, "must be greater than or equal to 0"))
    if kind == "Deployment":
        failures += _rollout(spec)
    if kind == "CronJob":
        failures += _schedule(spec)
    return failures


def matches(selector: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    """True if a label selector matches these labels."""
    if any(labels.get(key) != value for key, value in texts(selector.get("matchLabels")).items()):
        return False
    for expression in map(mapping, sequence(selector.get("matchExpressions"))):
        key, operator = str(expression.get("key")), expression.get("operator")
        held = (
            key in labels
            if operator in {"Exists", "DoesNotExist"}
            else labels.get(key) in sequence(expression.get("values"))
        )
        if held != (operator in {"Exists", "In"}):
            return False
    return True


def selector_failures(selector: Any, path: str) -> list[Failure]:
    """Failures of a label selector."""
    failures = syntax.labels_failures(mapping(selector).get("matchLabels"), f"{path}.matchLabels")
    for index, expression in enumerate(map(mapping, sequence(mapping(selector).get("matchExpressions")))):
        at = f"{path}.matchExpressions[{index}]"
        failures += unsupported(expression.get("operator"), _OPERATORS, f"{at}.operator")
        values = expression.get("values")
        if expression.get("operator") in {"In", "NotIn"} and values is not UNKNOWN and not sequence(values):
            failures.append(syntax.required(f"{at}.values", "must be specified when `operator` is 'In' or 'NotIn'"))
        if expression.get("operator") in {"Exists", "DoesNotExist"} and sequence(values):
            rule = "Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'"
            failures.append(Failure(path=f"{at}.values", reason=rule))
    return failures


def _selector(spec: Mapping[str, Any]) -> list[Failure]:
    selector, labels = spec.get("selector"), mapping(spec, "template", "metadata").get("labels")
    if UNKNOWN in (selector, labels, spec.get("template"), mapping(spec, "template").get("metadata")):
        return []
    failures = selector_failures(selector, "spec.selector")
    failures += syntax.labels_failures(labels, "spec.template.metadata.labels")
    if not mapping(selector):
        return [*failures, syntax.required("spec.selector")]
    unknown = UNKNOWN in (*mapping(labels).values(), *mapping(selector, "matchLabels").values())
    if not unknown and not matches(mapping(selector), texts(labels)):
        shown = json.dumps(texts(labels), separators=(",", ":"))
        reason = f"Invalid value: {shown}: `selector` does not match template `labels`"
        failures.append(Failure(path="spec.template.metadata.labels", reason=reason))
    return failures


def _rollout(spec: Mapping[str, Any]) -> list[Failure]:
    strategy = mapping(spec, "strategy")
    failures = unsupported(strategy.get("type"), ("Recreate", "RollingUpdate"), "spec.strategy.type")
    rolling = strategy.get("rollingUpdate")
    if strategy.get("type") == "Recreate" and rolling is not None:
        rule = "Forbidden: may not be specified when strategy `type` is 'Recreate'"
        failures.append(Failure(path="spec.strategy.rollingUpdate", reason=rule))
    if all(mapping(rolling).get(field) in (0, "0", "0%") for field in ("maxSurge", "maxUnavailable")):
        rule = "may not be 0 when `maxSurge` is 0"
        failures.append(syntax.invalid("spec.strategy.rollingUpdate.maxUnavailable", 0, rule))
    deadline = number(spec.get("progressDeadlineSeconds"))
    if deadline is not None and deadline <= (number(spec.get("minReadySeconds")) or 0):
        failures.append(
            syntax.invalid("spec.progressDeadlineSeconds", deadline, "must be greater than minReadySeconds")
        )
    return failures


def _schedule(spec: Mapping[str, Any]) -> list[Failure]:
    schedule = text(spec.get("schedule"))
    if schedule is None or schedule.startswith("@") or len(schedule.split()) == 5:
        return []
    fields = len(schedule.split())
    return [syntax.invalid("spec.schedule", schedule, f"expected exactly 5 fields, found {fields}: {schedule.split()}")]
