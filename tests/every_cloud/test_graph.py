"""What holds for what a region declares, whatever its cloud."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from ipaddress import IPv4Network, ip_network
from typing import Any

import pytest

from lepton_infra import clouds
from lepton_infra.layers import naming
from lepton_infra.layers.node_pool import GPU_TAINT_KEY
from lepton_infra.simulator import schema
from lepton_infra.simulator.shapes import Entries
from lepton_infra.testing import Declared, Graph
from tests.every_cloud.region_names import places
from tests.kit.regions import NAME, cpu_pool, declare, differences, gpu_pool, layer_of, made, region, urns

TAGS = ("tags", "labels", "resourceLabels", "userLabels")
"""What clouds call the tags of a resource. A kind may have labels of its nodes besides."""

RESOURCES_AT_MOST = 250


def plain(value: str) -> str:
    """A tag's value in the characters that every cloud takes."""
    return re.sub(r"[^a-z0-9_-]", "-", value.lower())


def taggable(resource: Declared) -> list[str]:
    fields = schema.inputs_of(resource.type) or {}
    return [key for key in TAGS if key in fields and isinstance(fields[key].shape, Entries)]


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from (str(key), *texts(inner))
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)
    elif isinstance(value, str):
        yield value


def networks_in(graph: Graph) -> set[IPv4Network]:
    found = re.findall(
        r"\b\d{1,3}(?:\.\d{1,3}){3}/\d{1,2}\b", " ".join(text for each in graph for text in texts(each.inputs))
    )
    return {network for network in map(ip_network, found) if isinstance(network, IPv4Network) and network.prefixlen}


def test_every_taggable_resource_carries_the_regions_tags(cloud: str, graph: Graph) -> None:
    raw = region(cloud)
    expected = {plain(tag) for tag in naming.tags(stack=NAME, residency=raw["residency"], extra=raw["tags"]).values()}
    untagged = [
        str(resource)
        for resource in made(graph)
        if resource.package != "kubernetes"
        and (keys := taggable(resource))
        and not any(expected <= {plain(str(tag)) for tag in resource.inputs.get(key, {}).values()} for key in keys)
    ]

    assert untagged == []


def test_every_object_in_the_cluster_carries_the_regions_labels(cloud: str, graph: Graph) -> None:
    raw = region(cloud)
    labels = naming.labels(naming.tags(stack=NAME, residency=raw["residency"], extra=raw["tags"]))
    unlabelled = [
        str(resource)
        for resource in graph.of("kubernetes:*")
        if resource.type != "kubernetes:helm.sh/v3:Release"
        and not labels.items() <= resource.inputs["metadata"].get("labels", {}).items()
    ]

    assert unlabelled == []


def test_what_holds_state_is_protected_until_teardown(cloud: str, graph: Graph) -> None:
    stateful = [resource for resource in graph if resource.type in clouds.load(cloud).stateful]
    torn_down = declare(region(cloud, teardown=True))

    assert {resource.type for resource in stateful} == clouds.load(cloud).stateful
    assert [str(resource) for resource in stateful if not resource.protect] == []
    assert [str(resource) for resource in torn_down if resource.protect] == []
    # A lock against deletion is a resource of its own on Azure, and off in teardown.
    assert {urn for urn in urns(torn_down) ^ urns(graph) if "Lock" not in urn} == set()


def test_nothing_is_made_by_a_default_provider(graph: Graph) -> None:
    own = {provider.urn: provider.name for provider in graph.of("pulumi:providers:*")}

    assert set(own.values()) <= {f"{NAME}-cloud", f"{NAME}-kubernetes"}
    assert [str(resource) for resource in made(graph) if resource.provider not in own] == []


def test_gpu_nodes_alone_are_tainted(cloud: str) -> None:
    graph = declare(region(cloud))
    gpu, cpu = (
        [text for each in made(graph) if f"::{NAME}-pool-{pool}" in each.urn for text in [json.dumps(each.inputs)]]
        for pool in ("gpu", "cpu")
    )
    if not gpu:
        pytest.skip(f"{cloud} makes no nodes: its file states their taints")

    assert any(GPU_TAINT_KEY in text and re.search(r"no_?schedule", text, re.IGNORECASE) for text in gpu)
    assert not any(GPU_TAINT_KEY in text for text in cpu)


def test_every_gpu_pod_tolerates_the_taint_and_no_other_does(graph: Graph) -> None:
    for model, tolerated in (("cifar10", True), ("tiny", False)):
        keys = [
            one["key"]
            for one in graph[f"{NAME}-serving-{model}-v1-deployment"]
            .inputs["spec"]["template"]["spec"]
            .get("tolerations", [])
        ]
        assert (GPU_TAINT_KEY in keys) is tolerated


