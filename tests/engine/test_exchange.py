"""Every stack moved to every cloud by its file alone, brought up by the real engine, and its GPU pool edited."""

from __future__ import annotations

from itertools import product

import pytest

from lepton_infra import clouds, project
from tests.kit.projects import Step, edit, placed, previewed
from tests.kit.regions import ROOT, Raw
from tests.kit.sim import Sim

pytestmark = pytest.mark.engine

PAIRS = list(product(project.find(ROOT).stacks(), clouds.names()))


@pytest.fixture(scope="module", params=PAIRS, ids="-on-".join)
def moved(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, engine: None) -> Sim:
    """A stack that has come up on a cloud. The tests of this module leave its resources as they are."""
    stack, cloud = request.param
    sim = placed(tmp_path_factory.mktemp("moved"), stack, cloud)
    up = sim.up()
    assert up.returncode == 0, up.stdout[-3000:] + up.stderr
    return sim


def test_a_moved_stack_is_sound_and_stays_as_it_came_up(moved: Sim) -> None:
    check = moved.lepton("check")
    again = moved.up("--expect-no-changes")

    assert check.returncode == 0, check.stdout
    assert again.returncode == 0, again.stdout[-3000:]
    assert moved.in_state() == {(resource.urn, resource.id) for resource in moved.cloud()}


def with_edited_gpu_pool(region: Raw) -> Raw:
    """More nodes on larger disks: what changes in place on every cloud, and what on some makes machines anew."""
    (pool,) = region["node_pools"]
    return {**region, "node_pools": [{**pool, "nodes": {**pool["nodes"], "max": 12}, "disk_gib": 300}]}


COUNTS_NODES = ("spec.strategy.rollingUpdate.", 'values.extraArgs["max-nodes-total"]')
"""What follows the most nodes that there may be: whether a rollout has a node to spare, and the autoscaler's total.
Neither restarts a model's pod."""


def of_a_pool(urn: str, stack: str) -> bool:
    return f"::{stack}-pool-" in urn


def strays(steps: list[Step], stack: str) -> list[Step]:
    """What a preview would do to others than the pools, beyond what follows the most nodes there may be."""
    return [
        step
        for step in steps
        if step.op != "same"
        and not of_a_pool(step.urn, stack)
        and not (step.op == "update" and step.paths and all(path.startswith(COUNTS_NODES) for path in step.paths))
    ]


def test_an_edited_gpu_pool_touches_itself_alone(moved: Sim) -> None:
    edit(moved, with_edited_gpu_pool)

    steps = previewed(moved)

    assert strays(steps, moved.stack) == []
    pool = {resource.urn for resource in moved.cloud() if of_a_pool(resource.urn, moved.stack)}
    machines = {urn for urn in pool if urn.endswith(("-spot", "-on-demand"))}
    touched = {step.urn for step in steps if step.op != "same" and of_a_pool(step.urn, moved.stack)}
    assert machines <= touched <= pool


@pytest.mark.parametrize(
    ("op", "name", "paths", "stray"),
    [
        ("update", "us-east-pool-l4-spot", ("scalingConfig.maxSize",), False),
        ("replace", "us-east-pool-l4-spot", ("osDiskSizeGB",), False),
        ("same", "us-east-storage-models", (), False),
        ("update", "us-east-serving-cifar10-v1-deployment", ("spec.strategy.rollingUpdate.maxSurge",), False),
        ("update", "us-east-serving-cifar10-v1-deployment", ("spec.template.spec.nodeSelector",), True),
        ("replace", "us-east-serving-cifar10-v1-deployment", ("spec.strategy.rollingUpdate.maxSurge",), True),
        ("update", "us-east-storage-models", (), True),
        ("create", "us-east-storage-models", (), True),
    ],
)
def test_what_counts_as_touching_others(op: str, name: str, paths: tuple[str, ...], stray: bool) -> None:
    step = Step(op=op, urn=f"urn:pulumi:us-east::lepton::lepton:index:Region::{name}", paths=paths)

    assert (strays([step], "us-east") == [step]) == stray
