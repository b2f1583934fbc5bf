"""How many parts a shared GPU has, and how many replicas a pool of them holds."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lepton_infra.clouds.azure.nodes.gpu_software import instance_profiles
from lepton_infra.layers.gpus import (
    MIG_PROFILES,
    MINIMUM_GPU_SOFTWARE,
    Accelerator,
    Sharing,
    is_below,
    measured_on_node,
    parts_of_node,
    replica_capacity,
)

PROFILES = [(kind, profile, count) for kind, found in MIG_PROFILES.items() for profile, count in found.items()]
MEMORY = {"a100-40gb": 40, "a100-80gb": 80, "h100": 80, "h200": 141, "b200": 180}


@pytest.mark.parametrize(("kind", "profile", "count"), PROFILES)
def test_instances_of_a_gpu_are_no_more_than_it_has(kind: Accelerator, profile: str, count: int) -> None:
    found = re.fullmatch(r"([1-7])g\.([0-9]+)gb", profile)
    assert found
    slices, gib = (int(group) for group in found.groups())
    assert slices * count <= 7
    # Sizes are rounded: seven instances of 18 or 23 GB are of a GPU with eight memory slices.
    assert gib * count <= MEMORY[kind] * 1.02


def test_a_gpu_that_is_not_shared_is_one_part() -> None:
    assert parts_of_node(Accelerator.L4, 4, None) == 4
    assert parts_of_node(None, 0, None) == 0
    assert parts_of_node(Accelerator.L4, 4, Sharing(mig="1g.10gb")) == 4


@given(st.sampled_from(PROFILES), st.integers(1, 16))
def test_instances_are_measured_each(of: tuple[Accelerator, str, int], per_node: int) -> None:
    kind, profile, count = of
    sharing = Sharing(mig=profile)
    assert parts_of_node(kind, per_node, sharing) == measured_on_node(kind, per_node, sharing) == per_node * count


@given(st.sampled_from(list(Accelerator)), st.integers(1, 16), st.integers(2, 48))
def test_turns_are_parts_and_are_measured_as_one(kind: Accelerator, per_node: int, slices: int) -> None:
    sharing = Sharing(time_slices=slices)
    assert parts_of_node(kind, per_node, sharing) == per_node * slices
    assert measured_on_node(kind, per_node, sharing) == per_node


@given(st.integers(0, 1000), st.integers(1, 112), st.data())
def test_replicas_stay_on_one_node(nodes: int, parts: int, data: st.DataObject) -> None:
    wanted = data.draw(st.integers(1, parts))
    held = replica_capacity(nodes, parts, wanted)
    assert held * wanted <= nodes * parts
    assert held == sum(parts // wanted for _ in range(nodes))


@pytest.mark.parametrize("kind", MIG_PROFILES)
def test_a_cloud_that_names_slices_alone_gives_each_number_once(kind: Accelerator) -> None:
    offered = instance_profiles(kind)
    assert len(set(offered.values())) == len(offered) == 5
    assert offered.keys() <= MIG_PROFILES[kind].keys()


@pytest.mark.parametrize(
    ("part", "version", "below"),
    [
        ("toolkit", "1.17.7", True),
        ("toolkit", "1.17.8", False),
        ("toolkit", "1.18", False),
        ("driver", "470.256.02", True),
        ("driver", "525.60.13", False),
        ("driver", "580.95.05", False),
    ],
)
def test_versions_are_compared_by_their_numbers(part: str, version: str, below: bool) -> None:
    assert is_below(part, version) is below


def test_every_floor_says_why_and_where() -> None:
    assert all(minimum.because and minimum.source.startswith("https://") for minimum in MINIMUM_GPU_SOFTWARE.values())