def test_addresses_stay_out_of_another_regions_network(cloud: str) -> None:
    neighbour = IPv4Network("10.17.0.0/16")
    here = networks_in(declare(region(cloud)))
    there = networks_in(declare(region(cloud, network={**region(cloud)["network"], "cidr": str(neighbour)})))

    assert [network for network in here if network.subnet_of(neighbour)] == []
    assert [network for network in there if network.subnet_of(IPv4Network("10.16.0.0/16"))] == []


def test_no_other_place_is_named(cloud: str, graph: Graph) -> None:
    own = places(" ".join(texts(dict(clouds.load(cloud).example)))) | places(" ".join(clouds.load(cloud).zones))
    named = {place for resource in graph for text in texts(resource.inputs) for place in places(text)}

    assert named - own == set()


@pytest.mark.parametrize("change", [{"disk_gib": 300}, {"nodes": {"min": 2, "max": 8}}], ids=str)
def test_a_changed_pool_touches_only_itself(cloud: str, change: dict[str, Any]) -> None:
    changed = declare(region(cloud, node_pools=[gpu_pool(cloud, **change), cpu_pool()]))

    touched = differences(declare(region(cloud)), changed)

    assert [urn for urn in touched if f"::{NAME}-pool-gpu" not in urn] == []


def test_a_new_pool_with_a_model_touches_nothing_that_exists(cloud: str, graph: Graph) -> None:
    raw = region(cloud)
    model = {**raw["models"][0], "name": "second", "node_pool": "second"}
    grown = declare(
        {**raw, "node_pools": [*raw["node_pools"], gpu_pool(cloud, name="second")], "models": [*raw["models"], model]}
    )

    touched = differences(graph, grown)

    assert urns(grown) > urns(graph)
    # What serves all pools knows them by name, or the most nodes that there may be.
    assert {next(each for each in graph if each.urn == urn).type for urn in touched & urns(graph)} <= {
        "kubernetes:helm.sh/v3:Release",
        "kubernetes:core/v1:ConfigMap",
    }


def test_a_preview_declares_the_same(cloud: str, graph: Graph) -> None:
    assert urns(declare(region(cloud), preview=True)) == urns(graph)


def test_layers_go_in_the_order_serving_pools_cluster_network(graph: Graph) -> None:
    """What is destroyed first depends on what is destroyed after it."""
    present = {layer_of(resource) for resource in made(graph)}
    deployment = graph[f"{NAME}-serving-cifar10-v1-deployment"]
    before_pods = {layer_of(resource) for resource in graph.dependencies(deployment)}
    pool = [resource for resource in made(graph) if layer_of(resource) == "NodePool"]

    assert {"NodePool", "Identity"} & present <= before_pods
    before_pools = {layer_of(each) for resource in pool for each in graph.dependencies(resource)}
    assert not pool or {"Cluster", "Network"} & present <= before_pools
    for layer, later in (("Cluster", {"NodePool", "Serving"}), ("Network", {"Cluster", "NodePool", "Serving"})):
        for resource in (each for each in made(graph) if layer_of(each) == layer):
            assert not later & {layer_of(each) for each in graph.dependencies(resource)}, resource


def test_what_is_in_the_cluster_goes_through_its_api_and_dies_with_it(cloud: str, graph: Graph) -> None:
    inside = [resource for resource in made(graph) if resource.provider_name == f"{NAME}-kubernetes"]
    own = [resource for resource in made(graph) if layer_of(resource) == "Cluster"]
    provider = graph[f"{NAME}-kubernetes"]

    assert inside
    # The end of monitoring's namespace takes disks away, which are no part of the cluster.
    tied = [resource for resource in inside if not (own and resource.name.endswith("-monitoring-namespace"))]
    assert {resource.deleted_with for resource in tied} <= ({each.urn for each in own} if own else {None})
    assert provider["deleteUnreachable"] == ("true" if own else "false")
    assert not own or "Cluster" in {layer_of(each) for each in graph.dependencies(provider)}


def test_names_are_unique_and_begin_with_the_region(graph: Graph) -> None:
    assert all(resource.name.startswith(NAME) for resource in graph)
    assert len({(resource.type, resource.name) for resource in graph}) == len(graph)


def test_a_region_stays_small_and_asks_nothing_before_it_has_made_something(cloud: str, graph: Graph) -> None:
    assert len(graph) <= RESOURCES_AT_MOST
    assert declare(region(cloud), preview=True).invocations == ()
