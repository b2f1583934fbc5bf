"""Costs of imports: CPU seconds and peak memory of a fresh interpreter, and the SDKs that it has loaded."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
SDKS = ("pulumi_aws", "pulumi_azure_native", "pulumi_gcp", "pulumi_kubernetes")

_PROBE = """
import json, sys, time
from benchmarks.memory import peak_mib
start = time.process_time()
{statement}
print(json.dumps({{
    "seconds": time.process_time() - start,
    "mib": peak_mib(),
    "sdks": [name for name in {sdks!r} if name in sys.modules],
}}))
"""


@dataclass(frozen=True, kw_only=True)
class Import:
    """CPU seconds and peak MiB of the fastest of several fresh interpreters, and the SDKs in ``sys.modules`` after."""

    seconds: float
    mib: float
    sdks: tuple[str, ...]


def cost(statement: str, runs: int = 5) -> Import:
    """Run ``statement`` in ``runs`` fresh interpreters and keep the fastest: noise only ever adds.

    Raises:
        subprocess.CalledProcessError: if the statement fails.
    """
    probe = [sys.executable, "-c", _PROBE.format(statement=statement, sdks=SDKS)]
    seen = [
        json.loads(subprocess.run(probe, check=True, capture_output=True, text=True, cwd=ROOT).stdout)
        for _ in range(runs)
    ]
    fastest = min(seen, key=lambda one: float(one["seconds"]))
    return Import(seconds=fastest["seconds"], mib=fastest["mib"], sdks=tuple(fastest["sdks"]))
