"""What a stack file may not say on AWS, each with a passing and a failing case."""

from __future__ import annotations

from typing import Any

import pytest

from lepton_infra.errors import ConfigError, key_path
from lepton_infra.stack.parse import parse
from tests.clouds.aws.stacks import Changes, pool, stack

CLOUD: Changes = stack()["cloud"]
NETWORK: Changes = stack()["network"]
RESERVED = {"kind": "reservation", "id": "cr-0123456789abcdef0"}


def found(raw: Changes) -> dict[str, str]:
    """Messages by key path."""
    try:
        parse(raw)
    except ConfigError as error:
        return {key_path(problem.path): str(problem) for problem in error.problems}
    return {}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"node_pools": [pool(capacity=[RESERVED], zones=["us-east-1a"])]},
        {"cloud": CLOUD | {"instance_types": {"l4": ["g6.2xlarge", "g6.4xlarge"]}}},
        {"cluster": {"version": "1.35", "system_nodes": {"min": 3, "max": 6}, "operator_networks": ["198.51.99.0/24"]}},
        {"retention": {"log_days": 3653}},
    ],
    ids=lambda changes: ",".join(changes) or "plain",
)
def test_a_sound_file_has_no_problems(changes: Changes) -> None:
    assert found(stack(**changes)) == {}


@pytest.mark.parametrize(
    ("changes", "path", "says"),
    [
        ({"cloud": CLOUD | {"account": "12"}}, "cloud.account", "12 digits"),
        ({"cloud": CLOUD | {"region": "moon-1"}}, "cloud.region", "us-east-1"),
        ({"cloud": CLOUD | {"administrators": []}}, "cloud.administrators", ""),
        (
            {"cloud": CLOUD | {"administrators": ["arn:aws:iam::999988887777:role/other"]}},
            "cloud.administrators[0]",
            "another account",
        ),
        ({"cloud": CLOUD | {"instance_types": {"gone": ["g6.xlarge"]}}}, "cloud.instance_types.gone", "allowed: l4"),
        ({"cloud": CLOUD | {"instance_types": {"l4": ["g5.xlarge"]}}}, "cloud.instance_types.l4", "g6.xlarge"),
        ({"cloud": CLOUD | {"instance_types": {"l4": []}}}, "cloud.instance_types.l4", "g6.xlarge"),
        (
            {"network": NETWORK | {"zones": ["us-east-1a", "us-west-2a"]}},
            "network.zones[1]",
            "is not a zone of us-east-1",
        ),
        ({"network": NETWORK | {"zones": ["us-east-1a"]}}, "network.zones", "2 or more"),
        ({"compliance": {"break_glass_minutes": 45}}, "compliance.break_glass_minutes", "allowed: 60 to 720"),
        ({"network": NETWORK | {"cidr": "172.20.0.0/18"}}, "network.cidr", "addresses of Kubernetes services"),
        (
            {
                "cluster": {
                    "version": "1.35",
                    "system_nodes": {"min": 3, "max": 6},
                    "operator_networks": ["192.168.0.0/24"],
                }
            },
            "cluster.operator_networks[0]",
            "is private",
        ),
        (
            {"cluster": {"version": "1.35", "system_nodes": {"min": 3, "max": 6, "cpus": 5}}},
            "cluster.system_nodes.cpus",
            "allowed: 2, 4, 8",
        ),
        ({"node_pools": [pool(accelerators_per_node=3)]}, "node_pools[0].accelerators_per_node", "1 x l4"),
        ({"node_pools": [pool(name="system")], "models": []}, "node_pools[0].name", "the cluster's own nodes"),
        (
            {"node_pools": [pool(accelerator=None, accelerators_per_node=0, cpus=7)], "models": []},
            "node_pools[0].cpus",
            "allowed: 2, 4, 8",
        ),
        ({"node_pools": [pool(capacity=[RESERVED])]}, "node_pools[0].zones", "exactly one zone"),
        (
            {"node_pools": [pool(capacity=[RESERVED | {"id": "mine"}], zones=["us-east-1a"])]},
            "node_pools[0].capacity[0].id",
            "cr- and 8 to 17 hexadecimal digits",
        ),
        (
            {
                "cloud": CLOUD | {"instance_types": {"l4": ["g6.xlarge", "g6.2xlarge"]}},
                "node_pools": [pool(capacity=[RESERVED], zones=["us-east-1a"])],
            },
            "cloud.instance_types.l4",
            "one machine type",
        ),
        (
            {
                "node_pools": [
                    pool(
                        zones=["us-east-1a"],
                        capacity=[{"kind": "reservation", "id": f"cr-0123456789abcdef{i}"} for i in range(10)],
                    )
                ]
            },
            "node_pools[0].capacity",
            "9 at most",
        ),
        ({"retention": {"log_days": 3700}}, "retention.log_days", "3653"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_wrong_file_is_told_where_and_what_is_allowed(changes: dict[str, Any], path: str, says: str) -> None:
    problems = found(stack(**changes))
    assert path in problems
    assert says in problems[path]
