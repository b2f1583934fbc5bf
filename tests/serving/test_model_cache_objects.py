"""The cache of a model as it is declared."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from lepton_infra.audit.obligations import of_place
from lepton_infra.platform.serving import sizing
from lepton_infra.simulator import schema
from lepton_infra.simulator.kubernetes.pod_security import violations
from lepton_infra.testing import Graph, compliance
from tests.kit.serving import AGENT, CLUSTER, STORE, arguments, image, model, objects, record

NAME = "us-east-serving-cifar10-cache"
URL = "http://cifar10-cache.serving-cifar10.svc.cluster.local:8080"


@pytest.fixture(scope="module")
def cached() -> Graph:
    return record(lambda: arguments(models=[model(cache_gib=50)]))


@pytest.fixture
def pod(cached: Graph) -> dict[str, Any]:
    spec: dict[str, Any] = cached[f"{NAME}-deployment"]["spec.template.spec"]
    return spec


def variables(container: dict[str, Any]) -> dict[str, str]:
    return {entry["name"]: entry["value"] for entry in container["env"]}


def test_a_model_without_a_cache_has_none() -> None:
    graph = record()
    assert not [each for each in graph if "cache" in each.name]
    server = graph["us-east-serving-cifar10-v3-deployment"]["spec.template.spec"]
    assert "MODEL_CACHE" not in variables(server["initContainers"][0])


def test_pods_ask_it_before_the_store_and_for_no_longer_than_it_needs(cached: Graph) -> None:
    deployment = cached["us-east-serving-cifar10-v3-deployment"]
    environment = variables(deployment["spec.template.spec.initContainers[0]"])
    version = model().versions[0]
    assert environment["MODEL_CACHE"] == URL
    assert environment["CACHE_DEADLINE_SECONDS"] == str(sizing.cache_seconds(version))
    served = sizing.progress_seconds(model(), version)
    assert deployment["spec.progressDeadlineSeconds"] == served + sizing.cache_seconds(version)


def test_its_service_leads_to_its_pods_and_no_server_is_among_them(cached: Graph) -> None:
    selector = cached[f"{NAME}-service"]["spec.selector"]
    assert selector.items() <= cached[f"{NAME}-deployment"]["spec.template.metadata.labels"].items()
    servers = cached["us-east-serving-cifar10-v3-deployment"]["spec.template.metadata.labels"]
    assert not selector.items() <= servers.items()
    for each in objects(cached):
        if each.type.endswith((":Service", ":PodDisruptionBudget")) and "cache" not in each.name:
            chosen = each["spec.selector"].get("matchLabels", each["spec.selector"])
            assert not chosen.items() <= cached[f"{NAME}-deployment"]["spec.template.metadata.labels"].items()


def test_it_reads_what_the_model_reads_as_the_model(pod: dict[str, Any]) -> None:
    (container,) = pod["containers"]
    assert container["image"] == image("rclone")
    assert container["command"][:4] == ["rclone", "serve", "http", "store:us-east-models/cifar10/"]
    assert "--read-only" in container["command"]
    assert variables(container)["RCLONE_CONFIG_STORE_ENV_AUTH"] == "true"
    assert pod["serviceAccountName"] == "cifar10"


def test_it_keeps_less_than_its_disk_holds(pod: dict[str, Any]) -> None:
    (container,) = pod["containers"]
    (volume,) = [volume for volume in pod["volumes"] if volume["name"] == "cache"]
    assert volume["emptyDir"] == {"sizeLimit": "50Gi"}
    assert "--vfs-cache-max-size=40960Mi" in container["command"]
    assert container["resources"]["limits"]["ephemeral-storage"] == "52Gi"


def test_it_takes_no_gpu_and_goes_on_no_gpu_node(pod: dict[str, Any]) -> None:
    (container,) = pod["containers"]
    assert "nvidia.com/gpu" not in container["resources"]["limits"]
    assert "tolerations" not in pod
    assert "nodeSelector" not in pod


def test_it_is_restricted_as_the_servers_are(cached: Graph, pod: dict[str, Any]) -> None:
    assert violations(pod, "restricted") == []
    assert pod["automountServiceAccountToken"] is False
    assert pod["containers"][0]["securityContext"]["readOnlyRootFilesystem"] is True
    for each in objects(cached):
        assert schema.check(each.type, each.inputs) == []
        assert each.deleted_with == cached[CLUSTER].urn


def test_nobody_waits_for_it(cached: Graph) -> None:
    for purpose in ("deployment", "service"):
        assert cached[f"{NAME}-{purpose}"]["metadata.annotations"]["pulumi.com/skipAwait"] == "true"
    server = cached["us-east-serving-cifar10-v3-deployment"]
    assert f"{NAME}-deployment" not in {each.name for each in cached.dependencies(server)}


class TestNetwork:
    def test_servers_of_the_model_come_in_and_nobody_else(self, cached: Graph) -> None:
        (rule,) = cached[f"{NAME}-traffic"]["spec.ingress"]
        (peer,) = rule["from"]
        assert set(peer) == {"podSelector"}
        servers = cached["us-east-serving-cifar10-v3-deployment"]["spec.template.metadata.labels"]
        assert peer["podSelector"]["matchLabels"].items() <= servers.items()
        assert rule["ports"] == [{"port": 8080, "protocol": "TCP"}]

    def test_it_reaches_names_the_store_and_its_credential(self, cached: Graph) -> None:
        dns, *others = cached[f"{NAME}-traffic"]["spec.egress"]
        assert {port["port"] for port in dns["ports"]} == {53}
        assert others == [
            {"to": [{"ipBlock": {"cidr": each.cidr}}], "ports": [{"port": each.port, "protocol": "TCP"}]}
            for each in (STORE, AGENT)
        ]

    def test_servers_reach_it_and_still_the_store(self, cached: Graph) -> None:
        egress = cached["us-east-serving-cifar10-traffic"]["spec.egress"]
        (to_cache,) = [
            rule for rule in egress if "podSelector" in rule["to"][0] and "namespaceSelector" not in rule["to"][0]
        ]
        labels = cached[f"{NAME}-deployment"]["spec.template.metadata.labels"]
        assert to_cache["to"][0]["podSelector"]["matchLabels"].items() <= labels.items()
        assert to_cache["ports"] == [{"port": 8080, "protocol": "TCP"}]
        assert {"ipBlock": {"cidr": STORE.cidr}} in [rule["to"][0] for rule in egress]

    def test_it_starts_only_behind_closed_doors(self, cached: Graph) -> None:
        deny = cached["us-east-serving-cifar10-default-deny"].urn
        assert deny in cached[f"{NAME}-deployment"].dependencies


def test_it_breaks_no_rule(cached: Graph) -> None:
    """But that of a provider, which in this recording there is none of."""
    found = compliance.violations(cached, of_place("eu", (), date(2026, 11, 28)))
    assert found
    assert [each for each in found if NAME in each and not each.startswith("RES-02 ")] == []
