from __future__ import annotations

from typing import Any

import pulumi
import pytest

from lepton_infra.platform.serving import sizing
from lepton_infra.platform.serving.runtime import namespace_of, service_account_of
from lepton_infra.simulator import schema
from lepton_infra.simulator.kubernetes.pod_security import violations
from lepton_infra.testing import Graph
from tests.kit.serving import (
    AGENT,
    CLUSTER,
    DIGEST,
    STORE,
    arguments,
    entered,
    image,
    model,
    objects,
    of,
    only,
    pool,
    record,
    version,
)

DEPLOYMENT = "us-east-serving-cifar10-v3-deployment"
ENDPOINT = "http://cifar10.serving-cifar10.svc.cluster.local:8501/v1/models/cifar10"


@pytest.fixture(scope="module")
def recorded() -> Graph:
    return record()


def pod_of(graph: Graph) -> dict[str, Any]:
    spec: dict[str, Any] = only(graph, "apps/v1:Deployment")["spec"]["template"]["spec"]
    return spec


def test_the_endpoint_is_the_models_own_resource() -> None:
    assert record().exports == {"endpoints": {"cifar10": ENDPOINT}}


def test_a_region_without_models_serves_nothing() -> None:
    graph = record(lambda: arguments(models=[], pools={}))
    assert graph.exports == {"endpoints": {}}
    assert of(graph, "apps/v1:Deployment") == {}


@pytest.mark.parametrize(
    ("images", "missing"),
    [
        (
            ["nvidia-device-plugin", "dcgm-exporter"],
            "images.cluster-autoscaler, images.rclone, images.tensorflow-serving",
        ),
        (["rclone", "tensorflow-serving", "nvidia-device-plugin", "dcgm-exporter"], "images.cluster-autoscaler"),
    ],
)
def test_what_the_lock_file_lacks_is_named_at_once(images: list[str], missing: str) -> None:
    with pytest.raises(pulumi.RunError, match=f"has no {missing}, which"):
        record(lambda: arguments(images={key: pulumi.Output.from_input(image(key)) for key in images}))


def test_what_is_registered_for_one_model(recorded: Graph) -> None:
    ours = sorted(str(resource).removeprefix("kubernetes:") for resource in recorded if resource.name != CLUSTER)
    assert ours == [
        "apps/v1:Deployment us-east-serving-cifar10-v3-deployment",
        "autoscaling/v2:HorizontalPodAutoscaler us-east-serving-cifar10-v3-autoscaler",
        "core/v1:ConfigMap us-east-serving-cifar10-v3-settings",
        "core/v1:Namespace us-east-serving-cifar10-namespace",
        "core/v1:Namespace us-east-serving-device-plugin-namespace",
        "core/v1:Service us-east-serving-cifar10-service",
        "core/v1:Service us-east-serving-cifar10-v3-service",
        "core/v1:ServiceAccount us-east-serving-cifar10-account",
        "helm.sh/v3:Release us-east-serving-cluster-autoscaler",
        "helm.sh/v3:Release us-east-serving-device-plugin-chart",
        "helm.sh/v3:Release us-east-serving-device-plugin-exporter",
        "lepton:kubernetes:GpuSoftware us-east-serving-device-plugin",
        "lepton:kubernetes:ModelServer us-east-serving-cifar10",
        "lepton:kubernetes:ModelVersion us-east-serving-cifar10-v3",
        "lepton:kubernetes:Serving us-east-serving",
        "networking.k8s.io/v1:NetworkPolicy us-east-serving-cifar10-default-deny",
        "networking.k8s.io/v1:NetworkPolicy us-east-serving-cifar10-traffic",
        "networking.k8s.io/v1:NetworkPolicy us-east-serving-device-plugin-default-deny",
        "networking.k8s.io/v1:NetworkPolicy us-east-serving-device-plugin-exporter-is-scraped",
        "policy/v1:PodDisruptionBudget us-east-serving-cifar10-v3-disruption-budget",
        "scheduling.k8s.io/v1:PriorityClass us-east-serving-priority",
    ]


