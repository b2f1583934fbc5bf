"""Rules between values: what passes, beside the failing cases of ``bad/``."""

from __future__ import annotations

from typing import Any

import pytest

from lepton_infra.parsing import parse
from lepton_infra.settings import ConfigError
from tests.config.regions import cpu_pool, model, pool, region

ONE_ZONE = ["us-east-1a"]
RESERVED = {"kind": "reservation", "id": "cr-0123456789abcdef0"}
RESERVED_TOO = {"kind": "reservation", "id": "cr-0123456789abcdef1"}
BLOCK = {"kind": "capacity-block", "id": "cr-0123456789abcdef0"}


@pytest.mark.parametrize(
    "changes",
    [
        {"network": {"cidr": "172.31.0.0/20", "zones": ["us-east-1a", "us-east-1b"]}},
        {"network": {"cidr": "192.168.0.0/16", "zones": ["us-east-1f", "us-east-1a"]}},
        {"node_pools": [pool("l4", zones=ONE_ZONE)]},
        {"node_pools": [pool("l4", capacity=[RESERVED, RESERVED_TOO, {"kind": "spot"}], zones=ONE_ZONE)]},
        {"node_pools": [pool("l4", capacity=[BLOCK], zones=ONE_ZONE)]},
        {"cluster": {"version": "1.35", "system_nodes": {"min": 1, "max": 1}, "operator_networks": ["12.34.56.78/32"]}},
        {"node_pools": [cpu_pool("plain")], "models": [model("cifar10", "plain", accelerators=0, cpus=7)]},
        {"node_pools": [pool("l4", accelerators_per_node=4)], "models": [model("cifar10", "l4", accelerators=4)]},
        {"models": [model("cifar10", "l4"), model("cifar100", "l4")]},
        {"models": []},
        {"gateway": {"domain": "inference.example.com", "clients": ["192.0.2.0/24", "172.16.0.0/12"]}},
        {"gateway": {"domain": "eu.inference.example.com", "replicas": {"min": 2, "max": 2}}},
        {"models": [], "gateway": {"domain": "inference.example.com"}},
        {"adopt": {"us-east-storage-models": "lepton-us-east-models"}},
        {"teardown": True},
    ],
)
def test_allowed(changes: dict[str, Any]) -> None:
    assert parse(region(**changes))


def test_replicas_count_whole_nodes() -> None:
    """On nodes of four GPUs, replicas of three leave one unused: four nodes carry four, although 16 / 3 is five."""
    of_four = [pool("l4", accelerators_per_node=4)]
    changes = {"replicas": {"min": 1, "max": 5}, "accelerators": 3}

    with pytest.raises(ConfigError, match=r"models\[0\]\.replicas\.max: .* allowed: at most 4"):
        parse(region(node_pools=of_four, models=[model("cifar10", "l4", **changes)]))


def test_models_share_their_pool() -> None:
    both = [model(name, "l4", replicas={"min": 1, "max": 3}) for name in ("one", "two")]

    with pytest.raises(ConfigError, match=r"^models\[1\]\.replicas\.max: .* allowed: at most 1\)$"):
        parse(region(models=both))


def test_a_model_of_a_pool_that_cannot_be_read_is_not_told_that_there_is_none() -> None:
    spoilt = [pool("l4", disk_gib=1), cpu_pool("plain", zones=["us-east-1z"])]

    with pytest.raises(ConfigError) as caught:
        parse(region(node_pools=spoilt))

    assert [problem.path for problem in caught.value.problems] == [
        ("node_pools", 0, "disk_gib"),
        ("node_pools", 1, "zones", 0),
    ]


def test_a_cloud_has_no_say_on_a_value_that_is_refused_already() -> None:
    """Capacity blocks in two zones are refused by the rules of every cloud, and by this cloud's own as well."""
    with pytest.raises(ConfigError) as caught:
        parse(region(node_pools=[pool("l4", capacity=[BLOCK])]))

    assert [problem.path for problem in caught.value.problems] == [("node_pools", 0, "zones")]
