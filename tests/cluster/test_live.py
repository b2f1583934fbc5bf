"""The simulated provider on a real API server: apply, wait, drift, delete, and what releases bring."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from lepton_infra.simulator.behaviour import CloudError
from lepton_infra.simulator.cloud import SimulatedCloud
from lepton_infra.simulator.clusters import live as behaviours
from lepton_infra.simulator.clusters.manager import Clusters
from lepton_infra.simulator.resource import Unfinished
from lepton_infra.simulator.store import Store
from tests.cluster.live import CONFIG_MAP, DEPLOYMENT, KEY, NAMESPACE, RELEASE, SITE, Live
from tests.cluster.objects import GPU, pod_spec
from tests.cluster.waiting import until

WAIT_SCALE = 0.05
"""Ten minutes become half a one."""


@pytest.fixture(scope="module")
def clusters(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clusters]:
    store = Store()
    found = Clusters(tmp_path_factory.mktemp("clusters"), store, wait_scale=WAIT_SCALE, standing=SITE)
    yield found
    found.close()
    store.close()


@pytest.fixture(scope="module")
def cloud(clusters: Clusters) -> SimulatedCloud:
    return SimulatedCloud("kubernetes", clusters.store, behaviours.behaviour(clusters))


@pytest.fixture
def live(cloud: SimulatedCloud, clusters: Clusters) -> Live:
    name = f"test-{os.urandom(4).hex()}"
    found = Live(cloud=cloud, api=clusters.running(KEY).api, namespace=name)
    found.create(NAMESPACE, {"metadata": {"name": name}})
    until(lambda: found.api.list("v1/ServiceAccount", name), "the service account of a new namespace")
    return found


def test_outputs_are_the_live_object(live: Live) -> None:
    made = live.create(CONFIG_MAP, live.config_map("settings", a="1"))
    now = live.api.get("v1/ConfigMap", "settings", live.namespace)
    assert made.id == f"{live.namespace}/settings"
    assert made.state["metadata"]["uid"] == now["metadata"]["uid"]
    assert "managedFields" not in made.state["metadata"]
    assert [entry["operation"] for entry in now["metadata"]["managedFields"]] == ["Apply"]


def test_an_unknown_field_is_refused_in_the_servers_words(live: Live) -> None:
    with pytest.raises(CloudError, match="field not declared in schema"):
        live.create(CONFIG_MAP, {**live.config_map("settings"), "dta": {}})
    assert [stored.type for stored in live.stored() if stored.id.startswith(live.namespace)] == [NAMESPACE]


def test_a_missing_namespace_is_the_servers_error(live: Live) -> None:
    inputs = {"metadata": {"name": "settings", "namespace": "nowhere"}}
    with pytest.raises(CloudError, match='namespaces "nowhere" not found') as refused:
        live.create(CONFIG_MAP, inputs)
    assert refused.value.code == "NotFound"


def test_two_managers_of_one_field_are_in_conflict_unless_one_is_forced(live: Live) -> None:
    made = live.create(CONFIG_MAP, live.config_map("settings", a="1"))
    changed = {"metadata": {"name": "settings", "namespace": live.namespace}, "data": {"a": "2"}}
    patch = "kubernetes:core/v1:ConfigMapPatch"
    with pytest.raises(CloudError, match=r"conflict with .pulumi-kubernetes-\w{8}.*\.data\.a") as refused:
        live.create(patch, changed, name="other")
    assert refused.value.code == "Conflict"
    annotations = {"pulumi.com/patchForce": "true"}
    forced = live.create(
        patch, {**changed, "metadata": {**changed["metadata"], "annotations": annotations}}, name="other"
    )
    assert forced.id == made.id
    assert live.api.get("v1/ConfigMap", "settings", live.namespace)["data"] == {"a": "2"}
    live.delete(patch, forced.id, name="other")
    assert "a" not in live.api.get("v1/ConfigMap", "settings", live.namespace).get("data", {})


def test_what_somebody_changed_shows_in_the_inputs_and_what_the_server_writes_otherwise_does_not(live: Live) -> None:
    spec = pod_spec(nodeSelector={"lepton.dev/pool": "cpu"})
    spec["containers"][0]["resources"] = {"requests": {"memory": "1024Mi", "cpu": "0.5"}}
    inputs = live.deployment("server", spec)
    made = live.create(DEPLOYMENT, inputs)
    before = live.read(DEPLOYMENT, made.id)
    live.api.patch("apps/v1/Deployment", "server", {"spec": {"replicas": 0}}, live.namespace, field_manager="somebody")
    until(lambda: live.settled("server"), "the controller to have done what somebody asked")
    after = live.read(DEPLOYMENT, made.id)
    assert before is not None
    assert before.inputs == inputs
    assert after is not None
    assert after.inputs == {**inputs, "spec": {**inputs["spec"], "replicas": 0}}


def test_what_is_gone_is_gone(live: Live) -> None:
    made = live.create(CONFIG_MAP, live.config_map("settings"))
    live.api.delete("v1/ConfigMap", "settings", live.namespace)
    assert live.read(CONFIG_MAP, made.id) is None
    live.delete(CONFIG_MAP, made.id)


def test_a_deployment_is_waited_for(live: Live) -> None:
    made = live.create(
        DEPLOYMENT, live.deployment("server", pod_spec(nodeSelector={"lepton.dev/pool": "cpu"}), replicas=2)
    )
    assert made.state["status"]["readyReplicas"] == 2


def test_one_that_never_becomes_ready_is_kept_with_the_pods_reasons(live: Live) -> None:
    inputs = live.deployment("server", pod_spec(nodeSelector={"nobody": "here"}))
    with pytest.raises(Unfinished, match="'server' timed out waiting to be Ready") as failed:
        live.create(DEPLOYMENT, inputs, timeout=60)
    assert failed.value.resource.id == f"{live.namespace}/server"
    assert "Minimum number of live Pods was not attained" in failed.value.reasons
    assert [reason for reason in failed.value.reasons if "didn't match Pod's node affinity/selector" in reason]
    assert [stored for stored in live.stored() if stored.id == failed.value.resource.id]
    with pytest.raises(Unfinished):
        live.read(DEPLOYMENT, failed.value.resource.id)
    mended = live.update(
        DEPLOYMENT,
        failed.value.resource.id,
        live.deployment("server", pod_spec(nodeSelector={"lepton.dev/pool": "cpu"})),
    )
    assert mended.state["status"]["readyReplicas"] == 1


def test_one_that_nobody_wants_to_wait_for_is_not(live: Live) -> None:
    skip = {"pulumi.com/skipAwait": "true"}
    made = live.create(
        DEPLOYMENT, live.deployment("server", pod_spec(nodeSelector={"nobody": "here"}), annotations=skip)
    )
    assert made.state["metadata"]["name"] == "server"


def test_pods_that_policy_forbids_are_the_reason(live: Live) -> None:
    label = {"pod-security.kubernetes.io/enforce": "restricted"}
    live.update(NAMESPACE, live.namespace, {"metadata": {"name": live.namespace, "labels": label}})
    with pytest.raises(Unfinished) as failed:
        live.create(DEPLOYMENT, live.deployment("server", pod_spec()), timeout=60)
    assert [reason for reason in failed.value.reasons if 'violates PodSecurity "restricted:latest"' in reason]


def test_deletion_waits_until_everything_is_gone(live: Live) -> None:
    made = live.create(DEPLOYMENT, live.deployment("server", pod_spec(nodeSelector={"lepton.dev/pool": "cpu"})))
    live.delete(DEPLOYMENT, made.id)
    assert live.api.list("apps/v1/ReplicaSet", live.namespace) == []
    live.delete(NAMESPACE, live.namespace)
    with pytest.raises(Exception, match="not found"):
        live.api.get("v1/Namespace", live.namespace)


def test_gpus_are_there_once_their_plugin_is_and_go_with_it(live: Live) -> None:
    def gpus() -> str | None:
        found: str | None = live.api.get("v1/Node", "gpu-0")["status"]["allocatable"].get(GPU)
        return found

    terms = [{"matchExpressions": [{"key": "lepton.dev/pool", "operator": "In", "values": ["gpu"]}]}]
    required = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": terms}}
    release = {
        "name": "plugin",
        "namespace": "gpus",
        "createNamespace": True,
        "chart": "nvidia-device-plugin",
        "version": "1.2.3",
        "values": {"affinity": {"nodeAffinity": required}},
    }
    assert gpus() is None
    made = live.create(RELEASE, release)
    assert gpus() == "1"
    served = live.create(DEPLOYMENT, live.deployment("server", pod_spec(gpus=1)))
    assert served.state["status"]["readyReplicas"] == 1
    live.delete(DEPLOYMENT, served.id)
    live.delete(RELEASE, made.id)
    assert gpus() is None
    assert live.api.get("v1/Namespace", "gpus")["metadata"]["name"] == "gpus"


def test_a_release_needs_its_namespace(live: Live) -> None:
    release = {"name": "plugin", "namespace": "nowhere", "chart": "nvidia-device-plugin", "version": "1.2.3"}
    with pytest.raises(CloudError, match='namespaces "nowhere" not found'):
        live.create(RELEASE, release)


def test_nodes_come_for_pods_that_wait_in_the_order_of_priorities(live: Live) -> None:
    """Two pods, each as large as a node: the first pool has one, and then the second is asked."""
    spec = pod_spec(nodeSelector={"lepton.dev/pool": "spot"})
    spec["containers"][0]["resources"] = {"requests": {"cpu": "3"}}
    priorities = {"priorities": "10: [second]\n20: [first]\n"}
    name = {"name": "cluster-autoscaler-priority-expander", "namespace": "kube-system"}
    live.create(CONFIG_MAP, {"metadata": name, "data": priorities})
    one = live.create(DEPLOYMENT, live.deployment("server", spec))
    assert _nodes(live) == ["cpu-0", "gpu-0", "spot-0"]
    live.update(DEPLOYMENT, one.id, live.deployment("server", spec, replicas=2))
    assert _nodes(live) == ["cpu-0", "dear-0", "gpu-0", "spot-0"]


def _nodes(live: Live) -> list[str]:
    return sorted(node["metadata"]["name"] for node in live.api.list("v1/Node"))


def test_a_release_brings_kinds_and_what_its_controller_does(live: Live) -> None:
    scaled = "kubernetes:keda.sh/v1alpha1:ScaledObject"
    inputs = {
        "metadata": {"name": "queue", "namespace": live.namespace},
        "spec": {
            "scaleTargetRef": {"name": "server"},
            "minReplicaCount": 2,
            "maxReplicaCount": 5,
            "triggers": [
                {"type": "prometheus", "metadata": {"query": "q", "threshold": "7", "serverAddress": "http://p"}}
            ],
        },
    }
    with pytest.raises(CloudError, match="ScaledObject"):
        live.create(scaled, inputs)
    live.create(
        RELEASE,
        {"name": "keda", "namespace": "keda", "createNamespace": True, "chart": "keda", "version": "2.21.0"},
    )
    live.create(scaled, inputs)
    made = until(lambda: live.api.list("autoscaling/v2/HorizontalPodAutoscaler", live.namespace), "KEDA's autoscaler")
    assert made[0]["metadata"]["name"] == "keda-hpa-queue"
    assert (made[0]["spec"]["minReplicas"], made[0]["spec"]["maxReplicas"]) == (2, 5)
    live.delete(scaled, f"{live.namespace}/queue")
    until(lambda: not live.api.list("autoscaling/v2/HorizontalPodAutoscaler", live.namespace), "it to go")


def test_gateways_are_programmed_and_routes_say_what_is_missing(live: Live) -> None:
    group = "gateway.networking.k8s.io/v1"
    chart = {"chart": "oci://docker.io/envoyproxy/gateway-helm", "version": "1.9.1"}
    live.create(RELEASE, {"name": "gateway", "namespace": "gateways", "createNamespace": True, **chart})
    here = {"namespace": live.namespace}
    controller = {"controllerName": "gateway.envoyproxy.io/gatewayclass-controller"}
    live.create(f"kubernetes:{group}:GatewayClass", {"metadata": {"name": "envoy"}, "spec": controller})
    listener = {"name": "http", "port": 80, "protocol": "HTTP"}
    live.create(
        f"kubernetes:{group}:Gateway",
        {"metadata": {"name": "edge", **here}, "spec": {"gatewayClassName": "envoy", "listeners": [listener]}},
    )
    rules = [{"backendRefs": [{"name": "server", "port": 80}]}]
    live.create(
        f"kubernetes:{group}:HTTPRoute",
        {"metadata": {"name": "way", **here}, "spec": {"parentRefs": [{"name": "edge"}], "rules": rules}},
    )

    def conditions(kind: str, name: str) -> dict[str, str]:
        status = live.api.get(f"{group}/{kind}", name, live.namespace).get("status", {})
        parents = status.get("parents") or [status]
        return {item["type"]: item["status"] for item in parents[0].get("conditions", [])}

    until(lambda: conditions("Gateway", "edge") == {"Accepted": "True", "Programmed": "True"}, "the gateway")
    until(lambda: conditions("HTTPRoute", "way") == {"Accepted": "True", "ResolvedRefs": "False"}, "the route")
    live.create(
        "kubernetes:core/v1:Service", {"metadata": {"name": "server", **here}, "spec": {"ports": [{"port": 80}]}}
    )
    until(lambda: conditions("HTTPRoute", "way")["ResolvedRefs"] == "True", "its service")
