from __future__ import annotations

import pytest

from lepton_infra.clouds.gcp.nodes import machines
from lepton_infra.layers.node_pool import Accelerator

FAMILIES = {
    Accelerator.T4: {"n1-standard"},
    Accelerator.L4: {"g2-standard"},
    Accelerator.A100_40GB: {"a2-highgpu", "a2-megagpu"},
    Accelerator.A100_80GB: {"a2-ultragpu"},
    Accelerator.H100: {"a3-highgpu"},
    Accelerator.H200: {"a3-ultragpu"},
    Accelerator.B200: {"a4-highgpu"},
}


def test_every_accelerator_is_on_its_own_family() -> None:
    for (accelerator, _), types in machines.GPU_MACHINES.items():
        assert {machine.rpartition("-")[0] for machine in types} <= FAMILIES[accelerator]
    assert {accelerator for accelerator, _ in machines.GPU_MACHINES} == set(machines.GPU_TYPES) == set(FAMILIES)


def test_a_machine_that_names_its_gpus_has_as_many() -> None:
    for (_, count), types in machines.GPU_MACHINES.items():
        counted = [machine.rpartition("-")[2] for machine in types if machine.endswith("g")]
        assert set(counted) <= {f"{count}g"}


def test_scarce_machines_are_machines_of_the_table() -> None:
    named = {machine for types in machines.GPU_MACHINES.values() for machine in types}
    assert named >= machines.NOT_ON_DEMAND


@pytest.mark.parametrize(
    ("accelerator", "per_node", "cpus", "first"),
    [
        (Accelerator.T4, 1, None, "n1-standard-4"),
        (Accelerator.L4, 1, None, "g2-standard-4"),
        (Accelerator.L4, 8, None, "g2-standard-96"),
        (Accelerator.H200, 8, None, "a3-ultragpu-8g"),
        (None, 0, 4, "n2-standard-4"),
    ],
)
def test_the_smallest_machine_comes_first(
    accelerator: Accelerator | None, per_node: int, cpus: int | None, first: str
) -> None:
    assert machines.offered(accelerator, per_node, cpus)[0] == first


@pytest.mark.parametrize(
    ("accelerator", "per_node", "cpus"),
    [(Accelerator.H100, 3, None), (Accelerator.A10G, 1, None), (Accelerator.L40S, 1, None), (None, 0, 5)],
)
def test_what_is_not_offered_is_empty(accelerator: Accelerator | None, per_node: int, cpus: int | None) -> None:
    assert not machines.offered(accelerator, per_node, cpus)


@pytest.mark.parametrize(
    ("machine", "disk"),
    [("g2-standard-4", "pd-balanced"), ("a3-highgpu-8g", "pd-balanced"), ("a4-highgpu-8g", "hyperdisk-balanced")],
)
def test_a_boot_disk_is_one_that_the_machine_takes(machine: str, disk: str) -> None:
    assert machines.boot_disk(machine) == disk


def test_offers_read_as_count_and_kind() -> None:
    assert "8 x h100" in machines.offers()
