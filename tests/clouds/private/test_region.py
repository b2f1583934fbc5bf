"""What a region claims of a private site: what runs in the cluster, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from lepton_infra.testing import Graph
from tests.clouds.private.stacks import changed, declare, pool, stack

DEPLOYMENT = "test-serving-cifar10-v1-deployment"


def pod(graph: Graph) -> Any:
    return graph[DEPLOYMENT]["spec.template.spec"]


def fetcher(graph: Graph) -> dict[str, str]:
    return {entry["name"]: entry["value"] for entry in pod(graph)["initContainers"][0]["env"]}


def test_it_makes_nothing_but_what_runs_in_the_cluster(region: Graph) -> None:
    made = [resource for resource in region if resource.custom and not resource.is_provider]

    assert made
    assert {resource.package for resource in made} == {"kubernetes"}
    assert {resource.provider_name for resource in made} == {"test-kubernetes"}
    assert all(":Serving$" in resource.urn or ":Monitoring$" in resource.urn for resource in made)


def test_nothing_is_forgotten_because_the_cluster_cannot_be_reached(region: Graph) -> None:
    assert region["test-kubernetes"]["deleteUnreachable"] == "false"
    assert {resource.deleted_with for resource in region} == {None}


def test_the_provider_gets_the_path_and_the_context_and_no_content(region: Graph) -> None:
    provider = region["test-kubernetes"]

    assert provider["kubeconfig"] == "~/.kube/ashburn-1.yaml"
    assert provider["context"] == "ashburn-1"


def test_a_kubeconfig_can_be_a_secret_of_the_stack() -> None:
    raw = changed("cloud.kubernetes.kubeconfig", {"secret": "site:kubeconfig"})

    graph = declare(raw, {"site:kubeconfig": "/from/the/secret"})

    assert graph["test-kubernetes"]["kubeconfig"] == "/from/the/secret"
    assert "kubeconfig" in graph["test-kubernetes"].secrets


def test_a_pod_turns_its_own_token_into_a_credential(region: Graph) -> None:
    (token,) = [volume for volume in pod(region)["volumes"] if volume["name"] == "token"]
    source = token["projected"]["sources"][0]["serviceAccountToken"]
    containers = {one["name"]: one for one in (*pod(region)["initContainers"], *pod(region)["containers"])}
    mounted = [name for name, one in containers.items() if "token" in [each["name"] for each in one["volumeMounts"]]]
    environment = fetcher(region)

    assert source == {"audience": "ashburn-1-store", "expirationSeconds": 3600, "path": "token"}
    assert mounted == ["fetch-model"]
    assert environment["AWS_ROLE_ARN"] == "arn:aws:iam:::role/serving-cifar10"
    assert environment["AWS_WEB_IDENTITY_TOKEN_FILE"] == "/var/run/lepton/token"
    assert environment["RCLONE_CONFIG_STORE_ENDPOINT"] == "https://s3.ashburn-1.example.com"
    assert not any("SECRET" in name or "ACCESS_KEY" in name for name in environment)


def test_pods_reach_the_networks_of_the_store_at_the_ports_of_both_endpoints_and_nothing_else() -> None:
    raw = changed("cloud.store.endpoint", "https://s3.ashburn-1.example.com:9000")

    dns, *others = declare(raw)["test-serving-cifar10-traffic"]["spec.egress"]

    assert {port["port"] for port in dns["ports"]} == {53}
    assert others == [
        {"to": [{"ipBlock": {"cidr": "10.40.0.0/28"}}], "ports": [{"port": port, "protocol": "TCP"}]}
        for port in (9000, 443)
    ]


def test_models_are_kept_on_the_sites_storage_class() -> None:
    graph = declare(changed("cloud.kubernetes.storage_class", "fast-local"))
    volumes = {volume["name"]: volume for volume in pod(graph)["volumes"]}
    claim = volumes["models"]["ephemeral"]["volumeClaimTemplate"]["spec"]

    assert claim["storageClassName"] == "fast-local"
    assert claim["resources"] == {"requests": {"storage": "3Gi"}}
    assert "emptyDir" in volumes["scratch"]
    assert pod(graph)["containers"][0]["resources"]["requests"]["ephemeral-storage"] == "2Gi"


def test_without_one_they_are_kept_on_the_node(region: Graph) -> None:
    volumes = {volume["name"]: volume for volume in pod(region)["volumes"]}

    assert volumes["models"]["emptyDir"] == {"sizeLimit": "3Gi"}
    assert pod(region)["containers"][0]["resources"]["requests"]["ephemeral-storage"] == "5Gi"


def test_a_pool_is_selected_by_the_labels_of_its_machines(region: Graph) -> None:
    one_zone = declare(stack(node_pools=[pool(zones=["hall-2"])]))

    assert pod(region)["nodeSelector"] == {"lepton.dev/pool": "t4"}
    assert pod(one_zone)["nodeSelector"] == {"lepton.dev/pool": "t4", "topology.kubernetes.io/zone": "hall-2"}


@pytest.mark.parametrize(("owner", "installed"), [("region", True), ("image", False), ("site", False)])
def test_the_device_plugin_has_one_owner(owner: str, installed: bool) -> None:
    graph = declare(changed("cloud.machines.0.gpu_software.device_plugin", owner))

    assert ("nvidia-device-plugin" in {each["name"] for each in graph.of("kubernetes:helm.sh/v3:Release")}) is installed


def test_images_come_from_below_the_sites_prefix(region: Graph) -> None:
    image = pod(region)["containers"][0]["image"]

    assert image.startswith("registry.ashburn-1.example.com/lepton/tensorflow-serving")


def test_a_preview_declares_the_same(region: Graph) -> None:
    assert {each.urn for each in declare(stack(teardown=True))} == {each.urn for each in region}


def test_a_taint_of_the_sites_own_is_tolerated() -> None:
    graph = declare(changed("cloud.machines.0.taints", ["nvidia.com/gpu=present:NoSchedule", "team=ai:NoSchedule"]))

    assert [one["key"] for one in pod(graph)["tolerations"]] == ["nvidia.com/gpu", "team"]


def test_a_site_shares_gpus_as_it_says() -> None:
    raw = stack(node_pools=[pool(sharing={"time_slices": 4})])
    machines = raw["cloud"]["machines"][0]
    machines["labels"]["nvidia.com/device-plugin.config"] = "time-slices-4"
    graph = declare(raw)

    assert pod(graph)["nodeSelector"] == machines["labels"]
    assert "time-slices-4" in graph["test-serving-device-plugin-chart"]["values.config.map"]


def test_a_site_that_owns_the_plugin_states_how_gpus_are_shared() -> None:
    raw = stack(node_pools=[pool(sharing={"time_slices": 4})])
    raw["cloud"]["machines"][0] |= {
        "time_slices": 4,
        "gpu_software": {"driver": "image", "toolkit": "site", "device_plugin": "site"},
    }
    graph = declare(raw)

    assert graph.of("lepton:kubernetes:GpuSoftware") == ()
