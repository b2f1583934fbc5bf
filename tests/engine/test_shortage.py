"""A cloud without machines: pools with a fallback come up, others fail alone and come up when there are machines."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import pytest

from lepton_infra.layers.node_pool import CAPACITY_LABEL, Accelerator
from lepton_infra.simulator.behaviour import Stored
from tests.kit.projects import edit, placed, region_of
from tests.kit.regions import Raw
from tests.kit.sim import Sim

pytestmark = pytest.mark.engine

GROUPS = {
    "aws": ("aws:eks/nodeGroup:NodeGroup", "nodeGroupName"),
    "azure": ("azure-native:containerservice:AgentPool", "agentPoolName"),
    "gcp": ("gcp:container/nodePool:NodePool", "name"),
}
"""What a way of buying machines becomes on each cloud, and the input that is its name."""


def offered(region: Raw) -> list[str]:
    """The machine types that the first pool can be of."""
    (pool,) = region["node_pools"]
    machines = import_module(f"lepton_infra.clouds.{region['cloud']['name']}.nodes.machines")
    return list(machines.offered(Accelerator(pool["accelerator"]), pool["accelerators_per_node"], None))


def shortage(region: Raw) -> tuple[str, str]:
    """The option for a cloud that has no machine for the first pool in the first zone."""
    zone = region["network"]["zones"][0]
    return ("--fault", f'kind: capacity, machine_types: {offered(region)}, zones: ["{zone}"]')


def with_scarce_pool(region: Raw) -> Raw:
    """A second pool, of the first one's machines, bought in one way in one zone: it asks for its node at once."""
    (pool,) = region["node_pools"]
    alone = {"name": "scarce", "nodes": {"min": 1, "max": 2}, "zones": region["network"]["zones"][:1]}
    return {**region, "node_pools": [pool, {**pool, **alone, "capacity": [{"kind": "on-demand"}]}]}


def groups(sim: Sim, cloud: str) -> list[Stored]:
    """What the first pool's machines are bought through, in the order in which the autoscaler tries it."""
    type, name = GROUPS[cloud]
    made = [item for item in sim.cloud() if item.type == type and f"::{sim.stack}-pool-" in item.urn]
    return sorted(made, key=lambda item: re.findall(r"c(\d)-?(?:[a-z-]+-)?[0-9a-f]{8}$", item.inputs[name])[0])


@dataclass(frozen=True, kw_only=True)
class Lived:
    """A stack through a shortage: what each ``up`` said, and what the cloud had after it."""

    stack: str
    short_of: str
    runs: dict[str, subprocess.CompletedProcess[str]]
    there: dict[str, set[tuple[str, str]]]
    first_pool: list[Stored]
    made_twice: list[str]


def lived(folder: Path, stack: str, cloud: str) -> Lived:
    """The region comes up during the shortage, gets a pool without fallback, and sees the shortage end."""
    sim = placed(folder, stack)
    region = region_of(sim)
    short = shortage(region)
    runs, there = {}, {}

    def up(name: str, *words: str, options: tuple[str, ...] = ()) -> None:
        runs[name] = sim.up(*words, options=options)
        there[name] = {(item.urn, item.id) for item in sim.cloud()}

    up("with a fallback", options=short)
    first_pool = groups(sim, cloud)
    edit(sim, with_scarce_pool)
    up("without one", options=short)
    up("ended")
    up("again", "--expect-no-changes")
    zone = region["network"]["zones"][0]
    return Lived(
        stack=stack,
        short_of=f"{offered(region)[0]} in {f'zone {zone}' if zone.isdigit() else zone}",
        runs=runs,
        there=there,
        first_pool=first_pool,
        made_twice=sim.made_twice(),
    )


@pytest.mark.parametrize(
    ("stack", "cloud", "waits"),
    [
        ("us-east", "aws", True),
        ("eu-west", "azure", True),
        ("ap-south", "gcp", False),  # GPU pools are made with best effort: one without machines counts as made
    ],
)
def test_a_shortage_comes_and_goes(stack: str, cloud: str, waits: bool, tmp_path: Path, engine: None) -> None:
    life = lived(tmp_path, stack, cloud)
    first, without, ended, again = life.runs.values()

    assert first.returncode == 0, first.stdout[-3000:]
    assert "did not strike: nobody asked for these machines in these zones alone" in first.stderr
    assert [ways_of_buying(item) for item in life.first_pool] == [["spot"], ["on-demand"]]

    assert (without.returncode != 0) == waits, without.stdout[-3000:]
    words = f"{stack}-pool-scarce-on-demand: InsufficientCapacity: there is no capacity for {life.short_of}"
    assert (words in without.stdout) == waits
    assert ("did not strike" in without.stderr) != waits

    assert ended.returncode == 0, ended.stdout[-3000:]
    assert again.returncode == 0, again.stdout[-3000:]
    before, during, after, at_last = life.there.values()
    assert before <= during <= after == at_last
    assert [urn for urn, _ in after - before if f"::{stack}-pool-scarce" not in urn] == []
    assert any(urn.endswith(f"::{stack}-pool-scarce-on-demand") for urn, _ in after)
    assert life.made_twice == []


def ways_of_buying(group: Stored) -> list[str]:
    """What a group's nodes are labelled with, wherever the cloud has its labels."""
    return re.findall(rf"'{CAPACITY_LABEL}': '([a-z-]+)'", str(group.inputs))
