"""Peak memory of this process."""

from __future__ import annotations

import re
from pathlib import Path


def peak_mib() -> float:
    """The most MiB that were resident at once since the process began its program (Linux's ``VmHWM``).

    Not ``getrusage``: its figure survives ``exec``, so a child would report the size of the process that started it.
    """
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    return int(found[1]) / 1024 if found else float("nan")
