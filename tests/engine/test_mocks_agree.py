"""The testing kit tells the truth: what it records of us-east is what the real engine puts into the state."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from lepton_infra import project
from lepton_infra.testing import Declared
from lepton_infra.testing.stacks import stack_graph
from tests.kit.sim import Sim

pytestmark = pytest.mark.engine

ROOT = Path(__file__).parents[2]


@pytest.fixture
def state(tmp_path: Path, engine: None) -> dict[str, dict[str, Any]]:
    """The resources of us-east by URN, as the engine has written them after ``up``."""
    for name in ("Pulumi.yaml", "Pulumi.us-east.yaml", "__main__.py", "lepton.lock.yaml"):
        shutil.copy(ROOT / name, tmp_path / name)
    sim = Sim(root=tmp_path, stack="us-east", project="lepton")
    run = sim.up()
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr
    resources = json.loads(sim.checkpoint.read_text(encoding="utf-8"))["checkpoint"]["latest"]["resources"]
    return {resource["urn"]: resource for resource in resources if resource["type"] != "pulumi:pulumi:Stack"}


def test_the_kit_records_what_the_engine_does(state: dict[str, dict[str, Any]]) -> None:
    graph = stack_graph(project.find(ROOT), "us-east")

    assert {resource.urn for resource in graph} == state.keys()
    assert {resource.urn: _recorded(resource) for resource in graph} == {
        urn: _written(resource) for urn, resource in state.items()
    }


def _recorded(resource: Declared) -> dict[str, Any]:
    return {
        "type": resource.type,
        "id": None if resource.is_provider else resource.id,
        "parent": resource.parent,
        "provider": resource.provider,
        "protect": resource.protect,
        "retain": resource.retain_on_delete,
        "needs": resource.needs,
        "deleted_with": resource.deleted_with,
    }


def _written(resource: dict[str, Any]) -> dict[str, Any]:
    is_provider = resource["type"].startswith("pulumi:providers:")
    needs = {urn for urns in resource.get("propertyDependencies", {}).values() for urn in urns or ()}
    return {
        "type": resource["type"],
        "id": None if is_provider else resource.get("id"),
        "parent": resource.get("parent"),
        "provider": resource.get("provider", "").rpartition("::")[0] or None,
        "protect": resource.get("protect", False),
        "retain": resource.get("retainOnDelete", False),
        "needs": needs | set(resource.get("dependencies", ())),
        "deleted_with": resource.get("deletedWith"),
    }
