"""Checks of objects that run nothing: configuration, budgets, autoscalers, claims, roles, namespaces."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from typing import Any

from lepton_infra.simulator.behaviour import UNKNOWN, Failure
from lepton_infra.simulator.kubernetes import pod_security, syntax
from lepton_infra.simulator.kubernetes.networking import ingress_failures, network_policy_failures, service_failures
from lepton_infra.simulator.kubernetes.pods import unsupported
from lepton_infra.simulator.kubernetes.reading import mapping, number, sequence, text
from lepton_infra.simulator.kubernetes.resources import quantity_failures
from lepton_infra.simulator.kubernetes.workloads import selector_failures
from lepton_infra.simulator.schema import member

OBJECT_LIMIT = 1024 * 1024
"""Bytes of data in one ConfigMap or Secret (``MaxSecretSize`` of the core API)."""

SYSTEM_PRIORITY = 1_000_000_000
"""Priorities above this are for the system's own classes (``HighestUserDefinablePriority``)."""

_DATA_KEY = re.compile(r"[-._a-zA-Z0-9]{1,253}")
_PERCENT_OR_COUNT = re.compile(r"\d+%")
_ACCESS_MODES = ("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod")
_SUBJECTS = ("Group", "ServiceAccount", "User")


def _config_map(inputs: Mapping[str, Any]) -> list[Failure]:
    failures = _data_keys(inputs, "data", "binaryData")
    failures += _base64(inputs, "binaryData")
    both = mapping(inputs.get("data")).keys() & mapping(inputs.get("binaryData")).keys()
    failures += [syntax.invalid("data", key, "duplicate of key present in binaryData") for key in sorted(both)]
    return failures + _size(inputs, "data", "binaryData")


def _secret(inputs: Mapping[str, Any]) -> list[Failure]:
    return _data_keys(inputs, "data", "stringData") + _base64(inputs, "data") + _size(inputs, "data", "stringData")


def _data_keys(inputs: Mapping[str, Any], *sections: str) -> list[Failure]:
    rule = "a valid config key must consist of alphanumeric characters, '-', '_' or '.', and have at most 253 of them"
    return [
        syntax.invalid(member(section, key), key, rule)
        for section in sections
        for key in mapping(inputs.get(section))
        if not _DATA_KEY.fullmatch(key) or key in {".", ".."}
    ]


def _base64(inputs: Mapping[str, Any], section: str) -> list[Failure]:
    failures = []
    for key, value in mapping(inputs.get(section)).items():
        try:
            base64.b64decode(text(value) or "", validate=True)
        except (binascii.Error, ValueError):
            # The value may be a secret, so it is not repeated.
            failures.append(Failure(path=member(section, key), reason="illegal base64 data"))
    return failures


def _size(inputs: Mapping[str, Any], *sections: str) -> list[Failure]:
    size = sum(len((text(v) or "").encode()) for section in sections for v in mapping(inputs.get(section)).values())
    if size <= OBJECT_LIMIT:
        return []
    return [Failure(path=sections[0], reason=f"Too long: must have at most {OBJECT_LIMIT} bytes, not {size}")]


def _disruption_budget(inputs: Mapping[str, Any]) -> list[Failure]:
    spec = mapping(inputs, "spec")
    bounds = [field for field in ("minAvailable", "maxUnavailable") if spec.get(field) is not None]
    failures = selector_failures(spec.get("selector"), "spec.selector")
    if len(bounds) == 2:
        failures.append(syntax.invalid("spec", bounds, "minAvailable and maxUnavailable cannot be both set"))
    if not bounds:
        failures.append(syntax.required("spec", "one of minAvailable and maxUnavailable must be set"))
    for field in bounds:
        value = spec[field]
        whole = number(value)
        if whole is not None and whole < 0:
            failures.append(syntax.invalid(f"spec.{field}", value, "must be greater than or equal to 0"))
        if (known := text(value)) is not None and not _PERCENT_OR_COUNT.fullmatch(known):
            rule = "a valid percent string must be a numeric string followed by an ending '%'"
            failures.append(syntax.invalid(f"spec.{field}", known, rule))
        elif known is not None and int(known[:-1]) > 100:
            failures.append(syntax.invalid(f"spec.{field}", known, "must not be greater than 100%"))
    return failures


