"""GPUs by machine type ("GPU machine types", Compute Engine documentation)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

ACCELERATORS: Final[Mapping[str, tuple[str, int]]] = {
    **dict.fromkeys([f"g2-standard-{size}" for size in (4, 8, 12, 16, 32)], ("nvidia-l4", 1)),
    "g2-standard-24": ("nvidia-l4", 2),
    "g2-standard-48": ("nvidia-l4", 4),
    "g2-standard-96": ("nvidia-l4", 8),
    **{f"a2-highgpu-{count}g": ("nvidia-tesla-a100", count) for count in (1, 2, 4, 8)},
    "a2-megagpu-16g": ("nvidia-tesla-a100", 16),
    **{f"a2-ultragpu-{count}g": ("nvidia-a100-80gb", count) for count in (1, 2, 4, 8)},
    **{f"a3-highgpu-{count}g": ("nvidia-h100-80gb", count) for count in (1, 2, 4, 8)},
    "a3-edgegpu-8g": ("nvidia-h100-80gb", 8),
    "a3-megagpu-8g": ("nvidia-h100-mega-80gb", 8),
    "a3-ultragpu-8g": ("nvidia-h200-141gb", 8),
    "a4-highgpu-8g": ("nvidia-b200", 8),
    "a4x-highgpu-4g": ("nvidia-gb200", 4),
}
"""Machines with GPUs of their own: kind and count, neither of which can be chosen."""

ATTACHED: Final[Mapping[str, tuple[int, ...]]] = {
    "nvidia-tesla-t4": (1, 2, 4),
    "nvidia-tesla-p4": (1, 2, 4),
    "nvidia-tesla-p100": (1, 2, 4),
    "nvidia-tesla-v100": (1, 2, 4, 8),
}
"""GPUs that are attached to machines of the N1 series, by how many of them one machine takes."""

_N1: Final = re.compile(r"n1-(standard|highmem|highcpu)-\d+|custom-\d+-\d+|n1-custom-\d+-\d+")


def misfit(machine: str, kind: str, count: int) -> str | None:
    """The reason why a machine does not come with so many GPUs of this kind; None if it does."""
    own = ACCELERATORS.get(machine)
    if own is not None:
        return None if own == (kind, count) else f"{machine} has {own[1]} x {own[0]}, not {count} x {kind}"
    if not _N1.fullmatch(machine):
        homes = sorted({home for home, (own_kind, _) in ACCELERATORS.items() if own_kind == kind})
        fitting = ", ".join(homes) or ("n1-standard-8" if kind in ATTACHED else "none that is known")
        return f"{machine} takes no {kind}; machines that have it: {fitting}"
    counts = ATTACHED.get(kind)
    if counts is None:
        return f"{machine} takes no {kind}; allowed: {', '.join(ATTACHED)}"
    allowed = ", ".join(map(str, counts))
    return None if count in counts else f"{count} x {kind} cannot be attached; allowed: {allowed}"