def test_everything_in_the_cluster_dies_with_it(recorded: Graph) -> None:
    cluster = recorded[CLUSTER].urn
    alone = [resource.name for resource in objects(recorded) if resource.deleted_with != cluster]
    assert objects(recorded)
    assert alone == []


def test_every_object_fits_the_sdks_types(recorded: Graph) -> None:
    failures = {
        resource.name: found
        for resource in objects(recorded)
        if (found := schema.check(resource.type, resource.inputs))
    }
    assert failures == {}


def test_every_object_of_ours_carries_the_regions_labels(recorded: Graph) -> None:
    for resource in objects(recorded):
        if not resource.type.endswith(":Release"):
            assert resource["metadata.labels"]["lepton.dev/stack"] == "us-east", resource


def test_namespaced_objects_are_in_the_models_namespace(recorded: Graph) -> None:
    for resource in objects(recorded):
        if "cifar10" in resource.name and not resource.type.endswith(":Namespace"):
            assert resource["metadata.namespace"] == namespace_of(model()), resource


class TestPodSecurity:
    def test_the_namespace_enforces_restricted_at_the_clusters_version(self, recorded: Graph) -> None:
        labels = of(recorded, "core/v1:Namespace")["us-east-serving-cifar10-namespace"]["metadata"]["labels"]
        for mode in ("enforce", "audit", "warn"):
            assert labels[f"pod-security.kubernetes.io/{mode}"] == "restricted"
            assert labels[f"pod-security.kubernetes.io/{mode}-version"] == "v1.33"

    def test_only_the_device_plugins_namespace_is_privileged(self, recorded: Graph) -> None:
        levels = {
            inputs["metadata"]["name"]: inputs["metadata"]["labels"]["pod-security.kubernetes.io/enforce"]
            for inputs in of(recorded, "core/v1:Namespace").values()
        }
        assert levels == {"serving-cifar10": "restricted", "gpu-device-plugin": "privileged"}

    def test_the_pod_is_admitted(self, recorded: Graph) -> None:
        assert violations(pod_of(recorded), "restricted") == []

    def test_an_open_pod_is_not(self, recorded: Graph) -> None:
        pod = pod_of(recorded)
        assert violations({**pod, "securityContext": {}}, "restricted") != []

    def test_no_container_can_write_its_image_or_run_as_a_node_user(self, recorded: Graph) -> None:
        pod = pod_of(recorded)
        assert pod["securityContext"]["runAsUser"] >= 10000
        for container in pod["containers"] + pod["initContainers"]:
            assert container["securityContext"]["readOnlyRootFilesystem"] is True

    def test_no_token_of_the_cluster(self, recorded: Graph) -> None:
        assert pod_of(recorded)["automountServiceAccountToken"] is False
        assert pod_of(recorded)["enableServiceLinks"] is False
        assert only(recorded, "core/v1:ServiceAccount")["automountServiceAccountToken"] is False

    def test_every_disk_is_bounded_and_fits_the_request(self, recorded: Graph) -> None:
        pod = pod_of(recorded)
        sizes = [int(volume["emptyDir"]["sizeLimit"][:-2]) for volume in pod["volumes"] if "emptyDir" in volume]
        for container in pod["containers"] + pod["initContainers"]:
            assert container["resources"]["limits"]["ephemeral-storage"] == f"{sum(sizes)}Gi"

    def test_only_the_init_container_can_write_the_model(self, recorded: Graph) -> None:
        (server,) = pod_of(recorded)["containers"]
        assert {mount["mountPath"]: mount.get("readOnly", False) for mount in server["volumeMounts"]} == {
            "/models": True,
            "/etc/lepton": True,
            "/tmp": False,
        }


