"""The life of an object: defaults and checks, creation, change and deletion."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from lepton_infra.simulator.behaviour import UNKNOWN, Call, CloudError, Failure, Made, Properties, Stored
from lepton_infra.simulator.kubernetes import contents, kinds, releases, statuses, syntax
from lepton_infra.simulator.kubernetes.admission import admit
from lepton_infra.simulator.kubernetes.declarations import CHECKS
from lepton_infra.simulator.kubernetes.kinds import Kind
from lepton_infra.simulator.kubernetes.kubeconfig import default_namespace
from lepton_infra.simulator.kubernetes.ownership import require_no_conflict
from lepton_infra.simulator.kubernetes.reading import mapping, text
from lepton_infra.simulator.kubernetes.workloads import workload_failures

AUTONAMED = "pulumi.com/autonamed"


def defaults(call: Call) -> Properties:
    """Inputs that the provider fills in: API version and kind, namespace, and a name where the program gives none."""
    if call.type == kinds.RELEASE:
        named = {} if "name" in call.inputs else {"name": auto_name(call)}
        return {"namespace": default_namespace(call.scope.config), **named}
    kind = kinds.parse(call.type)
    given = call.inputs.get("metadata")
    filled: dict[str, Any] = {"apiVersion": kind.api_version, "kind": kind.kind}
    if given is UNKNOWN:
        return filled
    metadata: dict[str, Any] = {}
    if _namespaced(call, kind):
        metadata["namespace"] = default_namespace(call.scope.config)
    if not {"name", "generateName"} & mapping(given).keys() and not kinds.is_patch(call.type):
        metadata |= {"name": auto_name(call), "annotations": {AUTONAMED: "true"}}
    return {**filled, "metadata": metadata} if metadata else filled


def check(call: Call) -> list[Failure]:
    """Failures of an object by itself, without the rest of the cluster."""
    if call.type == kinds.RELEASE:
        return releases.release_failures(call.inputs)
    kind = kinds.parse(call.type)
    failures = []
    for field, expected in (("apiVersion", kind.api_version), ("kind", kind.kind)):
        given = text(call.inputs.get(field))
        if given is not None and given != expected:
            failures.append(syntax.invalid(field, given, f'must be "{expected}" for {call.type}'))
    failures += syntax.metadata_failures(kind.kind, call.inputs.get("metadata"))
    if kinds.is_patch(call.type):
        if mapping(call.inputs.get("metadata")).get("name") is None:
            failures.append(syntax.required("metadata.name", "a patch must name the object that it changes"))
        return failures
    if call.inputs.get("spec") is UNKNOWN:
        return failures
    failures += workload_failures(kind.kind, call.inputs)
    if kind.built_in and kind.kind in CHECKS:
        failures += CHECKS[kind.kind](call.inputs)
    return failures


def create(call: Call) -> Made:
    """Apply a new object, or a patch of an existing one.

    Raises:
        CloudError: as ``admit``; ``AlreadyExists``; ``NotFound`` for the object of a patch; ``Conflict``.
    """
    if call.type == kinds.RELEASE:
        return releases.install(call)
    kind, namespace, name = _identity(call)
    id = f"{namespace}/{name}" if namespace else name
    admit(call, kind, namespace, name)
    existing = contents.find(call.scope, kind, id)
    if kinds.is_patch(call.type):
        if existing is None:
            raise CloudError("NotFound", f'{kind.resource} "{name}" not found')
        require_no_conflict(call, kind, [existing, *contents.patches(call.scope, kind, id)])
    elif existing is not None or (kind.kind == "Namespace" and name in contents.INITIAL_NAMESPACES):
        raise CloudError("AlreadyExists", f'{kind.resource} "{name}" already exists')
    return Made(id=id, outputs=_outputs(call, kind, name))


def update(call: Call) -> Properties:
    """Apply a changed object.

    Raises:
        CloudError: as ``admit``; ``Conflict`` if another manager has set one of its fields to another value.
    """
    if call.type == kinds.RELEASE:
        return releases.upgrade(call)
    kind, namespace, name = _identity(call)
    id = f"{namespace}/{name}" if namespace else name
    admit(call, kind, namespace, name)
    others = [stored for stored in contents.patches(call.scope, kind, id) if stored.urn != call.urn]
    if kinds.is_patch(call.type) and (target := contents.find(call.scope, kind, id)):
        others.append(target)
    require_no_conflict(call, kind, others)
    return _outputs(call, kind, name)


def cascade(call: Call) -> list[Stored]:
    """Objects deleted together with another: the contents of a namespace."""
    if call.type != kinds.NAMESPACE or call.old is None:
        return []
    return contents.in_namespace(call.scope, call.old.id)


def delete(call: Call) -> None:
    """Deletions are allowed, but for the namespaces that the API server keeps for itself."""
    if call.type == kinds.NAMESPACE and call.old and call.old.id in contents.INITIAL_NAMESPACES[:1]:
        raise CloudError("Forbidden", f'namespaces "{call.old.id}" is forbidden: this namespace may not be deleted')


def _identity(call: Call) -> tuple[Kind, str | None, str]:
    kind = kinds.parse(call.type)
    metadata: Mapping[str, Any] = mapping(call.inputs.get("metadata"))
    namespace = text(metadata.get("namespace")) if _namespaced(call, kind) else None
    generated = call.old.id.rpartition("/")[2] if call.old else auto_name(call, text(metadata.get("generateName")))
    return kind, namespace, text(metadata.get("name")) or generated


def _namespaced(call: Call, kind: Kind) -> bool:
    if kind.built_in:
        return not kind.cluster_scoped
    definition = contents.custom_definition(call.scope, kind)
    if definition is not None:
        return mapping(definition.inputs, "spec").get("scope") == "Namespaced"
    # The definition may come with a chart, so only the object itself can tell.
    return "namespace" in mapping(call.inputs.get("metadata"))


def auto_name(call: Call, prefix: str | None = None) -> str:
    """The name of an object that the program gives none, or only the beginning of one."""
    logical = call.urn.rpartition("::")[2]
    return f"{prefix or f'{logical}-'}{hashlib.sha256(call.seed.encode()).hexdigest()[:8]}"


def _outputs(call: Call, kind: Kind, name: str) -> dict[str, Any]:
    return {"metadata": {**statuses.metadata(call), "name": name}, **statuses.computed(call, kind.kind)}
