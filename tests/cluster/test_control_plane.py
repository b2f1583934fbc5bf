"""The control plane is Kubernetes: it refuses, schedules, evicts and binds as Kubernetes does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from lepton_infra.simulator.control_plane import definitions, nodes, program, stages
from lepton_infra.simulator.control_plane.api import Api, ApiRefused, Object
from tests.cluster.objects import GPU, cpu_node, deployment, gpu_node, pod, pod_spec
from tests.cluster.waiting import MANAGER, until


def _phase(api: Api, namespace: str, name: str) -> str:
    return str(api.get("v1/Pod", name, namespace)["status"].get("phase"))


def _ready_replicas(api: Api, namespace: str, name: str) -> int:
    return int(api.get("apps/v1/Deployment", name, namespace)["status"].get("readyReplicas", 0))


def _node_ready(api: Api, name: str) -> bool:
    status = api.get("v1/Node", name).get("status", {})
    return any(each["type"] == "Ready" and each["status"] == "True" for each in status.get("conditions", []))


def _event(api: Api, namespace: str, reason: str) -> Object | None:
    found = (event for event in api.list("v1/Event", namespace) if event["reason"] == reason)
    return next(found, None)


def test_it_is_the_version_that_is_pinned(api: Api) -> None:
    assert api.version() == program.kubernetes_version()
    assert {"default", "kube-system"} <= {each["metadata"]["name"] for each in api.list("v1/Namespace")}


def test_an_unknown_field_is_refused_with_the_servers_words(api: Api, namespace: str) -> None:
    wrong = pod(namespace, "wrong", pod_spec(restartPolicies="Never"))
    with pytest.raises(ApiRefused, match=r"\.spec\.restartPolicies: field not declared in schema"):
        api.apply(wrong, MANAGER)
    with pytest.raises(ApiRefused, match=r'unknown field "spec\.restartPolicies"') as refused:
        api.create(wrong, MANAGER)
    assert (refused.value.code, refused.value.reason) == (400, "BadRequest")
    with pytest.raises(ApiRefused, match="not found") as refused:
        api.get("v1/Pod", "wrong", namespace)
    assert refused.value.reason == "NotFound"


def test_a_dry_run_changes_nothing_and_a_conflict_is_told(api: Api, namespace: str) -> None:
    def settings(value: str) -> dict[str, Any]:
        metadata = {"namespace": namespace, "name": "settings"}
        return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"key": value}}

    assert api.apply(settings("a"), MANAGER, dry_run=True)["data"] == {"key": "a"}
    assert "settings" not in {each["metadata"]["name"] for each in api.list("v1/ConfigMap", namespace)}
    api.apply(settings("a"), MANAGER)
    with pytest.raises(ApiRefused, match='conflict with "test"') as refused:
        api.apply(settings("b"), "another")
    assert refused.value.reason == "Conflict"
    assert api.apply(settings("b"), "another", force=True)["data"] == {"key": "b"}


def test_a_kind_nobody_knows_is_refused(api: Api) -> None:
    with pytest.raises(ApiRefused, match="no kind Unicorn"):
        api.list("Unicorn")


def test_gpus_are_for_those_who_tolerate_their_taint_and_run_out(api: Api, namespace: str) -> None:
    nodes.reconcile(api, [gpu_node("gpu-0")])
    api.apply(pod(namespace, "plain", pod_spec()), MANAGER)
    api.apply(pod(namespace, "model", pod_spec(gpus=1)), MANAGER)
    until(lambda: _phase(api, namespace, "model") == "Running", "the pod on the GPU")
    assert api.get("v1/Pod", "model", namespace)["spec"]["nodeName"] == "gpu-0"

    api.apply(pod(namespace, "late", pod_spec(gpus=1)), MANAGER)

    def complaints() -> set[str]:
        events = [each for each in api.list("v1/Event", namespace) if each["reason"] == "FailedScheduling"]
        return {f"{each['involvedObject']['name']}: {each['message']}" for each in events}

    until(lambda: any(text.startswith("late: ") and f"Insufficient {GPU}" in text for text in complaints()), "no GPU")
    until(lambda: any(text.startswith("plain: ") and "untolerated taint" in text for text in complaints()), "a taint")
    assert {_phase(api, namespace, name) for name in ("late", "plain")} == {"Pending"}

    nodes.reconcile(api, [gpu_node("gpu-0", gpus=2)])
    until(lambda: _phase(api, namespace, "late") == "Running", "the pod on the GPU that was added")


def test_nodes_have_what_was_declared_and_lose_what_no_longer_is(api: Api) -> None:
    nodes.reconcile(api, [gpu_node("gpu-0"), cpu_node("cpu-0")])
    until(lambda: _node_ready(api, "gpu-0") and _node_ready(api, "cpu-0"), "the nodes")
    live = api.get("v1/Node", "gpu-0")
    assert live["status"]["allocatable"] | {"cpu": "8", GPU: "1", "pods": "110"} == live["status"]["allocatable"]
    assert live["metadata"]["labels"]["lepton.dev/capacity"] == "spot"
    assert live["metadata"]["labels"]["topology.kubernetes.io/zone"] == "eu-1a"
    assert {"key": GPU, "value": "present", "effect": "NoSchedule"} in live["spec"]["taints"]
    assert GPU not in api.get("v1/Node", "cpu-0")["status"]["allocatable"]

    bare = nodes.Node(name="gpu-0", cpu=8, memory_gib=32, zone="eu-1a", region="eu-1", instance_type="gpu")
    nodes.reconcile(api, [bare])
    live = api.get("v1/Node", "gpu-0")
    assert GPU not in live["status"]["allocatable"]
    assert "lepton.dev/capacity" not in live["metadata"]["labels"]
    assert GPU not in {taint["key"] for taint in live["spec"].get("taints", [])}
    assert [each["metadata"]["name"] for each in api.list("v1/Node")] == ["gpu-0"]


def test_a_deployment_outlives_its_node(api: Api, namespace: str) -> None:
    nodes.reconcile(api, [cpu_node("cpu-0")])
    api.apply(deployment(namespace, "server", 2, pod_spec()), MANAGER)
    until(lambda: _ready_replicas(api, namespace, "server") == 2, "the deployment")

    nodes.reconcile(api, [cpu_node("cpu-1")])

    def places() -> set[str | None]:
        return {each["spec"].get("nodeName") for each in api.list("v1/Pod", namespace)}

    until(
        lambda: places() == {"cpu-1"} and _ready_replicas(api, namespace, "server") == 2, "the pods on the other node"
    )


def test_pods_are_evicted_from_a_node_that_fell_silent(api: Api, namespace: str) -> None:
    nodes.reconcile(api, [cpu_node("cpu-0"), gpu_node("alive")])
    api.apply(deployment(namespace, "server", 1, pod_spec()), MANAGER)
    until(lambda: _ready_replicas(api, namespace, "server") == 1, "the deployment")
    nodes.fall_silent(api, "cpu-0")
    until(lambda: _event(api, namespace, "TaintManagerEviction"), "the eviction")
    assert not _node_ready(api, "cpu-0")
    assert _ready_replicas(api, namespace, "server") == 0

    nodes.reconcile(api, [cpu_node("cpu-0"), cpu_node("cpu-1"), gpu_node("alive")])
    until(lambda: _node_ready(api, "cpu-0"), "the node to come back")
    until(lambda: _ready_replicas(api, namespace, "server") == 1, "the deployment again")
    until(lambda: len(api.list("v1/Pod", namespace)) == 1, "the evicted pod to end, for its kubelet is back")


def test_pods_that_stayed_are_ready_again_when_their_node_is(api: Api, namespace: str) -> None:
    patient = [{"key": "node.kubernetes.io/unreachable", "operator": "Exists", "effect": "NoExecute"}]
    nodes.reconcile(api, [cpu_node("cpu-0")])
    until(lambda: _node_ready(api, "cpu-0"), "the node")
    api.apply(deployment(namespace, "server", 1, pod_spec(tolerations=patient)), MANAGER)
    until(lambda: _ready_replicas(api, namespace, "server") == 1, "the deployment")
    nodes.fall_silent(api, "cpu-0")
    until(lambda: _ready_replicas(api, namespace, "server") == 0, "the node to be missed")
    nodes.reconcile(api, [cpu_node("cpu-0")])
    until(lambda: _ready_replicas(api, namespace, "server") == 1, "the deployment again")


def test_a_node_is_heard_also_if_its_name_comes_back(api: Api) -> None:
    def heard(node: Object) -> str:
        """When that very node was last heard."""
        leases = api.list("coordination.k8s.io/v1/Lease", "kube-node-lease")
        own = (each for each in leases if node["metadata"]["uid"] in json.dumps(each["metadata"]["ownerReferences"]))
        return max((each["spec"]["renewTime"] for each in own), default="")

    for _ in range(2):
        nodes.reconcile(api, [])
        nodes.reconcile(api, [cpu_node("cpu-0")])
        until(lambda: _node_ready(api, "cpu-0"), "the node")
    node = api.get("v1/Node", "cpu-0")
    first = until(lambda: heard(node), "a heartbeat")
    until(lambda: heard(node) > first, "another heartbeat")


@pytest.fixture
def disk(api: Api) -> Iterator[Object]:
    """What a claim asks of a class of disks that are made where their pod is."""
    storage_class = {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {"name": "disks"},
        "provisioner": "disks.example",
        "volumeBindingMode": "WaitForFirstConsumer",
    }
    api.apply(storage_class, MANAGER)
    yield {
        "accessModes": ["ReadWriteOnce"],
        "storageClassName": "disks",
        "resources": {"requests": {"storage": "20Gi"}},
    }
    api.delete("storage.k8s.io/v1/StorageClass", "disks")


def test_an_ephemeral_volume_is_made_in_the_zone_of_its_pod_and_goes_with_it(
    api: Api, namespace: str, disk: Object
) -> None:
    nodes.reconcile(api, [cpu_node("cpu-0", zone="eu-1b")])
    volume = {"name": "cache", "ephemeral": {"volumeClaimTemplate": {"spec": disk}}}
    api.apply(pod(namespace, "cached", pod_spec(volumes=[volume])), MANAGER)
    until(lambda: _phase(api, namespace, "cached") == "Running", "the pod with a volume")
    bound = api.get("v1/PersistentVolumeClaim", "cached-cache", namespace)
    assert bound["status"]["phase"] == "Bound"
    made = api.get("v1/PersistentVolume", bound["spec"]["volumeName"])
    assert made["spec"]["csi"]["driver"] == "disks.example"
    assert made["spec"]["capacity"] == {"storage": "20Gi"}
    [term] = made["spec"]["nodeAffinity"]["required"]["nodeSelectorTerms"]
    assert term["matchExpressions"][0]["values"] == ["eu-1b"]

    api.delete("v1/Pod", "cached", namespace)
    until(lambda: not api.list("v1/PersistentVolume"), "the volume to go")


def test_a_claim_whose_node_is_gone_finds_another(api: Api, namespace: str, disk: Object) -> None:
    nodes.reconcile(api, [cpu_node("cpu-0", zone="eu-1b")])
    claim = {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {
            "name": "left",
            "namespace": namespace,
            "annotations": {"volume.kubernetes.io/selected-node": "gone"},
        },
        "spec": disk,
    }
    api.create(claim, MANAGER)
    volume = {"name": "data", "persistentVolumeClaim": {"claimName": "left"}}
    api.apply(pod(namespace, "late", pod_spec(volumes=[volume])), MANAGER)
    until(lambda: _phase(api, namespace, "late") == "Running", "the pod whose claim was chosen a node that is gone")
    bound = api.get("v1/PersistentVolumeClaim", "left", namespace)
    assert bound["metadata"]["annotations"]["volume.kubernetes.io/selected-node"] == "cpu-0"

    api.delete("v1/Pod", "late", namespace)
    api.delete("v1/PersistentVolumeClaim", "left", namespace)
    until(lambda: not api.list("v1/PersistentVolume"), "the volume to go")


def test_an_init_container_can_be_made_to_fail_but_for_a_value(api: Api, namespace: str) -> None:
    nodes.reconcile(api, [cpu_node("cpu-0")])

    def fetching(name: str, model: str) -> dict[str, Any]:
        fetch = {"name": "fetch", "image": "fetch.example/fetch", "env": [{"name": "MODEL", "value": model}]}
        return pod(namespace, name, pod_spec(initContainers=[fetch]))

    stages.init_container_fails(api, "fetch", variable="MODEL", unless=["good", "better"], message="checksum differs")
    until(lambda: api.list("kwok.x-k8s.io/v1alpha1/Stage"), "the stage")
    api.apply(fetching("sound", "better"), MANAGER)
    api.apply(fetching("broken", "bad"), MANAGER)
    until(lambda: _phase(api, namespace, "sound") == "Running", "the sound pod")

    def state() -> Any:
        return api.get("v1/Pod", "broken", namespace)["status"].get("initContainerStatuses")

    [init] = until(state, "the failure")
    assert init["state"]["waiting"] == {"reason": "CrashLoopBackOff", "message": "checksum differs"}
    assert init["lastState"]["terminated"]["exitCode"] == 1
    assert _phase(api, namespace, "broken") == "Pending"

    stages.init_container_succeeds(api, "fetch")
    api.delete("v1/Pod", "broken", namespace)
    until(lambda: len(api.list("v1/Pod", namespace)) == 1, "the broken pod to go")
    until(lambda: "init-fetch-fails" not in _stages(api), "the stage to go")
    api.apply(fetching("broken", "bad"), MANAGER)
    until(lambda: _phase(api, namespace, "broken") == "Running", "the pod that no longer fails")


def _stages(api: Api) -> set[str]:
    return {each["metadata"]["name"] for each in api.list("kwok.x-k8s.io/v1alpha1/Stage")}


def test_pods_can_be_made_to_start_late(api: Api, namespace: str) -> None:
    nodes.reconcile(api, [cpu_node("cpu-0")])
    until(lambda: _node_ready(api, "cpu-0"), "the node")
    stages.pods_start_after(api, 3600)
    api.apply(pod(namespace, "slow", pod_spec()), MANAGER)
    until(lambda: api.get("v1/Pod", "slow", namespace)["spec"].get("nodeName"), "the pod to be scheduled")
    assert _phase(api, namespace, "slow") == "Pending"


def test_changes_are_seen_as_they_come(api: Api, namespace: str) -> None:
    seen = []
    api.apply(pod(namespace, "watched", pod_spec()), MANAGER)
    for change, each in api.watch("v1/Pod", namespace, seconds=60):
        seen.append(change)
        if change == "ADDED":
            api.delete("v1/Pod", each["metadata"]["name"], namespace, grace_seconds=0)
        if change == "DELETED":
            break
    assert (seen[0], seen[-1]) == ("ADDED", "DELETED")


@pytest.mark.parametrize("name", definitions.SETS)
def test_definitions_are_served_after_they_are_installed(api: Api, name: str) -> None:
    before = {each["metadata"]["name"] for each in api.list("CustomResourceDefinition")}
    definitions.install(api, name)
    added = [each for each in api.list("CustomResourceDefinition") if each["metadata"]["name"] not in before]
    assert added
    for each in added:
        served = next(version["name"] for version in each["spec"]["versions"] if version["served"])
        assert api.list(f"{each['spec']['group']}/{served}/{each['spec']['names']['kind']}") == []