class TestNetwork:
    @pytest.mark.parametrize("namespace", ["serving-cifar10", "gpu-device-plugin"])
    def test_every_namespace_is_closed_by_default(self, recorded: Graph, namespace: str) -> None:
        (spec,) = [
            policy["spec"]
            for policy in of(recorded, "networking.k8s.io/v1:NetworkPolicy").values()
            if policy["metadata"]["namespace"] == namespace and policy["metadata"]["name"] == "default-deny"
        ]
        assert spec == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}

    @pytest.fixture
    def traffic(self, recorded: Graph) -> dict[str, Any]:
        name = "us-east-serving-cifar10-traffic"
        spec: dict[str, Any] = of(recorded, "networking.k8s.io/v1:NetworkPolicy")[name]["spec"]
        return spec

    def test_only_gateways_and_monitoring_come_in(self, traffic: dict[str, Any]) -> None:
        rule, scraping = traffic["ingress"]
        assert scraping == {
            "from": [{"namespaceSelector": {"matchLabels": {"lepton.dev/monitoring": "true"}}}],
            "ports": [{"port": 8501, "protocol": "TCP"}],
        }
        assert rule["from"] == [{"namespaceSelector": {"matchLabels": {"lepton.dev/gateway": "true"}}}]
        assert [port["port"] for port in rule["ports"]] == [8501, 8500]

    def test_out_to_dns_the_object_store_and_the_credential(self, traffic: dict[str, Any]) -> None:
        dns, store, credential = traffic["egress"]
        assert {(port["protocol"], port["port"]) for port in dns["ports"]} == {("UDP", 53), ("TCP", 53)}
        assert store == {
            "to": [{"ipBlock": {"cidr": STORE.cidr}}],
            "ports": [{"port": STORE.port, "protocol": "TCP"}],
        }
        assert credential == {
            "to": [{"ipBlock": {"cidr": AGENT.cidr}}],
            "ports": [{"port": AGENT.port, "protocol": "TCP"}],
        }

    def test_the_policy_selects_the_pods(self, traffic: dict[str, Any], recorded: Graph) -> None:
        labels = only(recorded, "apps/v1:Deployment")["spec"]["template"]["metadata"]["labels"]
        assert traffic["podSelector"]["matchLabels"].items() <= labels.items()

    def test_pods_start_only_behind_closed_doors(self, recorded: Graph) -> None:
        deployment = recorded[DEPLOYMENT]
        assert recorded["us-east-serving-cifar10-default-deny"].urn in deployment.dependencies


class TestFetch:
    def test_the_script_gets_its_whole_configuration(self, recorded: Graph) -> None:
        (fetch,) = pod_of(recorded)["initContainers"]
        assert fetch["image"] == image("rclone")
        assert {entry["name"]: entry["value"] for entry in fetch["env"]} == {
            "RCLONE_CONFIG_STORE_TYPE": "s3",
            "RCLONE_CONFIG_STORE_ENV_AUTH": "true",
            "RCLONE_CONFIG_STORE_REGION": "us-east-1",
            "MODEL_SOURCE": "store:us-east-models/cifar10/3",
            "MODEL_TARGET": "/models/cifar10/3",
            "MODEL_DIGEST": DIGEST,
            "FETCH_DEADLINE_SECONDS": "641",
            "BATCHING_DEFAULT": "/etc/lepton/batching.config",
            "BATCHING_TARGET": "/models/batching.config",
            "HOME": "/tmp",
        }

    def test_a_model_without_a_digest_gets_an_empty_one_which_the_script_refuses(self) -> None:
        graph = record(lambda: arguments(models=[model(digest=None)]))
        (fetch,) = pod_of(graph)["initContainers"]
        assert {"name": "MODEL_DIGEST", "value": ""} in fetch["env"]

    def test_the_script_it_runs_is_the_tested_one(self, recorded: Graph) -> None:
        (fetch,) = pod_of(recorded)["initContainers"]
        settings = only(recorded, "core/v1:ConfigMap")
        assert fetch["command"] == ["sh", "/etc/lepton/fetch_model.sh"]
        assert settings["data"]["fetch_model.sh"].startswith("#!/bin/sh\n")
        assert settings["immutable"] is True

    def test_a_changed_setting_is_a_new_config_map(self, recorded: Graph) -> None:
        changed = record(lambda: arguments(models=[model(cpus=4)]))
        names = {only(graph, "core/v1:ConfigMap")["metadata"]["name"] for graph in (recorded, changed)}
        assert len(names) == 2

    def test_the_pod_mounts_that_config_map(self, recorded: Graph) -> None:
        name = only(recorded, "core/v1:ConfigMap")["metadata"]["name"]
        assert [volume["configMap"]["name"] for volume in pod_of(recorded)["volumes"] if "configMap" in volume] == [
            name
        ]


