"""Rules between values: what passes, beside the failing cases of ``bad/``."""

from __future__ import annotations

from typing import Any

import pytest

from lepton_infra.errors import ConfigError
from lepton_infra.stack.parse import parse
from tests.kit.stacks import cpu_pool, model, pool, region

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
        {
            "node_pools": [pool("l4", sharing={"time_slices": 4})],
            "models": [model(name, "l4", tenant="acme", replicas={"min": 1, "max": 8}) for name in ("one", "two")],
        },
        {"models": []},
        {"gateway": {"domain": "inference.example.com", "client_networks": ["192.0.2.0/24", "172.16.0.0/12"]}},
        {"gateway": {"domain": "eu.inference.example.com", "replicas": {"min": 2, "max": 2}}},
        {"models": [], "gateway": {"domain": "inference.example.com"}},
        {"adopt": {"us-east-storage-models": "lepton-us-east-models"}},
        {"teardown": True},
    ],
)
def test_allowed(changes: dict[str, Any]) -> None:
    assert parse(region(**changes))


ENTRANCE = {"domain": "inference.example.com"}
A, B = (f"sha256:{letter * 64}" for letter in "ab")


@pytest.mark.parametrize(
    ("versions", "behind_a_gateway"),
    [
        ([{"version": 1}], False),
        ([{"version": 1, "weight": 100}, {"version": 2, "weight": 0}], False),
        ([{"version": 2, "weight": 0, "digest": A}, {"version": 1, "weight": 100, "digest": B}], False),
        ([{"version": 1, "weight": 90}, {"version": 2, "weight": 10}], True),
        ([{"version": 1, "weight": 34}, {"version": 2, "weight": 33}, {"version": 3, "weight": 33}], True),
        ([{"version": 1, "weight": 100}, {"version": 2, "weight": 0, "shadow": 100}], True),
        ([{"version": number, "weight": 20} for number in range(1, 6)], True),
        ([{"version": 1}, {"version": 2, "weight": 0, "replicas": {"min": 1, "max": 1}}], False),
    ],
)
def test_versions_that_share_all_requests_are_allowed(versions: list[dict[str, Any]], behind_a_gateway: bool) -> None:
    served = model("cifar10", "l4", versions=versions, replicas={"min": 1, "max": 2})
    changes = {"gateway": ENTRANCE} if behind_a_gateway else {}
    assert parse(region(node_pools=[pool("l4", nodes={"min": 0, "max": 10})], models=[served], **changes))


@pytest.mark.parametrize(("size_mib", "cache_gib"), [(8192, 10), (1, 1), (819, 1)])
def test_a_cache_that_has_room_for_a_version_is_allowed(size_mib: int, cache_gib: int) -> None:
    served = model("cifar10", "l4", versions=[{"version": 1, "size_mib": size_mib}], cache_gib=cache_gib)
    assert parse(region(models=[served]))


def test_versions_share_their_pool_with_one_another_and_with_other_models() -> None:
    two = [{"version": 1, "weight": 100}, {"version": 2, "weight": 0, "replicas": {"min": 1, "max": 1}}]
    models = [
        model("one", "l4", versions=two, replicas={"min": 1, "max": 2}),
        model("two", "l4", replicas={"min": 1, "max": 2}),
    ]

    with pytest.raises(ConfigError, match=r"^models\[1\]\.replicas\.max: .* allowed: at most 1\)$"):
        parse(region(models=models))


def test_versions_of_more_gpus_count_whole_nodes_together() -> None:
    """Four nodes of four GPUs carry four replicas of three, of whatever version."""
    two = [{"version": 1, "weight": 100}, {"version": 2, "weight": 0, "replicas": {"min": 1, "max": 2}}]
    served = model("cifar10", "l4", versions=two, replicas={"min": 1, "max": 3}, accelerators=3)

    with pytest.raises(ConfigError, match=r"^models\[0\]\.versions\[1\]\.replicas\.max: .* allowed: at most 1\)$"):
        parse(region(node_pools=[pool("l4", accelerators_per_node=4)], models=[served]))


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


def test_a_pool_whose_gpus_are_shared_holds_as_many_replicas_as_it_has_parts() -> None:
    shared = [pool("l4", sharing={"time_slices": 4})]
    both = [model(name, "l4", replicas={"min": 1, "max": 13}) for name in ("one", "two")]

    with pytest.raises(ConfigError, match=r"^models\[1\]\.replicas\.max: .* allowed: at most 3\)$"):
        parse(region(node_pools=shared, models=both))
