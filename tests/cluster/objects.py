"""Objects that tests put into a cluster."""

from __future__ import annotations

from typing import Any

from lepton_infra.simulator.control_plane.nodes import Node, Taint

GPU = "nvidia.com/gpu"


def cpu_node(name: str, zone: str = "eu-1a") -> Node:
    return Node(name=name, cpu=4, memory_gib=16, zone=zone, region="eu-1", instance_type="small")


def gpu_node(name: str, gpus: int = 1) -> Node:
    return Node(
        name=name,
        cpu=8,
        memory_gib=32,
        gpus=gpus,
        zone="eu-1a",
        region="eu-1",
        instance_type="gpu",
        labels={"lepton.dev/pool": "inference", "lepton.dev/capacity": "spot"},
        taints=[Taint(key=GPU, value="present")],
    )


def pod_spec(*, gpus: int = 0, **more: Any) -> dict[str, Any]:
    container: dict[str, Any] = {"name": "main", "image": "registry.example/model@sha256:0"}
    if not gpus:
        return {"containers": [container], **more}
    container["resources"] = {"limits": {GPU: str(gpus)}}
    return {"containers": [container], "tolerations": [{"key": GPU, "operator": "Exists"}], **more}


def pod(namespace: str, name: str, spec: dict[str, Any]) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"namespace": namespace, "name": name}, "spec": spec}


def deployment(namespace: str, name: str, replicas: int, spec: dict[str, Any]) -> dict[str, Any]:
    labels = {"app": name}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"namespace": namespace, "name": name},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": spec},
        },
    }
