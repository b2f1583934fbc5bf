"""Versions of one model side by side: each has its own objects, and the model's address leads to one of them."""

from __future__ import annotations

from typing import Any

import pytest

from lepton_infra.config.models import ModelConfig
from lepton_infra.fields import NodeCount
from lepton_infra.testing import Graph
from tests.kit.serving import arguments, entered, model, objects, of, pool, record, version

NAME = "us-east-serving-cifar10"
BOTH = model(versions=[version(3, weight=90), version(4, weight=10, replicas=NodeCount(min=1, max=2))])


def serving(of_model: ModelConfig, gpus: int = 99) -> Graph:
    return record(lambda: arguments(models=[of_model], pools={"l4": pool("l4", gpus=gpus)}))


@pytest.fixture(scope="module")
def both() -> Graph:
    return serving(BOTH)


def pod_labels(graph: Graph, number: int) -> dict[str, str]:
    labels: dict[str, str] = graph[f"{NAME}-v{number}-deployment"]["spec.template.metadata.labels"]
    return labels


def selected(graph: Graph, selector: dict[str, str]) -> list[int]:
    return [number for number in (3, 4) if selector.items() <= pod_labels(graph, number).items()]


@pytest.mark.parametrize("number", [3, 4])
@pytest.mark.parametrize("purpose", ["deployment", "service", "disruption-budget", "autoscaler"])
def test_every_version_has_its_own_of_everything(both: Graph, number: int, purpose: str) -> None:
    resource = both[f"{NAME}-v{number}-{purpose}"]
    assert resource["metadata.name"] == f"cifar10-v{number}"
    assert resource["metadata.namespace"] == "serving-cifar10"


def test_what_is_the_models_is_there_once(both: Graph) -> None:
    names = {each.name.removeprefix(f"{NAME}-") for each in objects(both) if each.name.startswith(f"{NAME}-")}
    assert {name for name in names if not name.startswith("v")} == {
        "namespace",
        "default-deny",
        "traffic",
        "account",
        "service",
    }


@pytest.mark.parametrize("number", [3, 4])
def test_no_version_touches_the_pods_of_another(both: Graph, number: int) -> None:
    found = {
        "deployment": both[f"{NAME}-v{number}-deployment"]["spec.selector.matchLabels"],
        "service": both[f"{NAME}-v{number}-service"]["spec.selector"],
        "disruption-budget": both[f"{NAME}-v{number}-disruption-budget"]["spec.selector.matchLabels"],
    }
    assert {purpose: tuple(selected(both, each)) for purpose, each in found.items()} == dict.fromkeys(found, (number,))


def test_the_policy_opens_all_versions(both: Graph) -> None:
    assert selected(both, both[f"{NAME}-traffic"]["spec.podSelector.matchLabels"]) == [3, 4]


def test_no_two_objects_of_a_kind_have_one_name(both: Graph) -> None:
    keys = [
        (each.type, each.inputs["metadata"].get("namespace"), each["metadata.name"])
        for each in objects(both)
        if NAME in each.name
    ]
    assert len(set(keys)) == len(keys)


def test_each_version_has_its_replicas(both: Graph) -> None:
    scaled = of(both, "autoscaling/v2:HorizontalPodAutoscaler")
    bounds = {name: (each["spec"]["minReplicas"], each["spec"]["maxReplicas"]) for name, each in scaled.items()}
    assert bounds == {f"{NAME}-v3-autoscaler": (2, 8), f"{NAME}-v4-autoscaler": (1, 2)}
    assert [both[f"{NAME}-v{number}-deployment"]["spec.replicas"] for number in (3, 4)] == [2, 1]


def test_each_version_fetches_and_asks_for_its_own(both: Graph) -> None:
    for number in (3, 4):
        pod = both[f"{NAME}-v{number}-deployment"]["spec.template.spec"]
        environment = {entry["name"]: entry["value"] for entry in pod["initContainers"][0]["env"]}
        assert environment["MODEL_SOURCE"] == f"store:us-east-models/cifar10/{number}"
        assert environment["MODEL_DIGEST"] == f"sha256:{number:064x}"
        path = pod["containers"][0]["readinessProbe"]["httpGet"]["path"]
        assert path == f"/v1/models/cifar10/versions/{number}/metadata"


@pytest.mark.parametrize(
    ("weights", "main"),
    [((90, 10), 3), ((10, 90), 4), ((100, 0), 3), ((0, 100), 4), ((50, 50), 3)],
)
def test_the_models_address_leads_to_the_version_with_the_most_weight(weights: tuple[int, int], main: int) -> None:
    graph = serving(model(versions=[version(3, weight=weights[0]), version(4, weight=weights[1])]))
    assert selected(graph, graph[f"{NAME}-service"]["spec.selector"]) == [main]
    assert graph[f"{NAME}-service"]["metadata.name"] == "cifar10"


def test_the_address_moves_only_to_a_version_that_serves() -> None:
    graph = serving(model(versions=[version(3, weight=0), version(4, weight=100)]))
    assert graph[f"{NAME}-v4-deployment"].urn in {each.urn for each in graph.dependencies(graph[f"{NAME}-service"])}


def differing(one: Graph, other: Graph) -> dict[str, Any]:
    return {
        each.name: each.inputs for each in other if each.name not in {a.name for a in one if a.inputs == each.inputs}
    }


def test_a_rollback_is_a_change_of_one_address_and_touches_no_pod() -> None:
    forth, back = (serving(model(versions=[version(3, weight=100 - new), version(4, weight=new)])) for new in (100, 0))
    assert set(differing(forth, back)) == {f"{NAME}-service"}
    assert back[f"{NAME}-v3-deployment"]["spec.replicas"] == 2


def test_another_version_leaves_the_first_alone() -> None:
    alone = serving(model(versions=[version(3)]))
    assert {name for name in differing(alone, serving(BOTH)) if "-v4" not in name} == set()


@pytest.mark.parametrize("weights", [(100, 0), (50, 50), (0, 100)])
def test_no_route_leads_to_a_version_before_it_serves_and_none_waits_for_one_without_weight(
    weights: tuple[int, int],
) -> None:
    versions = [version(3, weight=weights[0]), version(4, weight=weights[1])]
    graph = record(lambda: entered(models=[model(versions=versions)]))
    routes = [each for each in graph if each.type.endswith(("HTTPRoute", "GRPCRoute")) and "cifar10" in each.name]
    assert len(routes) == 2
    for route in routes:
        waits = {each.name for each in graph.dependencies(route)}
        weighted = [number for number, weight in zip((3, 4), weights, strict=True) if weight]
        assert [number for number in (3, 4) if f"{NAME}-v{number}-deployment" in waits] == weighted
