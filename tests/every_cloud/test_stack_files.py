"""Stack files on every cloud: any valid one builds, any other is refused before the first resource."""

from __future__ import annotations

import copy
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lepton_infra import clouds, lock, project
from lepton_infra.errors import ConfigError, Problem
from lepton_infra.layers.node_pool import SYSTEM_POOL
from lepton_infra.stack.check import check
from lepton_infra.stack.parse import parse
from lepton_infra.testing.stacks import stack_graph
from tests.kit.regions import CONFIG, ROOT, Raw, declare, exchanged, gpu_pool, made, region, stack_files, urns
from tests.kit.stacks import anything

PROJECT = project.find(ROOT)
EXAMPLES = settings(
    max_examples=settings().max_examples // 20,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
"""A region takes seconds to declare, so few of what the profile gives: 5, and with the profile ``thorough`` 80."""


def region_of(stack: str) -> Raw:
    content = yaml.safe_load(PROJECT.stack_file(stack).read_text(encoding="utf-8"))
    found: Raw = content["config"]["lepton:region"]
    return found


def mappings(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    """Paths of the mappings with keys of our own."""
    if isinstance(value, dict):
        yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        yield from mappings(item, (*path, key))


def at(raw: Any, path: tuple[str | int, ...]) -> Any:
    for key in path:
        raw = raw[key]
    return raw


def test_the_networks_of_all_stacks_are_disjoint() -> None:
    assert check(PROJECT, []).problems == []


@pytest.mark.parametrize("cloud", clouds.names())
@pytest.mark.parametrize("stack", PROJECT.stacks())
def test_a_stack_moves_to_any_cloud_by_its_file_alone(stack: str, cloud: str, tmp_path: Path) -> None:
    for name in ("Pulumi.yaml", lock.LOCK_FILE):
        shutil.copy(ROOT / name, tmp_path)
    content = {"config": {**CONFIG, "lepton:region": exchanged(region_of(stack), cloud)}}
    (tmp_path / f"Pulumi.{stack}.yaml").write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    moved = project.find(tmp_path)

    report = check(moved, [stack])
    graph = stack_graph(moved, stack)

    assert report.problems == []
    assert [line.partition(",")[0] for line in report.sound] == [f"Pulumi.{stack}.yaml: ok: {cloud}"]
    assert {resource.name for resource in graph.of("*:Deployment")} == {
        f"{stack}-serving-{model['name']}-v{version['version']}-deployment"
        for model in region_of(stack)["models"]
        for version in model["versions"]
    }
    assert urns(stack_graph(moved, stack, preview=True)) == urns(graph)


@pytest.mark.parametrize("cloud", clouds.names())
@EXAMPLES
@given(st.data())
def test_any_valid_file_builds(cloud: str, data: st.DataObject) -> None:
    assert made(declare(data.draw(stack_files(cloud))))


def problems_of(raw: Raw) -> list[Problem]:
    """What is wrong with a file. It is all told before there is any resource: a region is made of what was parsed."""
    try:
        parse(copy.deepcopy(raw))
    except ConfigError as error:
        return error.problems
    return []


@pytest.mark.parametrize("cloud", clouds.names())
@EXAMPLES
@given(st.data())
def test_what_passes_the_check_builds_and_the_rest_is_refused_in_words(cloud: str, data: st.DataObject) -> None:
    raw = region(cloud)
    places = [path for path in places_of(raw) if path not in FIXED]
    *above, last = data.draw(st.sampled_from(places))
    at(raw, tuple(above))[last] = data.draw(anything)

    refused = problems_of(raw)

    assert refused or made(declare(raw))
    assert all(problem.message for problem in refused)


FIXED = {("cluster", "version")}
"""Another Kubernetes version needs other pins, and pins are not in the stack file."""


def places_of(raw: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if path:
        yield path
    inner = raw.items() if isinstance(raw, dict) else enumerate(raw) if isinstance(raw, list) else ()
    for key, item in inner:
        yield from places_of(item, (*path, key))


@pytest.mark.parametrize("cloud", clouds.names())
def test_no_pool_has_the_name_of_the_clusters_own_nodes(cloud: str) -> None:
    found = problems_of(region(cloud, node_pools=[gpu_pool(cloud, name=SYSTEM_POOL)], models=[]))

    assert [(problem.path, problem.given) for problem in found] == [(("node_pools", 0, "name"), SYSTEM_POOL)]
    assert problems_of(region(cloud, node_pools=[gpu_pool(cloud, name=f"{SYSTEM_POOL}s")], models=[])) == []


@pytest.mark.parametrize("cloud", clouds.names())
def test_an_unknown_key_is_refused_wherever_it_is_in_the_clouds_own_section(cloud: str) -> None:
    free = [path for path in mappings(region(cloud)["cloud"], ("cloud",)) if not _takes_any_key(cloud, path)]

    assert ("cloud",) in free
    for path in free:
        raw = region(cloud)
        at(raw, path)["unknown_key"] = 1
        with pytest.raises(ConfigError) as caught:
            parse(raw)
        assert (*path, "unknown_key") in [problem.path for problem in caught.value.problems]


def _takes_any_key(cloud: str, path: tuple[str | int, ...]) -> bool:
    """Whether the schema of the cloud's section has a mapping with free keys at this path."""
    schema = clouds.settings(cloud).model_json_schema()
    place: dict[str, Any] = schema
    for key in path[1:]:
        place = place.get("items", {}) if isinstance(key, int) else place.get("properties", {}).get(key, {})
        reference = place.get("$ref") or next((one["$ref"] for one in place.get("anyOf", []) if "$ref" in one), None)
        place = schema["$defs"][reference.rpartition("/")[2]] if reference else place
    return place.get("additionalProperties") is not False
