from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from lepton_infra import clouds, lock
from lepton_infra.region import Region, RegionArgs
from lepton_infra.stack.parse import parse
from lepton_infra.testing.graph import Declared, Graph
from lepton_infra.testing.program import declared

ROOT = Path(__file__).parents[3]

Changes = dict[str, Any]


def stack(**changes: Any) -> Changes:
    """A region on AWS as its stack file has it, with whole sections changed."""
    return {
        "name": "test",
        "residency": "us",
        "cloud": {
            "name": "aws",
            "account": "111122223333",
            "region": "us-east-1",
            "administrators": ["arn:aws:iam::111122223333:role/engineers"],
        },
        "network": {"cidr": "10.16.0.0/16", "zones": ["us-east-1a", "us-east-1b", "us-east-1d"]},
        "cluster": {"version": "1.35", "system_nodes": {"min": 3, "max": 6}},
        "node_pools": [pool()],
        "models": [
            {"name": "cifar10", "versions": [{"version": 1}], "node_pool": "l4", "replicas": {"min": 2, "max": 4}},
        ],
        "tags": {"owner": "ai-platform", "cost-center": "inference"},
    } | changes


def pool(**changes: Any) -> Changes:
    """A GPU pool that is bought on the spot market, or on demand."""
    return {
        "name": "l4",
        "accelerator": "l4",
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
    args = RegionArgs(config=config, cloud=clouds.load("aws"), pins=lock.read(ROOT / lock.LOCK_FILE))
    return declared(lambda: Region(config.name, args), config={"pulumi:disable-default-providers": ["*"]})


def on_aws(graph: Graph) -> list[Declared]:
    """The resources that AWS itself makes."""
    return [resource for resource in graph if resource.type.startswith("aws:")]


@pytest.fixture(scope="package")
def region() -> Graph:
    """The region of the plain stack."""
    return declare(stack())


@pytest.fixture(scope="package")
def torn_down() -> Graph:
    """The region of the plain stack in teardown."""
    return declare(stack(teardown=True))


@pytest.fixture(scope="session")
def enum() -> Callable[[str, str], set[str]]:
    """The values of a shape in AWS's own API model."""
    import botocore.session

    def values(service: str, shape: str) -> set[str]:
        return set(botocore.session.get_session().get_service_model(service).shape_for(shape).enum)

    return values
