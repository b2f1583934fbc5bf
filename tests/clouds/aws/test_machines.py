"""The machine table, held against EC2's own API model."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lepton_infra.clouds.aws.nodes import machines
from lepton_infra.layers.node_pool import Accelerator

FAMILIES = {
    Accelerator.T4: {"g4dn"},
    Accelerator.A10G: {"g5"},
    Accelerator.L4: {"g6"},
    Accelerator.L40S: {"g6e"},
    Accelerator.A100_40GB: {"p4d"},
    Accelerator.A100_80GB: {"p4de"},
    Accelerator.H100: {"p5"},
    Accelerator.H200: {"p5e", "p5en"},
    Accelerator.B200: {"p6-b200"},
}


def test_every_machine_type_exists(enum: Callable[[str, str], set[str]]) -> None:
    named = [*machines.GPU_MACHINES.values(), *machines.CPU_MACHINES.values()]
    assert {machine for types in named for machine in types} <= enum("ec2", "InstanceType")


def test_every_accelerator_is_on_its_own_family() -> None:
    for (accelerator, _), types in machines.GPU_MACHINES.items():
        assert {machine.rpartition(".")[0] for machine in types} <= FAMILIES[accelerator]
    assert {accelerator for accelerator, _ in machines.GPU_MACHINES} == set(Accelerator)


@pytest.mark.parametrize(
    ("accelerator", "per_node", "cpus", "first"),
    [
        (Accelerator.L4, 1, None, "g6.xlarge"),
        (Accelerator.L4, 4, None, "g6.12xlarge"),
        (Accelerator.H200, 8, None, "p5en.48xlarge"),
        (None, 0, 4, "m7i.xlarge"),
    ],
)
def test_the_smallest_machine_comes_first(
    accelerator: Accelerator | None, per_node: int, cpus: int | None, first: str
) -> None:
    assert machines.offered(accelerator, per_node, cpus)[0] == first


@pytest.mark.parametrize(("accelerator", "per_node", "cpus"), [(Accelerator.H100, 3, None), (None, 0, 5)])
def test_what_is_not_offered_is_empty(accelerator: Accelerator | None, per_node: int, cpus: int | None) -> None:
    assert not machines.offered(accelerator, per_node, cpus)


def test_offers_read_as_count_and_kind() -> None:
    assert "8 x h100" in machines.offers()
