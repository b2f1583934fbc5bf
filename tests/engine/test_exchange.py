"""A stack moved to another cloud by its file alone, brought up by the real engine."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from lepton_infra import clouds, pins
from tests.engine.conftest import Sim
from tests.every_cloud.regions import CONFIG, ROOT, exchanged

pytestmark = pytest.mark.engine

STACK = "us-east"


@pytest.mark.parametrize("cloud", clouds.names())
def test_a_moved_stack_comes_up_and_stays(cloud: str, tmp_path: Path, engine: None) -> None:
    for name in ("Pulumi.yaml", "__main__.py", pins.LOCK_FILE):
        shutil.copy(ROOT / name, tmp_path)
    source = yaml.safe_load((ROOT / f"Pulumi.{STACK}.yaml").read_text(encoding="utf-8"))
    content = {"config": {**CONFIG, "lepton:region": exchanged(source["config"]["lepton:region"], cloud)}}
    (tmp_path / f"Pulumi.{STACK}.yaml").write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    sim = Sim(root=tmp_path, stack=STACK, project="lepton")

    check = sim.lepton("check")
    up = sim.up()
    again = sim.up("--expect-no-changes")

    assert check.returncode == 0, check.stdout
    assert up.returncode == 0, up.stdout[-3000:] + up.stderr
    assert again.returncode == 0, again.stdout[-3000:]
    assert sim.in_state() == {(resource.urn, resource.id) for resource in sim.cloud()}
