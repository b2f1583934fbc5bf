"""Between the properties of a resource and an object of the API."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from lepton_infra.simulator.behaviour import Call
from lepton_infra.simulator.control_plane.api import Api, Object
from lepton_infra.simulator.kubernetes import kinds
from lepton_infra.simulator.kubernetes.objects import auto_name
from lepton_infra.simulator.kubernetes.reading import mapping, text

MANAGER: Final = "pulumi-kubernetes"


@dataclass(frozen=True, kw_only=True)
class Target:
    """The object of a resource: ``kind`` as the API client takes it, ``namespace`` None outside of any."""

    kind: str
    namespace: str | None
    name: str

    @property
    def id(self) -> str:
        """The provider's id."""
        return f"{self.namespace}/{self.name}" if self.namespace else self.name


def target_of(api: Api, call: Call) -> Target:
    """The object that a call is about: by its id if there is one, else by its metadata."""
    kind = kinds.parse(call.type)
    wanted = f"{kind.api_version}/{kind.kind}"
    if call.old is not None:
        namespace, _, name = call.old.id.rpartition("/")
        return Target(kind=wanted, namespace=namespace or None, name=name)
    metadata = mapping(call.inputs, "metadata")
    name = text(metadata.get("name")) or auto_name(call, text(metadata.get("generateName")))
    namespaced = api.kind(wanted).namespaced
    return Target(
        kind=wanted, namespace=(text(metadata.get("namespace")) or "default") if namespaced else None, name=name
    )


def object_of(call: Call, target: Target) -> Object:
    """The object to apply: what the program gives, without what is null, under its name."""
    given: Object = _without_nulls(call.inputs)
    api_version, _, kind = target.kind.rpartition("/")
    metadata = {key: value for key, value in mapping(given, "metadata").items() if key != "generateName"}
    place = {"namespace": target.namespace} if target.namespace else {}
    return {**given, "apiVersion": api_version, "kind": kind, "metadata": {**metadata, **place, "name": target.name}}


def identity_of(target: Target) -> Object:
    """The object with nothing in it."""
    api_version, _, kind = target.kind.rpartition("/")
    place = {"namespace": target.namespace} if target.namespace else {}
    return {"apiVersion": api_version, "kind": kind, "metadata": {**place, "name": target.name}}


def manager_of(call: Call) -> str:
    """The field manager of a resource: one of its own for each, or the one that an annotation names."""
    named = mapping(call.inputs, "metadata", "annotations").get("pulumi.com/patchFieldManager")
    return text(named) or f"{MANAGER}-{hashlib.sha256(call.urn.encode()).hexdigest()[:8]}"


def is_forced(call: Call) -> bool:
    """True if fields are taken from other managers."""
    annotated = mapping(call.inputs, "metadata", "annotations").get("pulumi.com/patchForce") == "true"
    return annotated or call.scope.config.get("enablePatchForce") in (True, "true")


def outputs_of(live: Object) -> Object:
    """The outputs of a live object. Who manages which field is left out, which changes with every look."""
    metadata = {key: value for key, value in live["metadata"].items() if key != "managedFields"}
    return {**live, "metadata": metadata}


def _without_nulls(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    return [_without_nulls(item) for item in value] if isinstance(value, list | tuple) else value
