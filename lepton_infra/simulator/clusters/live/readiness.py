"""Readiness conditions by kind, and the reasons why they are not met.

The conditions are those of pulumi-kubernetes (provider/pkg/await); its short messages are kept, so that what is read
here is what is read there. Kinds that are not in the table are ready at once, custom ones too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from lepton_infra.simulator.clusters.live.pod_reasons import is_ready, of_owner, reasons_of
from lepton_infra.simulator.control_plane.api import Api, ApiRefused, Object
from lepton_infra.simulator.kubernetes.reading import mapping, sequence

_REVISION = "deployment.kubernetes.io/revision"
_NOT_SEEN = "its controller has not seen it yet"

Check = Callable[[Api, Object], list[str]]


def reasons(api: Api, live: Object) -> list[str]:
    """Reasons why an object is not ready; empty if it is."""
    check = CHECKS.get(f"{live['apiVersion']}/{live['kind']}")
    return check(api, live) if check else []


def _seen(live: Object) -> bool:
    return bool(mapping(live, "status").get("observedGeneration") == live["metadata"].get("generation"))


def _condition(live: Mapping[str, Any], kind: str) -> Mapping[str, Any]:
    conditions = map(mapping, sequence(mapping(live, "status").get("conditions")))
    return next((condition for condition in conditions if condition.get("type") == kind), {})


def _is_true(condition: Mapping[str, Any]) -> bool:
    return condition.get("status") == "True"


def _said(condition: Mapping[str, Any]) -> Iterator[str]:
    if condition.get("message"):
        yield f"[{condition.get('reason')}] {condition['message']}"


def _deployment(api: Api, live: Object) -> list[str]:
    """Available, and all pods of the newest revision ready; the first revision need not have been complete before."""
    if not _seen(live):
        return [_NOT_SEEN]
    namespace = live["metadata"]["namespace"]
    revision = mapping(live, "metadata", "annotations").get(_REVISION)
    owned = of_owner(api.list("apps/v1/ReplicaSet", namespace), live)
    newest = [item for item in owned if mapping(item, "metadata", "annotations").get(_REVISION) == revision]
    ready = any(_ready_replicas(item) >= int(mapping(item, "spec").get("replicas", 1)) for item in newest)
    available, progressing = _condition(live, "Available"), _condition(live, "Progressing")
    rolled = revision == "1" or (_is_true(progressing) and progressing.get("reason") == "NewReplicaSetAvailable")
    unbound = _unbound_claims(api, live, namespace)
    if ready and rolled and _is_true(available) and not unbound:
        return []
    found: list[str] = []
    for condition in (available, progressing):
        found += [] if _is_true(condition) else _said(condition)
    failure = _condition(live, "ReplicaFailure")
    found += _said(failure) if _is_true(failure) else []
    if unbound:
        found.append(f"Failed to bind PersistentVolumeClaim(s): {', '.join(unbound)}")
    if not _is_true(available):
        found.append("Minimum number of live Pods was not attained")
    elif not ready and revision != "1":
        found.append("Attempted to roll forward to new ReplicaSet, but minimum number of Pods did not become live")
    else:
        found.append("Minimum number of Pods to consider the application live was not attained")
    pods = api.list("v1/Pod", namespace)
    return found + [reason for owner in newest for pod in of_owner(pods, owner) for reason in reasons_of(api, pod)]


def _ready_replicas(item: Mapping[str, Any]) -> int:
    return int(mapping(item, "status").get("readyReplicas", 0))


def _unbound_claims(api: Api, live: Object, namespace: str) -> list[str]:
    volumes = map(mapping, sequence(mapping(live, "spec", "template", "spec").get("volumes")))
    names = {mapping(volume, "persistentVolumeClaim").get("claimName") for volume in volumes} - {None}
    claims = api.list("v1/PersistentVolumeClaim", namespace) if names else []
    return [
        item["metadata"]["name"]
        for item in claims
        if item["metadata"]["name"] in names and mapping(item, "status").get("phase") != "Bound"
    ]


def _stateful_set(api: Api, live: Object) -> list[str]:
    """All replicas of the newest revision there and ready; one that is updated on deletion need not be of it."""
    if not _seen(live):
        return [_NOT_SEEN]
    spec, status = mapping(live, "spec"), mapping(live, "status")
    wanted = int(spec.get("replicas", 1))
    here, ready, current = (int(status.get(key, 0)) for key in ("replicas", "readyReplicas", "currentReplicas"))
    by_deletion = mapping(spec, "updateStrategy").get("type") == "OnDelete" and live["metadata"]["generation"] > 1
    rolled = by_deletion or status.get("currentRevision") == status.get("updateRevision")
    if rolled and wanted == here == ready and (by_deletion or wanted == current):
        return []
    found = [] if wanted == ready else [f"{ready} out of {wanted} replicas succeeded readiness checks"]
    if not rolled:
        revisions = f'"{status.get("currentRevision")}" to revision "{status.get("updateRevision")}"'
        found.append(f"StatefulSet controller failed to advance from revision {revisions}")
    return (found or [_NOT_SEEN]) + _pods_of(api, live)


def _daemon_set(api: Api, live: Object) -> list[str]:
    """Every node that it is for has a ready pod of the newest template."""
    if not _seen(live):
        return [_NOT_SEEN]
    status = mapping(live, "status")
    wanted = int(status.get("desiredNumberScheduled", 0))
    counts = {key: int(status.get(key, 0)) for key in ("updatedNumberScheduled", "numberAvailable", "numberReady")}
    if all(count >= wanted for count in counts.values()):
        return []
    told = ", ".join(f"{key} {count}" for key, count in counts.items())
    return [f"{wanted} pods are wanted; {told}", *_pods_of(api, live)]


def _job(api: Api, live: Object) -> list[str]:
    """Complete."""
    if _is_true(_condition(live, "Complete")):
        return []
    failed = _condition(live, "Failed")
    return [*(_said(failed) if _is_true(failed) else ["it is not complete"]), *_pods_of(api, live)]


def _pods_of(api: Api, live: Object) -> list[str]:
    pods = of_owner(api.list("v1/Pod", live["metadata"]["namespace"]), live)
    return [reason for pod in pods for reason in reasons_of(api, pod)]


def _pod(api: Api, live: Object) -> list[str]:
    """Ready, or done."""
    return [] if is_ready(live) else reasons_of(api, live) or ["it is not ready"]


def _service(api: Api, live: Object) -> list[str]:
    """It has its address if it needs one of the cloud, and none of its endpoints is still starting.

    The real provider first waits ten seconds for the endpoints to settle; here a service without any is not ready.
    """
    spec = mapping(live, "spec")
    found = []
    if spec.get("type") == "LoadBalancer" and not sequence(mapping(live, "status", "loadBalancer").get("ingress")):
        found.append("Service was not allocated an IP address; does your cloud provider support this?")
    waits = spec.get("selector") and spec.get("clusterIP") != "None" and spec.get("type") != "ExternalName"
    if waits and not _all_serving(api, live):
        found.append(
            "Service does not target any Pods. Selected Pods may not be ready, or field '.spec.selector' may not match "
            "labels on any Pods"
        )
    return found


def _all_serving(api: Api, live: Object) -> bool:
    metadata = live["metadata"]
    slices = api.list(
        "discovery.k8s.io/v1/EndpointSlice", metadata["namespace"], f"kubernetes.io/service-name={metadata['name']}"
    )
    ready = [
        mapping(endpoint, "conditions").get("ready") for item in slices for endpoint in sequence(item.get("endpoints"))
    ]
    return bool(ready) and all(ready)


def _claim(api: Api, live: Object) -> list[str]:
    """Bound; one whose class waits for a pod only has to be there."""
    phase = mapping(live, "status").get("phase")
    if phase == "Bound" or (phase == "Pending" and _waits_for_pod(api, mapping(live, "spec").get("storageClassName"))):
        return []
    return [f"PersistentVolumeClaim is {phase or 'not seen yet'}, not Bound"]


def _waits_for_pod(api: Api, storage_class: Any) -> bool:
    try:
        found = api.get("storage.k8s.io/v1/StorageClass", str(storage_class))
    except ApiRefused as refused:
        if refused.reason == "NotFound":
            return False
        raise
    return found.get("volumeBindingMode") == "WaitForFirstConsumer"


def _ingress(api: Api, live: Object) -> list[str]:
    """It has an address."""
    if sequence(mapping(live, "status", "loadBalancer").get("ingress")):
        return []
    return ["Ingress .status.loadBalancer field was not updated with a hostname/IP address."]


CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        "apps/v1/DaemonSet": _daemon_set,
        "apps/v1/Deployment": _deployment,
        "apps/v1/StatefulSet": _stateful_set,
        "batch/v1/Job": _job,
        "networking.k8s.io/v1/Ingress": _ingress,
        "v1/PersistentVolumeClaim": _claim,
        "v1/Pod": _pod,
        "v1/Service": _service,
    }
)
