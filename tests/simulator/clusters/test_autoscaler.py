"""Nodes for pods that wait, as arithmetic."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lepton_infra.simulator.clusters.autoscaler import additions, read_priorities, room
from lepton_infra.simulator.clusters.pods import accepts, is_waiting, requests
from lepton_infra.simulator.clusters.pools import Pool, Template, nodes, number_of
from lepton_infra.simulator.control_plane.nodes import Taint

TAINT = Taint(key="nvidia.com/gpu", value="present")
TOLERATED = [{"key": "nvidia.com/gpu", "operator": "Exists"}]


def pool(name: str, **changes: Any) -> Pool:
    facts: dict[str, Any] = {
        "machine_type": "small",
        "cpu": 4.0,
        "memory_gib": 16.0,
        "gpus": 1,
        "count": 0,
        "most": 2,
        "zones": ["a", "b"],
        "labels": {"pool": "gpu"},
        "taints": [TAINT],
        "group": f"group-{name}",
    }
    return Pool(name=name, **{**facts, **changes})


def pod(*, gpus: int = 1, **spec: Any) -> dict[str, Any]:
    resources = {"limits": {"nvidia.com/gpu": str(gpus)}, "requests": {"cpu": "500m"}}
    given = {"nodeSelector": {"pool": "gpu"}, "tolerations": TOLERATED, "containers": [{"resources": resources}]}
    return {"spec": {**given, **spec}}


def test_one_node_for_each_pod_that_fills_one() -> None:
    assert additions([pod(), pod()], [pool("spot")], {}, [], {}) == {"spot": 2}


def test_pods_that_fit_together_share_a_node() -> None:
    assert additions([pod(gpus=1), pod(gpus=1)], [pool("spot", gpus=2)], {}, [], {}) == {"spot": 1}


def test_a_full_pool_is_followed_by_the_next_in_price() -> None:
    pools = [pool("dear", price=1), pool("spot", price=0)]
    assert additions([pod()] * 3, pools, {"spot": 1}, [], {}) == {"spot": 1, "dear": 2}


def test_priorities_go_before_price() -> None:
    pools = [pool("spot", price=0), pool("dear", price=1)]
    priorities = read_priorities({"data": {"priorities": "10: ['.*']\n20: ['^group-dear$']\n"}})
    assert additions([pod()], pools, {}, [], priorities) == {"dear": 1}


def test_no_more_than_the_cluster_may_have() -> None:
    assert additions([pod()] * 2, [pool("spot")], {"system": 3}, [], {}, most=4) == {"spot": 1}


def test_a_node_that_is_coming_serves_its_pods_first() -> None:
    spot = pool("spot")
    assert additions([pod()], [spot], {"spot": 1}, [(spot, room(spot))], {}) == {}


@pytest.mark.parametrize(
    "wanted",
    [
        pod(nodeSelector={"pool": "other"}),
        pod(tolerations=[]),
        pod(gpus=2),
        pod(tolerations=[{"key": "nvidia.com/gpu", "operator": "Equal", "value": "absent"}]),
    ],
)
def test_nothing_is_bought_for_a_pod_that_it_would_not_help(wanted: dict[str, Any]) -> None:
    assert additions([wanted], [pool("spot")], {}, [], {}) == {}


def test_an_empty_pool_is_only_what_its_autoscaler_was_told() -> None:
    """R12: labels that are nowhere but on nodes are not known while there is none."""
    unknown = Template(labels={}, taints=[], gpus=0)
    assert additions([pod()], [pool("spot", empty=unknown)], {}, [], {}) == {}


def test_pools_that_nobody_scales_stay() -> None:
    assert additions([pod()], [pool("fixed", scaled=False)], {}, [], {}) == {}


@given(waiting=st.integers(0, 9), most=st.integers(0, 4), there=st.integers(0, 4))
def test_no_pool_grows_beyond_its_most(waiting: int, most: int, there: int) -> None:
    added = additions([pod()] * waiting, [pool("spot", most=most)], {"spot": there}, [], {})
    assert sum(added.values()) == min(waiting, max(most - there, 0))


def test_a_pod_asks_for_its_containers_or_its_largest_init_container() -> None:
    asked = requests(
        {
            "spec": {
                "containers": [{"resources": {"requests": {"cpu": "1", "memory": "1Gi"}}}] * 2,
                "initContainers": [{"resources": {"limits": {"cpu": "3"}}}],
            }
        }
    )
    assert asked == {"pods": 1, "cpu": 3, "memory": Decimal(2 * 1024**3)}


def test_affinity_is_a_condition_too() -> None:
    term = {"matchExpressions": [{"key": "pool", "operator": "In", "values": ["cpu"]}]}
    required = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [term]}}
    bound = {"spec": {"affinity": {"nodeAffinity": required}}}
    assert accepts(bound, {"pool": "cpu"}, [])
    assert not accepts(bound, {"pool": "gpu"}, [])


def test_only_what_the_scheduler_found_no_node_for_waits() -> None:
    refused = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable"}
    assert is_waiting({"spec": {}, "status": {"conditions": [refused]}})
    assert not is_waiting({"spec": {}, "status": {}})
    assert not is_waiting({"spec": {"nodeName": "a"}, "status": {"conditions": [refused]}})


def test_nodes_are_spread_over_zones_and_know_their_pool() -> None:
    made = nodes(pool("spot"), "here", range(3), announced=False)
    assert [(node.name, node.zone, node.gpus) for node in made] == [
        ("spot-0", "a", 0),
        ("spot-1", "b", 0),
        ("spot-2", "a", 0),
    ]
    assert [number_of(pool("spot"), name) for name in ("spot-2", "spot-x", "spot-2-2")] == [2, None, None]
