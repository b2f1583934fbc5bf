"""Server-side apply: every field has the manager that set it, and another manager may only agree.

pulumi-kubernetes gives each resource a field manager of its own. Besides the program's resources, the horizontal
autoscaler owns the replica count that it has moved.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from lepton_infra.simulator.behaviour import Call, CloudError, Stored
from lepton_infra.simulator.kubernetes import contents
from lepton_infra.simulator.kubernetes.kinds import Kind
from lepton_infra.simulator.kubernetes.reading import mapping, number, sequence

SCALE_MANAGER = '"kube-controller-manager" with subresource "scale"'

_REPLICAS = "spec.replicas"

_IDENTITY = frozenset({".apiVersion", ".kind", ".metadata.name", ".metadata.namespace"})


def require_no_conflict(call: Call, kind: Kind, others: Iterable[Stored]) -> None:
    """Refuse to set a field that another manager has set to another value, unless the program forces it.

    Raises:
        CloudError: ``Conflict``, with every field and its manager.
    """
    forced = mapping(call.inputs, "metadata", "annotations").get("pulumi.com/patchForce") == "true"
    if forced or call.scope.config.get("enablePatchForce") in (True, "true"):
        return
    found = [*_conflicts(call.inputs, others), *_scaled(call, kind)]
    if not found:
        return
    lines = [f"conflict with {manager} using {kind.api_version}: {path}" for manager, path in found]
    many = "conflicts" if len(lines) > 1 else "conflict"
    raise CloudError(
        "Conflict",
        f"Server-Side Apply field conflict detected: Apply failed with {len(lines)} {many}: {'; '.join(lines)}. "
        'Leave the fields to one manager, or set the annotation pulumi.com/patchForce to "true"',
    )


def _conflicts(mine: Mapping[str, Any], others: Iterable[Stored]) -> list[tuple[str, str]]:
    """The fields that another resource has set to another value, as (manager, path in the API's notation)."""
    owned = dict(_fields(mine, ""))
    return [
        (f'"{_manager(other)}"', path)
        for other in others
        for path, value in _fields(other.inputs, "")
        if path in owned and owned[path] != value
    ]


def _scaled(call: Call, kind: Kind) -> Iterator[tuple[str, str]]:
    """A replica count outside an autoscaler's bounds, which it has therefore changed since the object was made."""
    replicas = number(mapping(call.inputs, "spec").get("replicas"))
    if replicas is None or call.old is None or _REPLICAS in call.ignored:
        return
    for autoscaler in contents.objects(call.scope, "autoscaling", "HorizontalPodAutoscaler"):
        spec = mapping(autoscaler.inputs, "spec")
        target = mapping(spec, "scaleTargetRef")
        namespace = autoscaler.id.partition("/")[0]
        if (target.get("kind"), f"{namespace}/{target.get('name')}") != (kind.kind, call.old.id):
            continue
        least, most = number(spec.get("minReplicas")), number(spec.get("maxReplicas"))
        if replicas < (1 if least is None else least) or (most is not None and replicas > most):
            yield SCALE_MANAGER, ".spec.replicas"


def _manager(stored: Stored) -> str:
    """The field manager that pulumi-kubernetes gives a resource: one of its own for each."""
    return f"pulumi-kubernetes-{mapping(stored.state, 'metadata').get('uid', stored.id)[:8]}"


def _fields(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """The fields that server-side apply tracks. Identity is not owned, and lists are taken as a whole unless their
    items have names."""
    if path in _IDENTITY or path.startswith(".metadata.annotations.pulumi.com"):
        return
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _fields(item, f"{path}.{key}")
    elif (named := [mapping(item).get("name") for item in sequence(value)]) and all(named):
        for name, item in zip(named, sequence(value), strict=True):
            yield from _fields(item, f'{path}[name="{name}"]')
    else:
        yield path, value
