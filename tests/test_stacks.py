"""Every stack of the repository, declared on strict mocks: what must hold for a region whatever its cloud."""

import gc
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from runpy import run_path
from typing import Any

import pytest
import yaml

from lepton_infra import clouds, lock, project
from lepton_infra.delivery import manifest, publish
from lepton_infra.layers import naming
from lepton_infra.region import Region, RegionArgs
from lepton_infra.simulator import schema
from lepton_infra.stack import file
from lepton_infra.stack.parse import parse
from lepton_infra.testing import Declared, Graph, declared
from lepton_infra.testing.stacks import stack_graph

ROOT = Path(__file__).parents[1]
PROJECT = project.find(ROOT)
STACKS = PROJECT.stacks()

CLOUD_OF = {stack: file.read(PROJECT.stack_file(stack)).cloud.name for stack in STACKS}
RESOURCES_AT_MOST = 250


@cache
def graph_of(stack: str) -> Graph:
    return stack_graph(PROJECT, stack)


@pytest.fixture(params=STACKS)
def stack(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def graph(stack: str) -> Graph:
    return graph_of(stack)


def raw(stack: str) -> dict[str, Any]:
    config: dict[str, Any] = yaml.safe_load(PROJECT.stack_file(stack).read_text(encoding="utf-8"))["config"]
    return config["lepton:region"]  # type: ignore[no-any-return]


def region(description: dict[str, Any]) -> Graph:
    config = parse(description)
    args = RegionArgs(config=config, cloud=clouds.load(config.cloud.name), pins=lock.locked(ROOT))
    return declared(
        lambda: Region(config.name, args),
        stack=config.name,
        config={"pulumi:disable-default-providers": ["*"]},
    )


def made(graph: Graph) -> Iterator[Declared]:
    return (resource for resource in graph if resource.custom and not resource.is_provider)


def urns(graph: Graph) -> set[str]:
    return {resource.urn for resource in graph}


def test_a_stack_is_its_golden_list(stack: str, golden: Callable[[Graph, str], None]) -> None:
    golden(graph_of(stack), stack)


def test_a_preview_declares_the_same(stack: str) -> None:
    preview = stack_graph(PROJECT, stack, preview=True)

    assert urns(preview) == urns(graph_of(stack))


def test_every_resource_has_one_of_the_two_providers(stack: str, graph: Graph) -> None:
    assert {resource.provider_name for resource in made(graph)} == {f"{stack}-cloud", f"{stack}-kubernetes"}
    assert {provider.name for provider in graph.of("pulumi:providers:*")} == {f"{stack}-cloud", f"{stack}-kubernetes"}


def test_every_taggable_resource_carries_the_regions_tags(stack: str, graph: Graph) -> None:
    description = raw(stack)
    expected = naming.tags(stack=stack, residency=description["residency"], extra=description["tags"])
    untagged = [
        str(resource)
        for resource in made(graph)
        if "tags" in (schema.inputs_of(resource.type) or {}) and not expected.items() <= dict(resource["tags"]).items()
    ]

    assert untagged == []


def test_every_object_in_the_cluster_carries_the_regions_labels(stack: str, graph: Graph) -> None:
    description = raw(stack)
    tags = naming.tags(stack=stack, residency=description["residency"], extra=description["tags"])
    unlabelled = [
        str(resource)
        for resource in graph.of("kubernetes:*")
        if resource.type != "kubernetes:helm.sh/v3:Release"
        and not naming.labels(tags).items() <= resource.inputs["metadata"].get("labels", {}).items()
    ]

    assert unlabelled == []


def test_what_holds_state_is_protected(stack: str, graph: Graph) -> None:
    stateful = [resource for resource in graph if resource.type in clouds.load(CLOUD_OF[stack]).stateful]

    assert stateful
    assert [str(resource) for resource in stateful if not resource.protect] == []


def test_cluster_objects_are_deleted_with_the_cluster(graph: Graph) -> None:
    inside = [
        resource for resource in graph if resource.provider_name and resource.provider_name.endswith("-kubernetes")
    ]
    outside = [resource for resource in inside if resource.deleted_with is None]
    owners = {resource.deleted_with for resource in inside} - {None}

    # A load balancer is in the network, which could not be deleted before it: its Service is deleted first. The disks
    # of monitoring are no part of the cluster and would stay: they go with its namespace.
    makers = {(resource.inputs["kind"], resource.inputs.get("spec", {}).get("type", "")) for resource in outside}
    assert makers <= {("Service", "LoadBalancer"), ("Namespace", "")}
    assert [each.name for each in outside if not each.name.endswith(("-address", "-monitoring-namespace"))] == []
    assert len(owners) == 1
    assert {str(graph[owner or ""]) for owner in owners} <= {str(resource) for resource in graph.of("*Cluster")}


def test_nothing_is_asked_of_a_cloud_before_it_has_made_something(stack: str) -> None:
    assert stack_graph(PROJECT, stack, preview=True).invocations == ()


def test_a_region_stays_small(graph: Graph) -> None:
    assert len(graph) <= RESOURCES_AT_MOST


def test_logical_names_are_unique_and_begin_with_the_region(stack: str, graph: Graph) -> None:
    assert all(resource.name.startswith(stack) for resource in graph)
    assert len({(resource.type, resource.name) for resource in graph}) == len(graph)


def run_program() -> None:
    """Run ``__main__.py``, whose ``load`` switches the garbage collector off, and switch it on again."""
    try:
        run_path("__main__.py")
    finally:
        gc.enable()


def test_the_program_exports_what_users_look_up(stack: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv(lock.SIMULATED, "1")

    graph = declared(
        run_program,
        project=PROJECT.name,
        stack=stack,
        config=yaml.safe_load(PROJECT.stack_file(stack).read_text(encoding="utf-8"))["config"],
    )

    assert urns(graph) == urns(graph_of(stack))
    assert graph.exports.keys() >= {"cluster", "endpoints", "gpus", "models"}
    assert graph.exports["endpoints"].keys() == {model["name"] for model in raw(stack)["models"]}


def test_without_a_digest_a_real_cloud_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.delenv(lock.SIMULATED, raising=False)
    unpinned = [name for stack in STACKS for name in file.read(PROJECT.stack_file(stack)).unpinned()]
    if not unpinned and not lock.locked(ROOT).unpinned():
        pytest.skip("everything is pinned")

    with pytest.raises(Exception, match="lepton pin"):
        declared(
            run_program,
            stack=STACKS[0],
            config=yaml.safe_load(PROJECT.stack_file(STACKS[0]).read_text(encoding="utf-8"))["config"],
        )


def test_teardown_releases_everything_and_renames_nothing(stack: str) -> None:
    graph = region({**raw(stack), "teardown": True})

    assert [str(resource) for resource in graph if resource.protect] == []
    assert {urn for urn in urns(graph_of(stack)) ^ urns(graph) if "Lock" not in urn} == set()


def test_a_new_model_or_pool_changes_no_resource_that_exists(stack: str) -> None:
    description = raw(stack)
    pool = {**description["node_pools"][0], "name": "second"}
    model = {**description["models"][0], "name": "second", "node_pool": "second"}

    grown = region(
        {**description, "node_pools": [*description["node_pools"], pool], "models": [*description["models"], model]}
    )

    assert urns(grown) > urns(graph_of(stack))


def addresses(graph: Graph) -> dict[str, Any]:
    """The address range of every subnet, where a cloud has one for each zone or one for all."""
    ranges = {resource.urn: resource.inputs.get("cidrBlock") for resource in graph.of("*:Subnet")}
    return ranges | {resource.urn: resource["ipCidrRange"] for resource in graph.of("*:Subnetwork")}


def test_one_zone_less_changes_no_address_of_the_others(stack: str) -> None:
    description = raw(stack)
    network = description["network"]

    after = addresses(region({**description, "network": {**network, "zones": network["zones"][:-1]}}))

    assert after
    assert after.items() <= addresses(graph_of(stack)).items()


def test_the_models_that_it_pins_are_kept_beside_it(stack: str) -> None:
    pinned = publish.pinned(file.read(PROJECT.stack_file(stack)))
    assert [version.path for version in pinned] == ["cifar10/1"]
    for version in pinned:
        manifest.verify(ROOT / publish.EXPORTS / version.path, version.digest)