class TestServer:
    @pytest.fixture
    def server(self, recorded: Graph) -> dict[str, Any]:
        (server,) = pod_of(recorded)["containers"]
        assert isinstance(server, dict)
        return server

    @pytest.mark.parametrize(
        ("accelerators", "key"), [(1, "tensorflow-serving"), (4, "tensorflow-serving"), (0, "tensorflow-serving-cpu")]
    )
    def test_image_and_gpus_go_together(self, accelerators: int, key: str) -> None:
        graph = record(lambda: arguments(models=[model(accelerators=accelerators)]))
        (server,) = pod_of(graph)["containers"]
        assert server["image"] == image(key)
        assert server["resources"]["limits"].get("nvidia.com/gpu") == (str(accelerators) if accelerators else None)
        tolerations = pod_of(graph).get("tolerations", [])
        assert [entry["key"] for entry in tolerations] == ["nvidia.com/gpu"] * bool(accelerators)

    def test_requests_are_limits(self, server: dict[str, Any]) -> None:
        assert server["resources"]["requests"] == server["resources"]["limits"]
        assert server["resources"]["limits"] == {
            "cpu": "2",
            "memory": "8Gi",
            "ephemeral-storage": "5Gi",
            "nvidia.com/gpu": "1",
        }

    def test_readiness_asks_for_the_pinned_version_itself(self, server: dict[str, Any]) -> None:
        available = {"path": "/v1/models/cifar10/versions/3/metadata", "port": "rest"}
        assert server["readinessProbe"]["httpGet"] == available
        assert server["startupProbe"]["httpGet"] == available
        assert server["livenessProbe"]["httpGet"] == {"path": "/v1/models/cifar10", "port": "rest"}

    @pytest.mark.parametrize(("accelerators", "mib"), [(1, 1024), (0, 1024), (1, 50_000)])
    def test_startup_has_the_time_that_the_models_size_asks_for(self, accelerators: int, mib: int) -> None:
        sized = model(accelerators=accelerators, versions=[version(3, size_mib=mib)])
        (server,) = pod_of(record(lambda: arguments(models=[sized])))["containers"]
        probe = server["startupProbe"]
        seconds = sizing.startup_seconds(sized, sized.versions[0])
        assert probe["periodSeconds"] * probe["failureThreshold"] == seconds

    @pytest.mark.parametrize(("gateway", "request_seconds"), [(None, 30), (120, 120)])
    def test_it_answers_what_it_was_sent_before_it_stops(self, gateway: int | None, request_seconds: int) -> None:
        graph = record(lambda: entered(timeout_seconds=gateway) if gateway else arguments())
        pod = pod_of(graph)
        (server,) = pod["containers"]
        drain = server["lifecycle"]["preStop"]["sleep"]["seconds"]
        assert drain == request_seconds + sizing.SPREAD_SECONDS
        assert drain < pod["terminationGracePeriodSeconds"]
        assert f"--rest_api_timeout_in_ms={request_seconds * 1000}" in server["args"]

    def test_it_reads_what_the_init_container_has_put_there(self, recorded: Graph, server: dict[str, Any]) -> None:
        (fetch,) = pod_of(recorded)["initContainers"]
        targets = {entry["name"]: entry["value"] for entry in fetch["env"]}
        assert f"--batching_parameters_file={targets['BATCHING_TARGET']}" in server["args"]
        assert "--enable_model_warmup=true" in server["args"]
        default = targets["BATCHING_DEFAULT"].rpartition("/")[2]
        assert only(recorded, "core/v1:ConfigMap")["data"][default].startswith("max_batch_size { value: 32 }\n")

    def test_nobody_may_profile_it(self, server: dict[str, Any]) -> None:
        assert "--enable_profiler=false" in server["args"]

    @pytest.mark.parametrize(("cpus", "threads"), [(2, 64), (32, 128)])
    def test_its_threads_are_those_of_the_pod_and_not_of_the_node(self, cpus: int, threads: int) -> None:
        (server,) = pod_of(record(lambda: arguments(models=[model(cpus=cpus)])))["containers"]
        assert {f"--rest_api_num_threads={threads}", f"--grpc_max_threads={threads}"} <= set(server["args"])

    def test_it_runs_on_its_pool(self, recorded: Graph) -> None:
        assert pod_of(recorded)["nodeSelector"]["lepton.dev/pool"] == "l4"

    def test_it_spreads_over_zones_and_nodes(self, recorded: Graph) -> None:
        constraints = pod_of(recorded)["topologySpreadConstraints"]
        keys = [constraint["topologyKey"] for constraint in constraints]
        assert keys == ["topology.kubernetes.io/zone", "kubernetes.io/hostname"]

    def test_it_waits_for_its_nodes_and_its_identity(self, recorded: Graph) -> None:
        annotations = only(recorded, "apps/v1:Deployment")["metadata"]["annotations"]
        assert annotations == {"lepton.dev/pool": "l4-node-group", "lepton.dev/identity": "association-1"}

    def test_identity_travels_on_account_and_pods(self, recorded: Graph) -> None:
        account = only(recorded, "core/v1:ServiceAccount")
        template = only(recorded, "apps/v1:Deployment")["spec"]["template"]
        assert account["metadata"]["annotations"] == {"example.com/role": "reader"}
        assert account["metadata"]["name"] == template["spec"]["serviceAccountName"] == service_account_of(model())
        assert template["metadata"]["labels"]["example.com/use"] == "true"


