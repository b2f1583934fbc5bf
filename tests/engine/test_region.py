"""The repository's own us-east, brought up by the commands of the README."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from lepton_infra.engine import recovery
from lepton_infra.sandbox import summary
from tests.kit.sim import Sim

pytestmark = pytest.mark.engine

_ROOT = Path(__file__).parents[2]
_FILES = ("Pulumi.yaml", "Pulumi.us-east.yaml", "__main__.py", "lepton.lock.yaml")


@pytest.fixture
def us_east(tmp_path: Path, engine: None) -> Sim:
    """The project in a folder of its own, so that the checkout's own simulated clouds stay as they are."""
    for name in _FILES:
        shutil.copy(_ROOT / name, tmp_path / name)
    return Sim(root=tmp_path, stack="us-east", project="lepton")


def test_demo_and_what_it_says_to_try(us_east: Sim) -> None:
    demo = us_east.lepton("demo")
    again = us_east.up("--expect-no-changes")
    destroy = us_east.pulumi("destroy", "-s", "us-east", "--yes")
    deployment = recovery.read_checkpoint(us_east.checkpoint)
    assert demo.returncode == 0, demo.stdout[-3000:]
    for expected in ("us-east on the embedded cloud", "NodePool", "g6.xlarge", "endpoint cifar10", "state: "):
        assert expected in demo.stdout
    assert again.returncode == 0, again.stdout[-3000:]
    assert destroy.returncode != 0
    assert us_east.in_state() == {(resource.urn, resource.id) for resource in us_east.cloud()}
    assert [layer.name for layer in summary.layers(deployment)] == [
        *("Network", "Storage", "Registry", "Cluster", "Oversight", "NodePool", "Identity", "Serving", "Monitoring")
    ]
    assert sum(layer.resources for layer in summary.layers(deployment)) == len(us_east.cloud())


def test_killed_in_the_middle_and_up_again(us_east: Sim) -> None:
    """The control plane takes long to make, and so the kill finds it half made."""
    run = us_east.start_up("--latency", "0.1")
    us_east.until(run, lambda: any(item.type == "aws:eks/cluster:Cluster" for item in us_east.cloud()))
    us_east.kill(run, "the engine and the clouds")
    again = us_east.up()
    assert again.returncode == 0, again.stdout[-3000:] + again.stderr
    assert "interrupted while creating us-east-cluster" in again.stderr
    assert us_east.made_twice() == []
    assert us_east.in_state() == {(resource.urn, resource.id) for resource in us_east.cloud()}
    assert us_east.up("--expect-no-changes").returncode == 0
