"""Stack file of a region on a private site, with one value or whole sections changed."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lepton_infra import clouds, lock
from lepton_infra.errors import ConfigError
from lepton_infra.region import Region, RegionArgs
from lepton_infra.stack.parse import parse
from lepton_infra.testing import Graph, declared

ROOT = Path(__file__).parents[3]
CLOUD = clouds.load("private")

Raw = dict[str, Any]


def stack(**changes: Any) -> Raw:
    """A region on the private site of the example, with whole sections changed."""
    return {
        "name": "test",
        "residency": "us",
        "cloud": copy.deepcopy(dict(CLOUD.example)),
        "network": {"cidr": "10.16.0.0/16", "zones": list(CLOUD.zones)},
        "cluster": {"version": "1.35", "system_nodes": {"min": 3, "max": 6}},
        "node_pools": [pool()],
        "models": [
            {"name": "cifar10", "versions": [{"version": 1}], "node_pool": "gpu", "replicas": {"min": 2, "max": 4}}
        ],
        "tags": {"owner": "ai-platform", "cost-center": "inference"},
    } | changes


def pool(**changes: Any) -> Raw:
    return {
        "name": "gpu",
        "accelerator": "t4",
        "accelerators_per_node": 1,
        "nodes": {"min": 2, "max": 8},
        "capacity": [{"kind": "spot"}, {"kind": "on-demand"}],
    } | changes


def changed(path: str, value: object) -> Raw:
    """The stack with one value set, or removed where it is None: ``cloud.machines.0.taints``."""
    raw = stack()
    *keys, last = (int(key) if key.isdigit() else key for key in path.split("."))
    place: Any = raw
    for key in keys:
        place = place[key]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return raw


def declare(raw: Raw, config: Mapping[str, object] | None = None) -> Graph:
    region = parse(json.loads(json.dumps(raw)))
    args = RegionArgs(config=region, cloud=CLOUD, pins=lock.locked(ROOT))
    return declared(
        lambda: Region(region.name, args), config={"pulumi:disable-default-providers": ["*"], **(config or {})}
    )


def refused(raw: Raw) -> dict[tuple[str | int, ...], str]:
    """What is wrong with a stack, by path; nothing if it is sound."""
    try:
        parse(raw)
    except ConfigError as error:
        return {problem.path: str(problem) for problem in error.problems}
    return {}