class TestScale:
    def test_it_starts_with_all_that_it_must_have_and_then_the_autoscaler_owns_the_count(self, recorded: Graph) -> None:
        deployment = recorded[DEPLOYMENT]
        assert deployment["spec"]["replicas"] == 2
        assert deployment.ignore_changes == ("spec.replicas",)

    def test_it_scales_the_deployment_between_the_models_bounds(self, recorded: Graph) -> None:
        spec = only(recorded, "autoscaling/v2:HorizontalPodAutoscaler")["spec"]
        assert (spec["minReplicas"], spec["maxReplicas"]) == (2, 8)
        assert spec["scaleTargetRef"]["name"] == only(recorded, "apps/v1:Deployment")["metadata"]["name"]

    @pytest.mark.parametrize("type", ["core/v1:Service", "policy/v1:PodDisruptionBudget", "apps/v1:Deployment"])
    def test_every_selector_selects_the_pods(self, recorded: Graph, type: str) -> None:
        labels = only(recorded, "apps/v1:Deployment")["spec"]["template"]["metadata"]["labels"]
        selectors = [inputs["spec"]["selector"] for inputs in of(recorded, type).values()]
        assert selectors
        for selector in selectors:
            assert selector.get("matchLabels", selector).items() <= labels.items()

    @pytest.mark.parametrize(("gpus", "surge"), [(9, 1), (8, 0)])
    def test_a_rollout_never_waits_for_a_gpu_that_the_pool_cannot_have(self, gpus: int, surge: int) -> None:
        graph = record(lambda: arguments(pools={"l4": pool("l4", gpus=gpus)}))
        strategy = only(graph, "apps/v1:Deployment")["spec"]["strategy"]["rollingUpdate"]
        assert strategy == {"maxSurge": surge, "maxUnavailable": 1 - surge}

    def test_the_engine_waits_as_long_as_a_rollout_may_take(self, recorded: Graph) -> None:
        deployment = recorded[DEPLOYMENT]
        within = sizing.NODE_SECONDS + sizing.fetch_seconds(version(3)) + sizing.startup_seconds(model(), version(3))
        assert deployment["spec.minReadySeconds"] == sizing.STEADY_SECONDS
        assert deployment["spec.progressDeadlineSeconds"] == within + sizing.STEADY_SECONDS
        seconds = f"{8 * deployment['spec.progressDeadlineSeconds']}s"
        assert deployment.custom_timeouts == {"create": seconds, "update": seconds}
