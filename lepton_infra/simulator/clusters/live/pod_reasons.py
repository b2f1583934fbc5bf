"""Reasons why a pod is not ready, from its conditions, its containers and its last warnings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from lepton_infra.simulator.control_plane.api import Api, Object
from lepton_infra.simulator.kubernetes.reading import mapping, sequence

_CONDITIONS = ("PodScheduled", "Initialized", "Ready")
_STARTING = frozenset({"ContainerCreating", "PodInitializing"})


def of_owner(items: Iterable[Object], owner: Object) -> list[Object]:
    """The objects that have ``owner`` as an owner."""
    uid = owner["metadata"]["uid"]
    return [
        item
        for item in items
        if any(mapping(of).get("uid") == uid for of in sequence(mapping(item, "metadata").get("ownerReferences")))
    ]


def is_ready(pod: Object) -> bool:
    """True if a pod is ready or has succeeded."""
    return mapping(pod, "status").get("phase") == "Succeeded" or any(
        condition.get("status") == "True" for condition in _conditions(pod) if condition.get("type") == "Ready"
    )


def reasons_of(api: Api, pod: Object) -> list[str]:
    """Reasons why a pod is not ready, the pod's name first; empty if it is."""
    if is_ready(pod):
        return []
    metadata = pod["metadata"]
    found = [*_from_conditions(pod), *_from_containers(pod)] or list(_from_events(api, pod))
    return [f"[Pod {metadata['namespace']}/{metadata['name']}]: {reason}" for reason in dict.fromkeys(found)]


def _conditions(pod: Object) -> Iterator[Mapping[str, Any]]:
    yield from map(mapping, sequence(mapping(pod, "status").get("conditions")))


def _from_conditions(pod: Object) -> Iterator[str]:
    for condition in _conditions(pod):
        if condition.get("type") in _CONDITIONS and condition.get("status") != "True" and condition.get("message"):
            yield str(condition["message"])


def _from_containers(pod: Object) -> Iterator[str]:
    status = mapping(pod, "status")
    for container in map(
        mapping, [*sequence(status.get("initContainerStatuses")), *sequence(status.get("containerStatuses"))]
    ):
        if container.get("ready"):
            continue
        waiting = mapping(container, "state", "waiting")
        if waiting.get("reason") and waiting["reason"] not in _STARTING:
            yield f"[{waiting['reason']}] {waiting.get('message', '')}".rstrip()
        for ended in (mapping(container, "state", "terminated"), mapping(container, "lastState", "terminated")):
            if ended.get("exitCode"):
                how = f"{ended.get('reason')}: exit code {ended['exitCode']}"
                told = f": {ended['message']}" if ended.get("message") else ""
                yield f'Container "{container.get("name")}" terminated ({how}){told}'


def _from_events(api: Api, pod: Object) -> Iterator[str]:
    """The newest warning of each kind about a pod."""
    uid = pod["metadata"]["uid"]
    for event in api.list("v1/Event", pod["metadata"]["namespace"]):
        if mapping(event, "involvedObject").get("uid") == uid and event.get("type") == "Warning":
            yield f"[{event.get('reason')}] {event.get('message')}"
