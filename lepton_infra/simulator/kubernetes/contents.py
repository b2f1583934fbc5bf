"""Contents of a simulated cluster: its namespaces, objects, patches and releases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lepton_infra.simulator.behaviour import Scope, Stored
from lepton_infra.simulator.kubernetes import kinds
from lepton_infra.simulator.kubernetes.kinds import Kind
from lepton_infra.simulator.kubernetes.reading import mapping, text

INITIAL_NAMESPACES = ("default", "kube-node-lease", "kube-public", "kube-system")
"""The namespaces that every API server makes by itself."""


def objects(scope: Scope, group: str, kind: str) -> Iterator[Stored]:
    """The objects of a kind, in any API version. Patches are not objects."""
    for stored in scope.all():
        if stored.type != kinds.RELEASE and not kinds.is_patch(stored.type):
            found = kinds.parse(stored.type)
            if (found.group, found.kind) == (group, kind):
                yield stored


def find(scope: Scope, kind: Kind, id: str) -> Stored | None:
    """The object of this kind with this id, ``namespace/name`` or ``name``."""
    return next((stored for stored in objects(scope, kind.group, kind.kind) if stored.id == id), None)


def patches(scope: Scope, kind: Kind, id: str) -> Iterator[Stored]:
    """The patches that own fields of an object."""
    for stored in scope.all():
        if kinds.is_patch(stored.type) and stored.id == id:
            target = kinds.parse(stored.type)
            if (target.group, target.kind) == (kind.group, kind.kind):
                yield stored


def releases(scope: Scope, namespace: str | None = None) -> list[Stored]:
    """The Helm releases of the cluster or of one namespace. What their charts hold is not known here."""
    return [
        stored
        for stored in scope.all(kinds.RELEASE)
        if namespace is None or stored.state.get("namespace", stored.inputs.get("namespace")) == namespace
    ]


def has_namespace(scope: Scope, name: str) -> bool:
    """True if a namespace exists: an initial one, one of the program, or one of a release with ``createNamespace``."""
    if name in INITIAL_NAMESPACES or scope.find(kinds.NAMESPACE, name) is not None:
        return True
    return any(stored.inputs.get("createNamespace") is True for stored in releases(scope, name))


def namespace_labels(scope: Scope, name: str) -> Mapping[str, Any]:
    """The labels of a namespace that the program made."""
    stored = scope.find(kinds.NAMESPACE, name)
    return mapping(stored.inputs, "metadata", "labels") if stored else {}


def in_namespace(scope: Scope, name: str) -> list[Stored]:
    """Everything that lives in a namespace, youngest first."""
    held = [
        stored
        for stored in scope.all()
        if namespace_of(stored.type, stored.inputs) == name or stored.inputs.get("namespace") == name
    ]
    return held[::-1]


def namespace_of(token: str, inputs: Mapping[str, Any]) -> str | None:
    """The namespace of an object; None if it is outside any."""
    if token == kinds.RELEASE:
        return text(inputs.get("namespace"))
    return text(mapping(inputs, "metadata").get("namespace"))


def custom_definition(scope: Scope, kind: Kind) -> Stored | None:
    """The CustomResourceDefinition of a custom kind, if the program made it."""
    for stored in scope.all(kinds.CUSTOM_RESOURCE_DEFINITION):
        spec = mapping(stored.inputs, "spec")
        if (spec.get("group"), mapping(spec, "names").get("kind")) == (kind.group, kind.kind):
            return stored
    return None
