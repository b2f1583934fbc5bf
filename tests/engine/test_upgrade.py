"""A region that an older program made, looked at by the present one: nothing of it is replaced or deleted."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lepton_infra import clouds
from tests.engine.recorded import REGIONS, path, replayed
from tests.kit.projects import previewed
from tests.kit.sim import Sim

pytestmark = pytest.mark.engine

HARMLESS = {"same", "update", "create"}
SMALLEST = "us-east-on-private"
SERVICE = "us-east-serving-cifar10-service"

Entry = dict[str, Any]


def harm(sim: Sim) -> set[tuple[str, str]]:
    """What a preview would do that cannot be undone, with the logical name of what it would do it to."""
    return {(step.op, step.urn.rpartition("::")[2]) for step in previewed(sim) if step.op not in HARMLESS}


def test_every_cloud_is_recorded() -> None:
    assert {name.rpartition("-on-")[2] for name in REGIONS} == set(clouds.names())


@pytest.mark.parametrize("name", REGIONS)
def test_the_present_program_keeps_what_an_older_one_made(name: str, tmp_path: Path, engine: None) -> None:
    recording = path(name).read_text(encoding="utf-8")
    sim = replayed(tmp_path, name, recording)

    assert harm(sim) == set()
    assert sorted(item.urn.rpartition("::")[2] for item in sim.cloud()) == sorted(map(name_of, made(recording)))


def made(recording: str) -> list[Entry]:
    """What a cloud makes."""
    return [each for each in json.loads(recording) if each["custom"] and "$pulumi:providers:" not in each["type"]]


def name_of(entry: Entry) -> str:
    return str(entry["name"])


def older(change: Callable[[Entry], Entry]) -> str:
    """The smallest recording as a program would have left it whose resources were a little different."""
    entries = json.loads(path(SMALLEST).read_text(encoding="utf-8"))
    changed = [change(entry) for entry in entries]
    assert changed != entries
    return json.dumps(changed)


def with_another_name(entry: Entry) -> Entry:
    return {**entry, "name": f"{SERVICE}-old"} if entry["name"] == SERVICE else entry


def with_another_type(entry: Entry) -> Entry:
    return {**entry, "type": entry["type"].replace("lepton:kubernetes:ModelServer", "lepton:kubernetes:Server")}


def with_another_object_name(entry: Entry) -> Entry:
    """Kubernetes never renames an object."""
    if entry["name"] != SERVICE:
        return entry
    inputs = entry["inputs"]
    return {**entry, "inputs": {**inputs, "metadata": {**inputs["metadata"], "name": "older"}}}


def test_a_renamed_resource_is_seen(tmp_path: Path, engine: None) -> None:
    assert harm(replayed(tmp_path, SMALLEST, older(with_another_name))) == {("delete", f"{SERVICE}-old")}


def test_a_retyped_component_is_seen_on_all_it_contains(tmp_path: Path, engine: None) -> None:
    found = harm(replayed(tmp_path, SMALLEST, older(with_another_type)))

    assert {op for op, _ in found} == {"delete"}
    assert {SERVICE, "us-east-serving-cifar10-v1-deployment"} <= {name for _, name in found}


def test_a_changed_immutable_property_is_seen(tmp_path: Path, engine: None) -> None:
    assert harm(replayed(tmp_path, SMALLEST, older(with_another_object_name))) == {("replace", SERVICE)}


ALIASED = f'''import pulumi


def known_before(given: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
    if given.name != "{SERVICE}":
        return None
    alias = pulumi.ResourceOptions(aliases=[pulumi.Alias(name="{SERVICE}-old")])
    return pulumi.ResourceTransformationResult(given.props, pulumi.ResourceOptions.merge(given.opts, alias))


pulumi.runtime.register_stack_transformation(known_before)
'''


def test_a_renamed_resource_with_an_alias_is_kept(tmp_path: Path, engine: None) -> None:
    sim = replayed(tmp_path, SMALLEST, older(with_another_name))
    program = sim.root / "__main__.py"
    program.write_text(ALIASED + program.read_text(encoding="utf-8"), encoding="utf-8")

    assert harm(sim) == set()
