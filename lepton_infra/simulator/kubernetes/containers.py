"""Checks of one container: image, ports, environment, resources, probes and mounts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from lepton_infra.simulator.behaviour import UNKNOWN, Failure
from lepton_infra.simulator.kubernetes import syntax
from lepton_infra.simulator.kubernetes.reading import mapping, number, sequence, text
from lepton_infra.simulator.kubernetes.resources import resources_failures

HANDLERS = ("exec", "grpc", "httpGet", "tcpSocket")
PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
ENV_SOURCES = ("configMapKeyRef", "fieldRef", "fileKeyRef", "resourceFieldRef", "secretKeyRef")

_LEAST_PROBE_VALUES = {
    "failureThreshold": 1,
    "initialDelaySeconds": 0,
    "periodSeconds": 1,
    "successThreshold": 1,
    "timeoutSeconds": 1,
}
"""The API defaults these fields, so 0 never reaches validation where 1 is the least: it would be taken as unset."""


def container_failures(container: Mapping[str, Any], path: str, volumes: frozenset[str] | None) -> list[Failure]:
    """Failures of a container. ``volumes`` are the names its mounts may use; None when not all are known."""
    failures = []
    name = container.get("name")
    if name is None:
        failures.append(syntax.required(f"{path}.name"))
    elif known := text(name):
        failures += syntax.label_failures(known, f"{path}.name")
    if container.get("image") in (None, ""):
        failures.append(syntax.required(f"{path}.image"))
    for part in (_ports, _env, _probes):
        failures += part(container, path)
    failures += resources_failures(container.get("resources"), f"{path}.resources")
    failures += _mounts(container, path, volumes)
    security = mapping(container.get("securityContext"))
    if security.get("privileged") is True and security.get("allowPrivilegeEscalation") is False:
        rule = "cannot set `allowPrivilegeEscalation` to false and `privileged` to true"
        failures.append(syntax.invalid(f"{path}.securityContext", "privileged", rule))
    return failures


def duplicates(values: Iterable[Any]) -> list[Any]:
    """The values that occur again, in order."""
    seen: list[Any] = []
    again: list[Any] = []
    for value in values:
        (again if value in seen else seen).append(value)
    return again


def _ports(container: Mapping[str, Any], path: str) -> list[Failure]:
    failures = []
    ports = [mapping(port) for port in sequence(container.get("ports"))]
    for index, port in enumerate(ports):
        at = f"{path}.ports[{index}]"
        known = number(port.get("containerPort"))
        if known is not None and not 1 <= known <= 65535:
            failures.append(syntax.invalid(f"{at}.containerPort", known, "must be between 1 and 65535, inclusive"))
        if name := text(port.get("name")):
            failures += syntax.port_name_failures(name, f"{at}.name")
    failures += [_duplicate(f"{path}.ports", name) for name in duplicates(text(p.get("name")) for p in ports) if name]
    pairs = [(number(port.get("containerPort")), text(port.get("protocol")) or "TCP") for port in ports]
    failures += [_duplicate(f"{path}.ports", f"{port}/{of}") for port, of in duplicates(pairs) if port is not None]
    return failures


def _env(container: Mapping[str, Any], path: str) -> list[Failure]:
    failures = []
    variables = [mapping(variable) for variable in sequence(container.get("env"))]
    for index, variable in enumerate(variables):
        at = f"{path}.env[{index}]"
        if variable.get("name") in (None, ""):
            failures.append(syntax.required(f"{at}.name"))
        source = variable.get("valueFrom")
        if source is None or source is UNKNOWN:
            continue
        if variable.get("value"):
            failures.append(syntax.invalid(f"{at}.valueFrom", "", "may not be specified when `value` is not empty"))
        if len(set(mapping(source)) & set(ENV_SOURCES)) != 1:
            rule = f"must specify exactly one of: {', '.join(ENV_SOURCES)}"
            failures.append(syntax.invalid(f"{at}.valueFrom", "", rule))
    again = duplicates(text(variable.get("name")) for variable in variables)
    return failures + [_duplicate(f"{path}.env", name) for name in again if name]


def _probes(container: Mapping[str, Any], path: str) -> list[Failure]:
    failures = []
    ports = {text(mapping(port).get("name")) for port in sequence(container.get("ports"))}
    for kind in PROBES:
        probe = container.get(kind)
        if isinstance(probe, Mapping):
            failures += _probe(probe, f"{path}.{kind}", kind, ports)
    return failures


def _probe(probe: Mapping[str, Any], path: str, kind: str, ports: set[str | None]) -> list[Failure]:
    failures = []
    handlers = [handler for handler in HANDLERS if probe.get(handler) is not None]
    if not handlers:
        failures.append(syntax.required(path, "must specify a handler type"))
    failures += [
        Failure(path=f"{path}.{extra}", reason="Forbidden: may not specify more than 1 handler type")
        for extra in handlers[1:]
    ]
    for field, least in _LEAST_PROBE_VALUES.items():
        known = number(probe.get(field))
        if known is not None and known < least:
            failures.append(syntax.invalid(f"{path}.{field}", known, f"must be greater than or equal to {least}"))
    if kind != "readinessProbe" and number(probe.get("successThreshold")) not in (None, 1):
        failures.append(syntax.invalid(f"{path}.successThreshold", probe.get("successThreshold"), "must be 1"))
    for handler in handlers:
        port = mapping(probe.get(handler)).get("port")
        if isinstance(port, str) and port not in ports:
            known_ports = ", ".join(sorted(name for name in ports if name)) or "none"
            rule = f"is no named port of this container; it has: {known_ports}"
            failures.append(syntax.invalid(f"{path}.{handler}.port", port, rule))
        failures += _port_range(number(port), f"{path}.{handler}.port")
    return failures


def _port_range(port: int | None, path: str) -> list[Failure]:
    if port is None or 1 <= port <= 65535:
        return []
    return [syntax.invalid(path, port, "must be between 1 and 65535, inclusive")]


def _mounts(container: Mapping[str, Any], path: str, volumes: frozenset[str] | None) -> list[Failure]:
    failures = []
    mounts = [mapping(mount) for mount in sequence(container.get("volumeMounts"))]
    for index, mount in enumerate(mounts):
        at = f"{path}.volumeMounts[{index}]"
        name = text(mount.get("name"))
        if name is not None and volumes is not None and name not in volumes:
            failures.append(Failure(path=f"{at}.name", reason=f'Not found: "{name}"'))
        where = mount.get("mountPath")
        if where in (None, ""):
            failures.append(syntax.required(f"{at}.mountPath"))
        if mount.get("subPath") and mount.get("subPathExpr"):
            rule = "subPathExpr and subPath are mutually exclusive"
            failures.append(syntax.invalid(f"{at}.subPathExpr", mount["subPathExpr"], rule))
    again = duplicates(text(mount.get("mountPath")) for mount in mounts)
    return failures + [
        syntax.invalid(f"{path}.volumeMounts.mountPath", where, "must be unique") for where in again if where
    ]


def _duplicate(path: str, value: str) -> Failure:
    return Failure(path=path, reason=f'Duplicate value: "{value}"')
