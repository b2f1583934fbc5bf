from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from lepton_infra import clouds, lock
from lepton_infra.region import Region, RegionArgs
from lepton_infra.stack.parse import parse
from lepton_infra.testing.graph import Graph
from lepton_infra.testing.program import declared

ROOT = Path(__file__).parents[3]
SUBSCRIPTION = "22222222-2222-4222-8222-222222222222"
ADMINISTRATORS = "33333333-3333-4333-8333-333333333333"

Changes = dict[str, Any]


def stack(**changes: Any) -> Changes:
    """A region on Azure as its stack file has it, with whole sections changed."""
    return {
        "name": "test",
        "residency": "eu",
        "cloud": cloud(),
        "network": {"cidr": "10.17.0.0/16", "zones": ["1", "2", "3"]},
        "cluster": {"version": "1.35", "system_nodes": {"min": 3, "max": 6}},
        "node_pools": [pool()],
        "models": [
            {"name": "cifar10", "versions": [{"version": 1}], "node_pool": "t4", "replicas": {"min": 2, "max": 4}}
        ],
        "tags": {"owner": "ai-platform", "cost-center": "inference"},
    } | changes


def cloud(**changes: Any) -> Changes:
    """The plain ``cloud:`` section."""
    return {**clouds.load("azure").example, **changes}


def pool(**changes: Any) -> Changes:
    """A GPU pool that is bought on the spot market, or on demand."""
    return {
        "name": "t4",
        "accelerator": "t4",
        "accelerators_per_node": 1,
        "nodes": {"min": 2, "max": 8},
        "capacity": [{"kind": "spot"}, {"kind": "on-demand"}],
    } | changes


def declare(raw: Changes) -> Graph:
    """What the region of a stack file declares."""
    return _declare(json.dumps(raw))


@cache
def _declare(raw: str) -> Graph:
    config = parse(json.loads(raw))
    args = RegionArgs(config=config, cloud=clouds.load("azure"), pins=lock.read(ROOT / lock.LOCK_FILE))
    return declared(lambda: Region(config.name, args), config={"pulumi:disable-default-providers": ["*"]})


@pytest.fixture(scope="package")
def region() -> Graph:
    """The region of the plain stack."""
    return declare(stack())


@pytest.fixture(scope="package")
def torn_down() -> Graph:
    """The region of the plain stack in teardown."""
    return declare(stack(teardown=True))
