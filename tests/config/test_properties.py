"""What holds for any config: valid ones pass and come back the same, spoilt ones are refused in words."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lepton_infra import clouds
from lepton_infra.config.region import RegionConfig
from lepton_infra.errors import ConfigError, Problem
from lepton_infra.lock import Pins
from lepton_infra.region import RegionArgs
from lepton_infra.stack import yaml_lines
from lepton_infra.stack.parse import parse
from tests.kit.stacks import anything, region, regions


def places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from places(inner, (*path, key))
    if isinstance(value, list):
        for index, inner in enumerate(value):
            yield from places(inner, (*path, index))


def parent(raw: Any, path: tuple[str | int, ...]) -> Any:
    for key in path[:-1]:
        raw = raw[key]
    return raw


@given(regions())
def test_any_valid_region_passes_and_comes_back_the_same(raw: dict[str, Any]) -> None:
    parsed = parse(raw)

    assert parse(json.loads(parsed.model_dump_json())) == parsed


@given(regions())
def test_json_is_yaml_with_the_same_values(raw: dict[str, Any]) -> None:
    assert yaml_lines.parse(json.dumps(raw, indent=1)).value == raw


@given(regions(), st.data())
def test_an_unknown_key_is_refused_wherever_it_is(raw: dict[str, Any], data: st.DataObject) -> None:
    free = {("tags",), ("adopt",)}
    closed = [path for path in places(raw) if isinstance(parent({"": raw}, ("", *path, "")), dict) and path not in free]
    place = data.draw(st.sampled_from(closed))
    parent(raw, (*place, ""))["unknown_key"] = 1

    with pytest.raises(ConfigError) as caught:
        parse(raw)

    assert (*place, "unknown_key") in [problem.path for problem in caught.value.problems]


@given(st.data())
def test_random_values_parse_or_are_refused_in_words(data: st.DataObject) -> None:
    raw = copy.deepcopy(region())
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.sampled_from([path for path in places(raw) if path]))
        parent(raw, place)[place[-1]] = data.draw(anything)

    refused: list[Problem] | None = None
    try:
        parse(raw)
    except ConfigError as error:
        refused = error.problems

    assert refused is None or (refused and all(problem.message and str(problem) for problem in refused))


@given(anything)
def test_whatever_the_region_is_it_is_refused_in_words(raw: object) -> None:
    with pytest.raises(ConfigError):
        parse(raw)


@pytest.mark.parametrize("required", ["name", "residency", "cloud", "network", "cluster", "node_pools", "tags"])
def test_a_missing_section_is_told(required: str) -> None:
    raw = region()
    del raw[required]

    with pytest.raises(ConfigError) as caught:
        parse(raw)

    assert [(problem.path, problem.message) for problem in caught.value.problems] == [((required,), "is missing")]


def test_a_region_is_constant() -> None:
    parsed = parse(region())

    with pytest.raises(ValueError, match="frozen"):
        parsed.name = "other"  # type: ignore[misc]
    with pytest.raises(TypeError):
        parsed.tags["owner"] = "someone"  # type: ignore[index]
    assert isinstance(parsed.node_pools, tuple)
    assert isinstance(parsed.network.zones, tuple)


def test_a_config_made_in_python_is_checked_by_the_same_rules() -> None:
    settings = clouds.settings("aws")
    raw = region(network={"cidr": "8.8.0.0/16", "zones": ["us-east-1a", "us-east-1b"]})

    config: RegionConfig[Any] = RegionConfig[settings](**raw)  # type: ignore[valid-type]

    with pytest.raises(
        ConfigError, match=r"network\.cidr: is not a private network \(given 8\.8\.0\.0/16; allowed: 10"
    ):
        RegionArgs(config=config, cloud=clouds.load("aws"), pins=Pins(images={}, charts={}, node_images={}))
