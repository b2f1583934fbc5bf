"""The oldest GPU software that model servers may meet on a node, each with what asks for it.

Held against what a site states of its nodes and against what the lock file has read of node images. What a cloud puts
on its nodes without saying which is not known here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

READ_ON = "2026-11-28"
"""When the sources below were last looked at."""


@dataclass(frozen=True, kw_only=True)
class Floor:
    """The oldest ``version`` of one part, ``because`` of what, as ``source`` says."""

    version: str
    because: str
    source: str


FLOORS: Mapping[str, Floor] = {
    "driver": Floor(
        version="525.60.13",
        because="the model server's image is built for CUDA 12",
        source="https://docs.nvidia.com/deploy/cuda-compatibility/minor-version-compatibility.html",
    ),
    "toolkit": Floor(
        version="1.17.8",
        because="of CVE-2025-23266, by which a container takes its node",
        source="https://nvd.nist.gov/vuln/detail/CVE-2025-23266",
    ),
}
"""By part of the GPU software."""


def is_below(part: str, version: str) -> bool:
    """Whether a version, numbers joined by dots, is older than the part's floor."""
    return _numbers(version) < _numbers(FLOORS[part].version)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in version.split("."))