def _autoscaler(inputs: Mapping[str, Any]) -> list[Failure]:
    spec = mapping(inputs, "spec")
    least, most = number(spec.get("minReplicas")), number(spec.get("maxReplicas"))
    failures = []
    if least is not None and least < 1:
        failures.append(syntax.invalid("spec.minReplicas", least, "must be greater than or equal to 1"))
    if most is not None and most < 1:
        failures.append(syntax.invalid("spec.maxReplicas", most, "must be greater than 0"))
    if most is not None and (least if least is not None else 1) > most:
        failures.append(syntax.invalid("spec.maxReplicas", most, "must be greater than or equal to `minReplicas`"))
    for index, metric in enumerate(map(mapping, sequence(spec.get("metrics")))):
        at = f"spec.metrics[{index}]"
        source = text(metric.get("type"))
        field = f"{source[:1].lower()}{source[1:]}" if source else None
        if field is not None and metric.get(field) is None:
            failures.append(syntax.required(f"{at}.{field}", "must populate information for the given metric source"))
        failures += [
            Failure(path=f"{at}.{extra}", reason="Forbidden: must populate the given metric source only")
            for extra in sorted(set(metric) - {"type", field})
        ]
    return failures


def _claim(inputs: Mapping[str, Any]) -> list[Failure]:
    spec = mapping(inputs, "spec")
    failures = []
    if spec.get("accessModes") is not UNKNOWN and not sequence(spec.get("accessModes")):
        failures.append(syntax.required("spec.accessModes", "at least 1 access mode is required"))
    for index, mode in enumerate(sequence(spec.get("accessModes"))):
        failures += unsupported(mode, _ACCESS_MODES, f"spec.accessModes[{index}]")
    requests = mapping(spec, "resources").get("requests")
    if requests is not UNKNOWN and "storage" not in mapping(requests):
        failures.append(syntax.required("spec.resources[storage]"))
    return failures + quantity_failures(requests, "spec.resources.requests")


def _quota(inputs: Mapping[str, Any]) -> list[Failure]:
    return quantity_failures(mapping(inputs, "spec").get("hard"), "spec.hard")


def _binding(inputs: Mapping[str, Any]) -> list[Failure]:
    failures = []
    role = mapping(inputs.get("roleRef"))
    failures += unsupported(role.get("apiGroup"), ("rbac.authorization.k8s.io",), "roleRef.apiGroup")
    failures += unsupported(role.get("kind"), ("ClusterRole", "Role"), "roleRef.kind")
    for index, subject in enumerate(map(mapping, sequence(inputs.get("subjects")))):
        at = f"subjects[{index}]"
        failures += unsupported(subject.get("kind"), _SUBJECTS, f"{at}.kind")
        if subject.get("kind") == "ServiceAccount" and subject.get("namespace") in (None, ""):
            failures.append(syntax.required(f"{at}.namespace"))
    return failures


def _namespace(inputs: Mapping[str, Any]) -> list[Failure]:
    labels = mapping(inputs, "metadata", "labels")
    rule = f"must be one of {', '.join(pod_security.LEVELS)}"
    return [
        syntax.invalid(member("metadata.labels", label), level, rule)
        for mode in ("enforce", "audit", "warn")
        if (level := text(labels.get(label := f"pod-security.kubernetes.io/{mode}"))) is not None
        and level not in pod_security.LEVELS
    ]


def _priority_class(inputs: Mapping[str, Any]) -> list[Failure]:
    value = number(inputs.get("value"))
    if value is None or value <= SYSTEM_PRIORITY:
        return []
    rule = f"maximum allowed value of a user defined priority is {SYSTEM_PRIORITY}"
    return [Failure(path="value", reason=f"Forbidden: {rule}")]


CHECKS: Mapping[str, Callable[[Mapping[str, Any]], list[Failure]]] = {
    "ClusterRoleBinding": _binding,
    "ConfigMap": _config_map,
    "HorizontalPodAutoscaler": _autoscaler,
    "Ingress": ingress_failures,
    "Namespace": _namespace,
    "NetworkPolicy": network_policy_failures,
    "PersistentVolumeClaim": _claim,
    "PodDisruptionBudget": _disruption_budget,
    "PriorityClass": _priority_class,
    "ResourceQuota": _quota,
    "RoleBinding": _binding,
    "Secret": _secret,
    "Service": service_failures,
}
"""By kind. Kinds that run pods are in ``workloads``."""
