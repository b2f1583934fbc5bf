"""Whether a pool has room for one replica more, against every way in which pods can lie on nodes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lepton_infra.config.models import ModelConfig
from lepton_infra.fields import NodeCount
from lepton_infra.platform.serving.rollout import has_room, replicas_at_most, strategy
from tests.kit.serving import model, pool, version


def of(accelerators: int, replicas: int, name: str = "cifar10") -> ModelConfig:
    return model(name=name, accelerators=accelerators, replicas=NodeCount(min=1, max=replicas))


def placements(free: tuple[int, ...], pods: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """What may be free on each node when all pods lie somewhere."""
    if not pods:
        yield free
        return
    for node in range(len(free)):
        if free[node] >= pods[0]:
            yield from placements((*free[:node], free[node] - pods[0], *free[node + 1 :]), pods[1:])


@given(
    nodes=st.integers(1, 3),
    per_node=st.sampled_from([1, 2, 4]),
    sizes=st.lists(st.tuples(st.integers(1, 4), st.integers(1, 3)), min_size=1, max_size=2),
)
def test_room_means_room_wherever_the_others_lie(nodes: int, per_node: int, sizes: list[tuple[int, int]]) -> None:
    models = [of(size, count, f"m{index}") for index, (size, count) in enumerate(sizes)]
    given_pool = pool("l4", gpus=nodes * per_node, gpus_per_node=per_node)
    pods = tuple(size for size, count in sizes for _ in range(count))
    for each in models:
        if has_room(each, given_pool, models):
            assert all(max(free) >= each.accelerators for free in placements((per_node,) * nodes, pods))


@given(nodes=st.integers(1, 6), per_node=st.sampled_from([1, 2, 4, 8]), size=st.integers(1, 8), data=st.data())
def test_among_equals_a_free_place_is_found(nodes: int, per_node: int, size: int, data: st.DataObject) -> None:
    places = nodes * (per_node // size)
    replicas = data.draw(st.integers(1, max(1, places + 2)))
    one = of(size, replicas)
    assert has_room(one, pool("l4", gpus=nodes * per_node, gpus_per_node=per_node), [one]) == (replicas < places)


def test_a_free_gpu_that_no_node_has_whole_is_none() -> None:
    """Four nodes of four GPUs carry four replicas of three; the four GPUs that are left are on four nodes."""
    one = of(3, 4)
    assert not has_room(one, pool("l4", gpus=16, gpus_per_node=4), [one])


def test_all_versions_and_all_models_of_the_pool_count() -> None:
    two = model(versions=[version(1, weight=50), version(2, weight=50)], replicas=NodeCount(min=1, max=3))
    other = of(1, 2, "other")
    assert replicas_at_most(two) == 6
    assert has_room(two, pool("l4", gpus=9), [two, other])
    assert not has_room(two, pool("l4", gpus=8), [two, other])


def test_without_gpus_there_is_always_room_to_try() -> None:
    assert has_room(of(0, 50), pool("plain", gpus=0, gpus_per_node=0), [of(0, 50)])


@pytest.mark.parametrize(("surge", "expected"), [(True, (1, 0)), (False, (0, 1))])
def test_a_rollout_takes_no_more_than_the_budget(surge: bool, expected: tuple[int, int]) -> None:
    rolling = strategy(surge=surge).rolling_update
    assert (rolling.max_surge, rolling.max_unavailable) == expected  # type: ignore[union-attr]
