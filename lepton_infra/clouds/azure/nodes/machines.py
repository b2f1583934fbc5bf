"""Table of Azure's VM sizes by GPUs and by vCPUs.

Source: "GPU accelerated virtual machine sizes" and "General purpose virtual machine sizes" (Azure Virtual Machines).
Order is preference: the smallest machine first. Left out on purpose: AMD's GPUs (NVv4, ND MI300X), the A10, which is
no A10G and comes in parts (NVadsA10 v5), and Arm machines (GB200), which the model server is not built for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lepton_infra.layers.node_pool import Accelerator

GPU_MACHINES: Mapping[tuple[Accelerator, int], Sequence[str]] = {
    (Accelerator.T4, 1): ("Standard_NC4as_T4_v3", "Standard_NC8as_T4_v3", "Standard_NC16as_T4_v3"),
    (Accelerator.T4, 4): ("Standard_NC64as_T4_v3",),
    (Accelerator.A100_40GB, 8): ("Standard_ND96asr_v4",),
    (Accelerator.A100_80GB, 1): ("Standard_NC24ads_A100_v4",),
    (Accelerator.A100_80GB, 2): ("Standard_NC48ads_A100_v4",),
    (Accelerator.A100_80GB, 4): ("Standard_NC96ads_A100_v4",),
    (Accelerator.A100_80GB, 8): ("Standard_ND96amsr_A100_v4",),
    (Accelerator.H100, 1): ("Standard_NC40ads_H100_v5",),
    (Accelerator.H100, 2): ("Standard_NC80adis_H100_v5",),
    (Accelerator.H100, 8): ("Standard_ND96isr_H100_v5",),
    (Accelerator.H200, 8): ("Standard_ND96isr_H200_v5",),
}
"""VM sizes by GPU kind and GPUs per machine."""

CPU_MACHINES: Mapping[int, Sequence[str]] = {
    cpus: (f"Standard_D{cpus}s_v5", f"Standard_D{cpus}ds_v5", f"Standard_D{cpus}as_v5")
    for cpus in (2, 4, 8, 16, 32, 48, 64, 96)
}
"""General-purpose x86 VM sizes by vCPUs, 4 GiB of memory each vCPU."""


def offered(accelerator: Accelerator | None, per_node: int, cpus: int | None) -> Sequence[str]:
    """VM sizes with these GPUs, or for a CPU pool those with ``cpus`` vCPUs; empty if the table has none."""
    if accelerator is None:
        return CPU_MACHINES.get(cpus or 0, ())
    return GPU_MACHINES.get((accelerator, per_node), ())


def offers() -> list[str]:
    """Every GPU kind and count of the table, as ``8 x h100``."""
    return [f"{count} x {accelerator}" for accelerator, count in GPU_MACHINES]


def zones_of(size: str, wanted: Sequence[str], size_zones: Mapping[str, Sequence[str]]) -> list[str]:
    """The ``wanted`` zones that offer the VM ``size``, in their order; all if ``size_zones`` does not list it."""
    if size not in size_zones:
        return list(wanted)
    return [zone for zone in wanted if zone in size_zones[size]]
