"""Machine types of EC2, as data: which have which GPUs, and which have how many vCPUs.

Source: "Specifications for Amazon EC2 accelerated computing instances" and "… general purpose instances" (EC2 instance
types guide). A test holds every name against the EC2 API model. Order is preference: the smallest machine first.
AMD and AWS's own accelerators (g4ad, trn, inf) are left out on purpose; a letter ``g`` does not mean NVIDIA.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lepton_infra.layers.node_pool import Accelerator

_ONE_GPU = ("xlarge", "2xlarge", "4xlarge", "8xlarge", "16xlarge")


def _sizes(family: str, *sizes: str) -> tuple[str, ...]:
    return tuple(f"{family}.{size}" for size in sizes)


GPU_MACHINES: Mapping[tuple[Accelerator, int], Sequence[str]] = {
    (Accelerator.T4, 1): _sizes("g4dn", *_ONE_GPU),
    (Accelerator.T4, 4): _sizes("g4dn", "12xlarge"),
    (Accelerator.T4, 8): _sizes("g4dn", "metal"),
    (Accelerator.A10G, 1): _sizes("g5", *_ONE_GPU),
    (Accelerator.A10G, 4): _sizes("g5", "12xlarge", "24xlarge"),
    (Accelerator.A10G, 8): _sizes("g5", "48xlarge"),
    (Accelerator.L4, 1): _sizes("g6", *_ONE_GPU),
    (Accelerator.L4, 4): _sizes("g6", "12xlarge", "24xlarge"),
    (Accelerator.L4, 8): _sizes("g6", "48xlarge"),
    (Accelerator.L40S, 1): _sizes("g6e", *_ONE_GPU),
    (Accelerator.L40S, 4): _sizes("g6e", "12xlarge", "24xlarge"),
    (Accelerator.L40S, 8): _sizes("g6e", "48xlarge"),
    (Accelerator.A100_40GB, 8): _sizes("p4d", "24xlarge"),
    (Accelerator.A100_80GB, 8): _sizes("p4de", "24xlarge"),
    (Accelerator.H100, 1): _sizes("p5", "4xlarge"),
    (Accelerator.H100, 8): _sizes("p5", "48xlarge"),
    (Accelerator.H200, 8): (*_sizes("p5en", "48xlarge"), *_sizes("p5e", "48xlarge")),
    (Accelerator.B200, 8): _sizes("p6-b200", "48xlarge"),
}
"""Machine types by GPU kind and GPUs per machine."""

_CPU_SIZES: Mapping[int, str] = {
    2: "large",
    4: "xlarge",
    8: "2xlarge",
    16: "4xlarge",
    32: "8xlarge",
    48: "12xlarge",
    64: "16xlarge",
    96: "24xlarge",
}
_CPU_FAMILIES = ("m7i", "m7a", "m6i", "m6a")

CPU_MACHINES: Mapping[int, Sequence[str]] = {
    cpus: tuple(f"{family}.{size}" for family in _CPU_FAMILIES) for cpus, size in _CPU_SIZES.items()
}
"""General-purpose x86 machine types by vCPUs, 4 GiB of memory each vCPU."""

CHOICES = 3
"""How many types a group may choose from when the stack file names none: more choice, fewer interruptions; but the
larger sizes of a GPU family cost a multiple of the smallest for the same GPU."""


def offered(accelerator: Accelerator | None, per_node: int, cpus: int | None) -> Sequence[str]:
    """The machine types with these GPUs, or for a CPU pool those with ``cpus`` vCPUs; empty if there are none."""
    if accelerator is None:
        return CPU_MACHINES.get(cpus or 0, ())
    return GPU_MACHINES.get((accelerator, per_node), ())


def offers() -> list[str]:
    """Every GPU kind and count there is, as ``8 x h100``."""
    return [f"{count} x {accelerator}" for accelerator, count in GPU_MACHINES]
