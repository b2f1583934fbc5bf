"""Table of Compute Engine's machine types by GPUs and by vCPUs.

Source: "GPU machine types" and "General-purpose machine family" (Compute Engine documentation). Order is preference:
the smallest machine first. Machines with network cards for training over many nodes (``a3-megagpu``) are left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lepton_infra.layers.node_pool import Accelerator

GPU_TYPES: Mapping[Accelerator, str] = {
    Accelerator.T4: "nvidia-tesla-t4",
    Accelerator.L4: "nvidia-l4",
    Accelerator.A100_40GB: "nvidia-tesla-a100",
    Accelerator.A100_80GB: "nvidia-a100-80gb",
    Accelerator.H100: "nvidia-h100-80gb",
    Accelerator.H200: "nvidia-h200-141gb",
    Accelerator.B200: "nvidia-b200",
}
"""Google's names of GPU kinds. It has no A10G and no L40S."""


def _sizes(family: str, *sizes: str | int) -> tuple[str, ...]:
    return tuple(f"{family}-{size}" for size in sizes)


GPU_MACHINES: Mapping[tuple[Accelerator, int], Sequence[str]] = {
    (Accelerator.T4, 1): _sizes("n1-standard", 4, 8, 16),
    (Accelerator.T4, 2): _sizes("n1-standard", 8, 16, 32),
    (Accelerator.T4, 4): _sizes("n1-standard", 16, 32, 64),
    (Accelerator.L4, 1): _sizes("g2-standard", 4, 8, 12, 16, 32),
    (Accelerator.L4, 2): _sizes("g2-standard", 24),
    (Accelerator.L4, 4): _sizes("g2-standard", 48),
    (Accelerator.L4, 8): _sizes("g2-standard", 96),
    **{(Accelerator.A100_40GB, count): _sizes("a2-highgpu", f"{count}g") for count in (1, 2, 4, 8)},
    (Accelerator.A100_40GB, 16): _sizes("a2-megagpu", "16g"),
    **{(Accelerator.A100_80GB, count): _sizes("a2-ultragpu", f"{count}g") for count in (1, 2, 4, 8)},
    **{(Accelerator.H100, count): _sizes("a3-highgpu", f"{count}g") for count in (1, 2, 4, 8)},
    (Accelerator.H200, 8): _sizes("a3-ultragpu", "8g"),
    (Accelerator.B200, 8): _sizes("a4-highgpu", "8g"),
}
"""Machine types by GPU kind and GPUs per machine. An N1 machine has no GPU of its own: the pool attaches them."""

NOT_ON_DEMAND = frozenset({*_sizes("a3-highgpu", "1g", "2g", "4g"), "a3-ultragpu-8g", "a4-highgpu-8g"})
"""Machine types sold as Spot VMs, by flex-start or by reservation, but not on demand ("GPU machine types", sections A3
High, A3 Ultra and A4)."""

CPU_MACHINES: Mapping[int, Sequence[str]] = {
    cpus: _sizes("n2-standard", cpus) for cpus in (2, 4, 8, 16, 32, 48, 64, 80, 96, 128)
}
"""General-purpose x86 machine types by vCPUs, 4 GiB of memory each vCPU."""

_HYPERDISK_ONLY = ("a3-ultragpu", "a4-highgpu")


def boot_disk(machine: str) -> str:
    """Boot disk type of a machine type: ``pd-balanced``, or ``hyperdisk-balanced`` if it supports only Hyperdisk."""
    return "hyperdisk-balanced" if machine.startswith(_HYPERDISK_ONLY) else "pd-balanced"


def offered(accelerator: Accelerator | None, per_node: int, cpus: int | None) -> Sequence[str]:
    """Machine types with these GPUs, or for a CPU pool those with ``cpus`` vCPUs; empty if the table has none."""
    if accelerator is None:
        return CPU_MACHINES.get(cpus or 0, ())
    return GPU_MACHINES.get((accelerator, per_node), ())


def offers() -> list[str]:
    """Every GPU kind and count of the table, as ``8 x h100``."""
    return [f"{count} x {accelerator}" for accelerator, count in GPU_MACHINES]
