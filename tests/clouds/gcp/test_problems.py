"""What a stack file may not say on Google Cloud, each with a passing and a failing case."""

from __future__ import annotations

from typing import Any

import pytest

from lepton_infra.errors import ConfigError, key_path
from lepton_infra.stack.parse import parse
from tests.clouds.gcp.stacks import Changes, pool, stack

CLOUD: Changes = stack()["cloud"]
NETWORK: Changes = stack()["network"]
ONE_ZONE = ["asia-south1-a"]
RESERVED = {"kind": "reservation", "id": "gpus"}
ON_DEMAND, SPOT = {"kind": "on-demand"}, {"kind": "spot"}


def found(raw: Changes) -> dict[str, str]:
    """Messages by key path."""
    try:
        parse(raw)
    except ConfigError as error:
        return {key_path(problem.path): str(problem) for problem in error.problems}
    return {}


def h100(**changes: Any) -> Changes:
    return pool(name="h100", accelerator="h100", accelerators_per_node=1) | changes


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"node_pools": [pool(capacity=[RESERVED, SPOT], zones=ONE_ZONE)]},
        {"node_pools": [pool(capacity=[RESERVED | {"id": "projects/other-one/reservations/gpus"}], zones=ONE_ZONE)]},
        {"node_pools": [pool(), h100(capacity=[SPOT])]},
        {"node_pools": [pool(), h100(capacity=[ON_DEMAND])], "cloud": CLOUD | {"flex_start": ["h100"]}},
        {"cloud": CLOUD | {"machine_types": {"l4": "g2-standard-8"}}},
        {"cloud": CLOUD | {"administrators": ["user:a@example.com", "serviceAccount:d@p-one.iam.gserviceaccount.com"]}},
        {"network": {"cidr": "10.18.0.0/20", "zones": ONE_ZONE}},
        {"compliance": {"break_glass_minutes": 30}},
        {"retention": {"log_days": 3650}},
    ],
    ids=lambda changes: ",".join(changes) or "plain",
)
def test_a_sound_file_has_no_problems(changes: Changes) -> None:
    assert found(stack(**changes)) == {}


@pytest.mark.parametrize(
    ("changes", "path", "says"),
    [
        ({"cloud": CLOUD | {"project": "No"}}, "cloud.project", "6 to 30 lowercase letters"),
        ({"cloud": CLOUD | {"project_number": "12"}}, "cloud.project_number", "digits, in quotes"),
        ({"cloud": CLOUD | {"region": "ap-south-1"}}, "cloud.region", "asia-south1"),
        ({"cloud": CLOUD | {"administrators": []}}, "cloud.administrators", ""),
        ({"cloud": CLOUD | {"administrators": ["allUsers"]}}, "cloud.administrators[0]", "user:, group: or"),
        ({"cloud": CLOUD | {"logging_agent": "me@example.com"}}, "cloud.logging_agent", "gcp-sa-logging"),
        ({"cloud": CLOUD | {"maintenance_start": "25:00"}}, "cloud.maintenance_start", "20:30"),
        ({"cloud": CLOUD | {"key_ring_suffix": 0}}, "cloud.key_ring_suffix", "1 or more"),
        ({"cloud": CLOUD | {"machine_types": {"gone": "g2-standard-4"}}}, "cloud.machine_types.gone", "allowed: l4"),
        ({"cloud": CLOUD | {"machine_types": {"l4": "n1-standard-4"}}}, "cloud.machine_types.l4", "g2-standard-4"),
        ({"cloud": CLOUD | {"flex_start": ["gone"]}}, "cloud.flex_start[0]", "allowed: l4"),
        (
            {"node_pools": [pool(capacity=[SPOT])], "cloud": CLOUD | {"flex_start": ["l4"]}},
            "cloud.flex_start[0]",
            "allowed: none",
        ),
        ({"network": NETWORK | {"zones": ["asia-south2-a"]}}, "network.zones[0]", "is not a zone of asia-south1"),
        ({"network": NETWORK | {"zones": ["asia-south1-ai1a"]}}, "network.zones[0]", "is not a zone of asia-south1"),
        (
            {"network": NETWORK | {"cidr": "10.18.0.0/20"}, "node_pools": [pool(nodes={"min": 0, "max": 27})]},
            "network.cidr",
            "for 32 nodes, and there may be 33",
        ),
        (
            {"cluster": {"version": "1.35", "system_nodes": {"min": 3, "max": 6, "cpus": 5}}},
            "cluster.system_nodes.cpus",
            "allowed: 2, 4, 8",
        ),
        ({"node_pools": [pool(accelerators_per_node=3)]}, "node_pools[0].accelerators_per_node", "1 x l4"),
        ({"node_pools": [pool(accelerator="a10g")]}, "node_pools[0].accelerators_per_node", "on no machine"),
        ({"node_pools": [pool(name="system")], "models": []}, "node_pools[0].name", "the cluster's own nodes"),
        (
            {"node_pools": [pool(accelerator=None, accelerators_per_node=0, cpus=7)], "models": []},
            "node_pools[0].cpus",
            "allowed: 2, 4, 8",
        ),
        ({"node_pools": [pool(capacity=[ON_DEMAND, SPOT])]}, "node_pools[0].capacity", "the cheapest first"),
        (
            {"node_pools": [pool(), h100(capacity=[SPOT, ON_DEMAND])]},
            "node_pools[1].capacity[1].kind",
            "name the pool under cloud.flex_start",
        ),
        ({"node_pools": [pool(capacity=[RESERVED])]}, "node_pools[0].zones", "exactly one zone"),
        (
            {"node_pools": [pool(capacity=[RESERVED | {"id": "Mine"}], zones=ONE_ZONE)]},
            "node_pools[0].capacity[0].id",
            "a reservation's name",
        ),
        ({"retention": {"log_days": 3651}}, "retention.log_days", "3650"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_wrong_file_is_told_where_and_what_is_allowed(changes: dict[str, Any], path: str, says: str) -> None:
    problems = found(stack(**changes))
    assert path in problems
    assert says in problems[path]
