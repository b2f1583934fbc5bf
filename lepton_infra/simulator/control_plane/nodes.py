"""Machines that are not there: nodes which kwok plays the kubelet of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lepton_infra.simulator.control_plane.api import Api, ApiRefused, Object

MANAGER = "lepton-nodes"
_PLAYED = "kwok.x-k8s.io/node"
_GPUS = "nvidia.com/gpu"
_MAX_PODS = 110
_DISK_GIB = 100
_SYSTEM_TAINTS = "node.kubernetes.io/"


@dataclass(frozen=True, kw_only=True)
class Taint:
    """A taint on a node."""

    key: str
    value: str = ""
    effect: str = "NoSchedule"


@dataclass(frozen=True, kw_only=True)
class Node:
    """A machine. ``cpu`` counts cores and ``memory_gib`` memory that pods can have; ``gpus`` those that a device plugin
    has announced, so 0 on a GPU machine that has none yet. ``labels`` are those that the cloud or its pool puts there,
    beside the ones of Kubernetes for name, place and machine."""

    name: str
    cpu: float
    memory_gib: float
    zone: str
    region: str
    instance_type: str
    gpus: int = 0
    labels: Mapping[str, str] = field(default_factory=dict)
    taints: Sequence[Taint] = ()


def reconcile(api: Api, nodes: Iterable[Node]) -> None:
    """Make the cluster have these machines and no others: new ones join, gone ones vanish with what ran on them, and
    labels, taints and GPUs of the others become as given.

    A machine vanishes without warning, as if its power were cut. Who wants its pods evicted first does so before. What
    it does not do is wait: a new node is ready some tenths of a second later.
    """
    wanted = {node.name: node for node in nodes}
    live = {node["metadata"]["name"]: node for node in api.list("v1/Node") if _is_played(node)}
    for name in live.keys() - wanted.keys():
        remove(api, name)
    for name, node in wanted.items():
        if name in live:
            _correct(api, node, live[name])
        else:
            _add(api, node)


def fall_silent(api: Api, name: str) -> None:
    """A machine hangs: it is still there, but says nothing any more. ``reconcile`` brings it back to life."""
    api.patch("v1/Node", name, {"metadata": {"labels": {_PLAYED: "silent"}}}, field_manager=MANAGER)


def remove(api: Api, name: str) -> None:
    """A machine vanishes, and what ran on it: Kubernetes finds that out by itself too, but only within a minute."""
    api.delete("v1/Node", name)
    for pod in api.list("v1/Pod"):
        if pod["spec"].get("nodeName") == name:
            metadata = pod["metadata"]
            try:
                api.delete("v1/Pod", metadata["name"], metadata["namespace"], grace_seconds=0)
            except ApiRefused as refused:
                if refused.reason != "NotFound":
                    raise


def _add(api: Api, node: Node) -> None:
    """In two steps, for only an object that is made carries a status, and only one that is applied later loses labels.
    Nobody plays it before the second, so nothing is scheduled there meanwhile."""
    api.create(
        {
            "apiVersion": "v1",
            "kind": "Node",
            "metadata": {"name": node.name},
            "spec": {"taints": _taints(node), "providerID": f"simulated://{node.region}/{node.zone}/{node.name}"},
            "status": {"capacity": _resources(node), "allocatable": _resources(node)},
        },
        MANAGER,
    )
    _label(api, node)


def _correct(api: Api, node: Node, live: Object) -> None:
    _label(api, node)
    present = live["spec"].get("taints", [])
    system = [taint for taint in present if taint["key"].startswith(_SYSTEM_TAINTS)]
    if _taints(node) != [taint for taint in present if taint not in system]:
        api.patch("v1/Node", node.name, {"spec": {"taints": _taints(node) + system}}, field_manager=MANAGER)
    resources = {**_resources(node), _GPUS: str(node.gpus) if node.gpus else None}
    if any(live["status"].get("allocatable", {}).get(name) != amount for name, amount in resources.items()):
        status = {"capacity": resources, "allocatable": resources}
        api.patch_status("v1/Node", node.name, status, field_manager=MANAGER)


def _label(api: Api, node: Node) -> None:
    own = {
        _PLAYED: "fake",
        "kubernetes.io/hostname": node.name,
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        "node.kubernetes.io/instance-type": node.instance_type,
        "topology.kubernetes.io/region": node.region,
        "topology.kubernetes.io/zone": node.zone,
    }
    metadata = {"name": node.name, "labels": {**own, **node.labels}}
    api.apply({"apiVersion": "v1", "kind": "Node", "metadata": metadata}, MANAGER, force=True)


def _is_played(node: Object) -> bool:
    return _PLAYED in node["metadata"].get("labels", {})


def _taints(node: Node) -> list[dict[str, Any]]:
    """As the server gives them back: without a value that is empty."""
    return [
        {"key": taint.key, "effect": taint.effect, **({"value": taint.value} if taint.value else {})}
        for taint in node.taints
    ]


def _resources(node: Node) -> dict[str, str]:
    resources = {
        "cpu": f"{round(node.cpu * 1000)}m",
        "memory": f"{round(node.memory_gib * 1024)}Mi",
        "ephemeral-storage": f"{_DISK_GIB}Gi",
        "pods": str(_MAX_PODS),
    }
    return {**resources, _GPUS: str(node.gpus)} if node.gpus else resources
