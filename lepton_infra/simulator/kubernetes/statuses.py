"""Server-side fields of an object: identity, defaults that programs read, and a status that says ready."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from lepton_infra.simulator.behaviour import Call, CloudError, Stored
from lepton_infra.simulator.kubernetes import contents
from lepton_infra.simulator.kubernetes.networking import service_addresses
from lepton_infra.simulator.kubernetes.reading import mapping, number, text

CREATED = "2026-01-01T00:00:00Z"
"""All objects are of one moment, so that two runs give the same outputs."""


def metadata(call: Call) -> dict[str, Any]:
    """The object's metadata: what was given and what the API server adds, kept over updates."""
    given = dict(mapping(call.inputs.get("metadata")))
    before = mapping(call.old.state, "metadata") if call.old else {}
    revision = int(before.get("resourceVersion", 0)) + 1
    return {
        **given,
        "uid": before.get("uid") or str(UUID(hashlib.sha256(call.seed.encode()).hexdigest()[:32])),
        "resourceVersion": str(revision),
        "generation": revision,
        "creationTimestamp": CREATED,
    }


def computed(call: Call, kind: str) -> dict[str, Any]:
    """The outputs of an object beyond its metadata, by kind."""
    compute = _COMPUTED.get(kind)
    return compute(call) if compute else {}


def _replicas(call: Call) -> int:
    replicas = number(mapping(call.inputs, "spec").get("replicas"))
    return 1 if replicas is None else replicas


def _condition(type: str, reason: str) -> dict[str, str]:
    return {"type": type, "status": "True", "reason": reason, "lastTransitionTime": CREATED}


def _deployment(call: Call) -> dict[str, Any]:
    count = _replicas(call)
    conditions = [
        _condition("Available", "MinimumReplicasAvailable"),
        _condition("Progressing", "NewReplicaSetAvailable"),
    ]
    return {
        "status": {
            "replicas": count,
            "readyReplicas": count,
            "availableReplicas": count,
            "updatedReplicas": count,
            "conditions": conditions,
        }
    }


def _stateful_set(call: Call) -> dict[str, Any]:
    count = _replicas(call)
    return {"status": {"replicas": count, "readyReplicas": count, "currentReplicas": count, "updatedReplicas": count}}


def _service(call: Call) -> dict[str, Any]:
    spec = mapping(call.inputs, "spec")
    kind = text(spec.get("type")) or "ClusterIP"
    if kind == "ExternalName":
        return {"spec": dict(spec), "status": {"loadBalancer": {}}}
    address = text(spec.get("clusterIP")) or _address_before(call.old) or _free_address(call)
    outputs: dict[str, Any] = {
        "spec": {**spec, "type": kind, "clusterIP": address, "clusterIPs": [address]},
        "status": {"loadBalancer": {}},
    }
    if kind == "LoadBalancer":
        host = f"{hashlib.sha256(call.seed.encode()).hexdigest()[:16]}.sim.invalid"
        outputs["status"] = {"loadBalancer": {"ingress": [{"hostname": host}]}}
    return outputs


def _address_before(old: Stored | None) -> str | None:
    return text(mapping(old.state, "spec").get("clusterIP")) if old else None


def _free_address(call: Call) -> str:
    taken = {_address_before(stored) for stored in contents.objects(call.scope, "", "Service")}
    for address in service_addresses():
        if address not in taken:
            return address
    raise CloudError("Internal", "failed to allocate a serviceIP: range is full")


def _namespace(call: Call) -> dict[str, Any]:
    return {"status": {"phase": "Active"}}


def _pod(call: Call) -> dict[str, Any]:
    return {"status": {"phase": "Running", "conditions": [_condition("Ready", "ContainersReady")]}}


def _job(call: Call) -> dict[str, Any]:
    return {"status": {"succeeded": 1, "conditions": [_condition("Complete", "CompletionsReached")]}}


def _claim(call: Call) -> dict[str, Any]:
    return {"status": {"phase": "Bound"}}


_COMPUTED: Mapping[str, Callable[[Call], dict[str, Any]]] = {
    "Deployment": _deployment,
    "Job": _job,
    "Namespace": _namespace,
    "PersistentVolumeClaim": _claim,
    "Pod": _pod,
    "Service": _service,
    "StatefulSet": _stateful_set,
}
