"""Admission of an object: the refusals that depend on the rest of the cluster."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lepton_infra.simulator.behaviour import Call, CloudError, Scope
from lepton_infra.simulator.kubernetes import contents, pod_security
from lepton_infra.simulator.kubernetes.kinds import Kind
from lepton_infra.simulator.kubernetes.pods import Reference, references
from lepton_infra.simulator.kubernetes.reading import text
from lepton_infra.simulator.kubernetes.workloads import pod_spec

SYSTEM_PRIORITY_CLASSES = ("system-cluster-critical", "system-node-critical")


def admit(call: Call, kind: Kind, namespace: str | None, name: str) -> None:
    """Let a new or changed object in.

    Raises:
        CloudError: ``NotFound`` for a missing namespace or kind, ``Forbidden`` for a pod that a policy refuses,
            ``AwaitFailed`` for an object that would be stored but never become ready.
    """
    if not kind.built_in and contents.custom_definition(call.scope, kind) is None and not contents.releases(call.scope):
        raise CloudError(
            "NotFound",
            f'no matches for kind "{kind.kind}" in version "{kind.api_version}": install its definition first',
        )
    if namespace is not None:
        require_namespace(call.scope, namespace)
    spec = pod_spec(kind.kind, call.inputs)
    if spec is None or namespace is None:
        return
    _check_pod_security(call.scope, kind, namespace, name, spec)
    _check_classes(call.scope, kind, namespace, name, spec)
    for reference in references(spec):
        if not _exists(call.scope, reference, namespace):
            lower = f'{reference.kind.lower()} "{reference.name}" not found'
            raise _never_ready(kind, namespace, name, f"namespace {namespace}: {lower}")


def require_namespace(scope: Scope, name: str) -> None:
    """Refuse what goes into a namespace that does not exist, in the API server's own words."""
    if not contents.has_namespace(scope, name):
        raise CloudError("NotFound", f'namespaces "{name}" not found')


def _check_pod_security(scope: Scope, kind: Kind, namespace: str, name: str, spec: Mapping[str, Any]) -> None:
    labels = contents.namespace_labels(scope, namespace)
    level = text(labels.get(pod_security.ENFORCE_LABEL)) or "privileged"
    version = text(labels.get(pod_security.ENFORCE_VERSION_LABEL)) or "latest"
    found = pod_security.violations(spec, level)
    if not found:
        return
    violates = f'violates PodSecurity "{level}:{version}": {", ".join(found)}'
    if kind.kind == "Pod":
        raise CloudError("Forbidden", f'pods "{name}" is forbidden: {violates}')
    # A real cluster stores the workload with a warning and then makes none of its pods.
    raise _never_ready(kind, namespace, name, f'pods "{name}-" is forbidden: {violates}')


def _check_classes(scope: Scope, kind: Kind, namespace: str, name: str, spec: Mapping[str, Any]) -> None:
    priority = text(spec.get("priorityClassName"))
    known = priority in SYSTEM_PRIORITY_CLASSES or _made(scope, "scheduling.k8s.io", "PriorityClass", priority)
    if priority and not known:
        reason = f'pods "{name}-" is forbidden: no PriorityClass with name {priority} was found'
        raise _never_ready(kind, namespace, name, reason)
    runtime = text(spec.get("runtimeClassName"))
    if runtime and not _made(scope, "node.k8s.io", "RuntimeClass", runtime):
        reason = f'pods "{name}-" is forbidden: pod rejected: RuntimeClass "{runtime}" not found'
        raise _never_ready(kind, namespace, name, reason)


def _made(scope: Scope, group: str, kind: str, id: str | None) -> bool:
    """Whether the object exists, or may: a release's chart can bring objects that are not listed here."""
    return any(stored.id == id for stored in contents.objects(scope, group, kind)) or bool(contents.releases(scope))


def _exists(scope: Scope, reference: Reference, namespace: str) -> bool:
    id = f"{namespace}/{reference.name}"
    found = contents.find(scope, Kind("", "v1", reference.kind), id) is not None
    return found or bool(contents.releases(scope, namespace))


def _never_ready(kind: Kind, namespace: str, name: str, reason: str) -> CloudError:
    """How pulumi-kubernetes reports an object whose pods never start, without the ten minutes' wait."""
    return CloudError(
        "AwaitFailed",
        f'{kind.kind} resource "{namespace}/{name}" was successfully created, but the Kubernetes API server reported '
        f"that it failed to fully initialize or become live: timed out waiting to be Ready: {reason}",
    )
