"""Every layer of every cloud keeps its contract."""

from __future__ import annotations

import ast
from dataclasses import FrozenInstanceError, fields, is_dataclass
from functools import cache
from typing import Any

import pytest

from lepton_infra import clouds
from lepton_infra.layers.cluster import ClusterArgs, ClusterOutputs
from lepton_infra.layers.identity import IdentityArgs, IdentityOutputs
from lepton_infra.layers.network import NetworkArgs, NetworkOutputs
from lepton_infra.layers.node_pool import ACCELERATOR_LABEL, NO_GPU, NodePoolArgs, NodePoolOutputs, Owner
from lepton_infra.layers.oversight import OversightArgs, OversightOutputs
from lepton_infra.layers.registry import RegistryArgs, RegistryOutputs
from lepton_infra.layers.storage import StorageArgs, StorageOutputs
from lepton_infra.testing import Graph
from tests.kit.regions import LAYERS, PINS, ROOT, Built, built, layer_of, made

CONTRACTS: dict[str, tuple[type, type]] = {
    "network": (NetworkArgs, NetworkOutputs),
    "storage": (StorageArgs, StorageOutputs),
    "registry": (RegistryArgs, RegistryOutputs),
    "cluster": (ClusterArgs, ClusterOutputs),
    "oversight": (OversightArgs, OversightOutputs),
    "node_pool": (NodePoolArgs, NodePoolOutputs),
    "identity": (IdentityArgs, IdentityOutputs),
}
TYPES = {layer: layer.replace("_", " ").title().replace(" ", "") for layer in LAYERS}
SOFTWARE_OWNERS = {Owner.IMAGE, Owner.CLOUD, Owner.SITE, Owner.REGION}


@cache
def components_of(cloud: str) -> Built:
    return built(cloud)


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_takes_its_args_and_publishes_its_outputs(cloud: str, layer: str) -> None:
    args, outputs = CONTRACTS[layer]
    found = components_of(cloud)

    assert found.components[layer]
    for component, given in zip(found.components[layer], found.args[layer], strict=True):
        assert isinstance(given, args)
        assert isinstance(component.outputs, outputs)
        assert is_dataclass(component.outputs)
        with pytest.raises(FrozenInstanceError):
            setattr(component.outputs, fields(outputs)[0].name, None)


@pytest.mark.parametrize("layer", LAYERS)
def test_type_tokens_name_cloud_and_layer(cloud: str, layer: str) -> None:
    tokens = {component.pulumi_resource_type for component in components_of(cloud).components[layer]}

    assert tokens == {f"lepton:{cloud}:{TYPES[layer]}"}


def test_a_network_keeps_the_addresses_of_the_file(cloud: str) -> None:
    assert components_of(cloud).components["network"][0].outputs.cidr == "10.16.0.0/16"


def test_the_region_has_a_copy_of_every_image(cloud: str) -> None:
    assert components_of(cloud).components["registry"][0].outputs.images.keys() == PINS.images.keys()


def test_storage_hands_out_no_secret(cloud: str) -> None:
    rclone = components_of(cloud).components["storage"][0].outputs.rclone

    assert rclone["type"]
    assert [option for option in rclone if any(word in option for word in ("secret", "password", "key", "token"))] == []


def test_gpu_software_has_one_owner_for_each_part(cloud: str, graph: Graph) -> None:
    pools = {component.outputs.name: component.outputs for component in components_of(cloud).components["node_pool"]}
    software = {name: pool.gpu_software for name, pool in pools.items()}

    assert {software["gpu"].driver, software["gpu"].toolkit, software["gpu"].device_plugin} <= SOFTWARE_OWNERS
    assert software["gpu"].exporter in SOFTWARE_OWNERS
    assert software["cpu"] == NO_GPU
    installed = {release["name"] for release in graph.of("kubernetes:helm.sh/v3:Release")}
    charts = {"nvidia-device-plugin": software["gpu"].device_plugin, "dcgm-exporter": software["gpu"].exporter}
    assert installed & charts.keys() == {chart for chart, owner in charts.items() if owner is Owner.REGION}


def test_a_pool_counts_its_gpus_over_all_zones(cloud: str) -> None:
    pools = {component.outputs.name: component.outputs for component in components_of(cloud).components["node_pool"]}

    assert pools["gpu"].gpus == 8 * clouds.load(cloud).gpu[1]
    assert pools["cpu"].gpus == 0
    assert pools["gpu"].labels != pools["cpu"].labels
    assert ACCELERATOR_LABEL not in pools["cpu"].labels


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_that_makes_something_reads_every_argument(cloud: str, graph: Graph, layer: str) -> None:
    if TYPES[layer] not in {layer_of(resource) for resource in made(graph)}:
        pytest.skip(f"{cloud} makes nothing in this layer")
    read = {
        node.attr
        for source in (ROOT / "lepton_infra" / "clouds" / cloud).rglob("*.py")
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
    }

    # Some clouds need no address in the network, most give every image a name of its own, and Azure does not bring a
    # gateway's events to their workspace (docs/gateway.md).
    assert {field.name for field in fields(CONTRACTS[layer][0])} - read <= {"network", "by_name", "events"}


def test_a_name_that_is_no_cloud_is_refused_with_those_there_are() -> None:
    for look_up in (clouds.load, clouds.settings):
        with pytest.raises(ValueError, match=f"unknown cloud 'cloudy'; allowed: {', '.join(clouds.names())}"):
            look_up("cloudy")


def test_the_facts_for_the_suite_are_of_one_place(cloud: str) -> None:
    facts: Any = clouds.load(cloud)

    assert facts.settings.model_validate(facts.example).name == cloud
    assert len(set(facts.zones)) == 3
