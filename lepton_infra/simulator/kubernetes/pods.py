"""Checks of a pod's specification, and the other objects that it needs in order to start."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lepton_infra.simulator.behaviour import UNKNOWN, Failure
from lepton_infra.simulator.kubernetes import syntax
from lepton_infra.simulator.kubernetes.containers import container_failures, duplicates
from lepton_infra.simulator.kubernetes.reading import mapping, number, sequence, text

CONTAINER_LISTS = ("initContainers", "containers")

_DNS_POLICIES = ("ClusterFirst", "ClusterFirstWithHostNet", "Default", "None")
_EFFECTS = ("NoExecute", "NoSchedule", "PreferNoSchedule")
_UNSATISFIABLE = ("DoNotSchedule", "ScheduleAnyway")


@dataclass(frozen=True)
class Reference:
    """An object that a pod names: without it the pod does not start."""

    kind: str
    name: str


def containers(spec: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every container of a pod with its path below the specification."""
    for section in CONTAINER_LISTS:
        for index, container in enumerate(sequence(spec.get(section))):
            yield f"{section}[{index}]", mapping(container)


def pod_failures(spec: Mapping[str, Any], path: str, restart_policies: tuple[str, ...]) -> list[Failure]:
    """Failures of a pod's specification at ``path``."""
    failures = []
    if spec.get("containers") is not UNKNOWN and not sequence(spec.get("containers")):
        failures.append(syntax.required(f"{path}.containers"))
    volumes = _volume_names(spec)
    for where, container in containers(spec):
        failures += container_failures(container, f"{path}.{where}", volumes)
    names = [text(container.get("name")) for _, container in containers(spec)]
    failures += [
        Failure(path=f"{path}.containers", reason=f'Duplicate value: "{name}"') for name in duplicates(names) if name
    ]
    failures += _one_of(spec, "restartPolicy", restart_policies, path)
    failures += _one_of(spec, "dnsPolicy", _DNS_POLICIES, path)
    grace = number(spec.get("terminationGracePeriodSeconds"))
    if grace is not None and grace < 0:
        rule = "must be greater than or equal to 0"
        failures.append(syntax.invalid(f"{path}.terminationGracePeriodSeconds", grace, rule))
    failures += syntax.labels_failures(spec.get("nodeSelector"), f"{path}.nodeSelector")
    for part in (_volumes, _tolerations, _spread):
        failures += part(spec, path)
    return failures


def references(spec: Mapping[str, Any]) -> list[Reference]:
    """The objects of its namespace that a pod cannot start without. Those marked optional are left out."""
    found = []
    account = text(spec.get("serviceAccountName")) or text(spec.get("serviceAccount"))
    if account and account != "default":
        found.append(Reference("ServiceAccount", account))
    for volume in map(mapping, sequence(spec.get("volumes"))):
        found += _volume_references(volume)
    for _, container in containers(spec):
        for variable in map(mapping, sequence(container.get("env"))):
            source = mapping(variable.get("valueFrom"))
            found += _named("ConfigMap", source.get("configMapKeyRef"), "name")
            found += _named("Secret", source.get("secretKeyRef"), "name")
        for source in map(mapping, sequence(container.get("envFrom"))):
            found += _named("ConfigMap", source.get("configMapRef"), "name")
            found += _named("Secret", source.get("secretRef"), "name")
    return list(dict.fromkeys(found))


def _volume_references(volume: Mapping[str, Any]) -> list[Reference]:
    found = _named("ConfigMap", volume.get("configMap"), "name")
    found += _named("Secret", volume.get("secret"), "secretName")
    found += _named("PersistentVolumeClaim", volume.get("persistentVolumeClaim"), "claimName")
    for source in map(mapping, sequence(mapping(volume, "projected").get("sources"))):
        found += _named("ConfigMap", source.get("configMap"), "name")
        found += _named("Secret", source.get("secret"), "name")
    return found


def _named(kind: str, source: Any, key: str) -> list[Reference]:
    name = text(mapping(source).get(key))
    if not name or mapping(source).get("optional") is True or (kind, name) == ("ConfigMap", "kube-root-ca.crt"):
        return []
    return [Reference(kind, name)]


def _volume_names(spec: Mapping[str, Any]) -> frozenset[str] | None:
    volumes = spec.get("volumes")
    names = [mapping(volume).get("name") for volume in sequence(volumes)]
    if volumes is UNKNOWN or UNKNOWN in names:
        return None
    return frozenset(name for name in names if isinstance(name, str))


def _volumes(spec: Mapping[str, Any], path: str) -> list[Failure]:
    failures = []
    volumes = [mapping(volume) for volume in sequence(spec.get("volumes"))]
    for index, volume in enumerate(volumes):
        at = f"{path}.volumes[{index}]"
        if name := text(volume.get("name")):
            failures += syntax.label_failures(name, f"{at}.name")
        sources = [key for key, value in volume.items() if key != "name" and value is not None]
        if not sources and volume:
            failures.append(syntax.required(at, "must specify a volume type"))
        failures += [
            Failure(path=f"{at}.{extra}", reason="Forbidden: may not specify more than 1 volume type")
            for extra in sources[1:]
        ]
    again = duplicates(text(volume.get("name")) for volume in volumes)
    return failures + [Failure(path=f"{path}.volumes", reason=f'Duplicate value: "{name}"') for name in again if name]


def _tolerations(spec: Mapping[str, Any], path: str) -> list[Failure]:
    failures = []
    for index, toleration in enumerate(map(mapping, sequence(spec.get("tolerations")))):
        at = f"{path}.tolerations[{index}]"
        operator = text(toleration.get("operator")) or "Equal"
        failures += _one_of(toleration, "operator", ("Equal", "Exists"), at)
        failures += _one_of(toleration, "effect", _EFFECTS, at)
        if key := text(toleration.get("key")):
            failures += syntax.key_failures(key, f"{at}.key")
        elif "key" not in toleration and operator != "Exists":
            rule = 'operator must be Exists when `key` is empty, which means "match all values and all keys"'
            failures.append(syntax.invalid(f"{at}.operator", operator, rule))
        if operator == "Exists" and toleration.get("value"):
            rule = "value must be empty when `operator` is 'Exists'"
            failures.append(syntax.invalid(f"{at}.operator", operator, rule))
    return failures


def _spread(spec: Mapping[str, Any], path: str) -> list[Failure]:
    failures = []
    constraints = [mapping(entry) for entry in sequence(spec.get("topologySpreadConstraints"))]
    for index, constraint in enumerate(constraints):
        at = f"{path}.topologySpreadConstraints[{index}]"
        skew = number(constraint.get("maxSkew"))
        if skew is not None and skew < 1:
            failures.append(syntax.invalid(f"{at}.maxSkew", skew, "must be greater than zero"))
        key = constraint.get("topologyKey")
        if key in (None, ""):
            failures.append(syntax.required(f"{at}.topologyKey", "can not be empty"))
        elif known := text(key):
            failures += syntax.key_failures(known, f"{at}.topologyKey")
        failures += _one_of(constraint, "whenUnsatisfiable", _UNSATISFIABLE, at)
        domains = constraint.get("minDomains")
        if number(domains) is not None and constraint.get("whenUnsatisfiable") == "ScheduleAnyway":
            rule = "can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ScheduleAnyway"
            failures.append(syntax.invalid(f"{at}.minDomains", domains, rule))
    pairs = [(text(entry.get("topologyKey")), text(entry.get("whenUnsatisfiable"))) for entry in constraints]
    failures += [
        Failure(path=f"{path}.topologySpreadConstraints", reason=f'Duplicate value: "{{{key}, {action}}}"')
        for key, action in duplicates(pairs)
        if key and action
    ]
    return failures


def _one_of(record: Mapping[str, Any], field: str, allowed: tuple[str, ...], path: str) -> list[Failure]:
    return unsupported(record.get(field), allowed, f"{path}.{field}")


def unsupported(value: Any, allowed: tuple[str, ...], path: str) -> list[Failure]:
    """A failure in the API's form unless ``value`` is unset, unknown or allowed."""
    known = text(value)
    if not known or known in allowed:
        return []
    values = ", ".join(f'"{each}"' for each in allowed)
    return [Failure(path=path, reason=f'Unsupported value: "{known}": supported values: {values}')]
