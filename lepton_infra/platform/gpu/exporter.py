"""NVIDIA's DCGM exporter, which measures the GPUs of a node: use, memory, temperature, errors.

Values are those of its chart: https://github.com/NVIDIA/dcgm-exporter/tree/4.5.3-4.8.2/deployment.
"""

from __future__ import annotations

from collections.abc import Iterable

from lepton_infra.layers.cluster import ChartImage, ChartRelease
from lepton_infra.layers.node_pool import NodePoolOutputs, Owner
from lepton_infra.platform.gpu.placing import NAMESPACE, placing

NAME = "dcgm-exporter"
SELECTOR = {"app.kubernetes.io/name": NAME}
"""Labels of its pods."""
PORT = 9400
"""Where it is scraped, as ``/metrics``; the port's name is ``metrics``."""

_BASE_MIB = 512
_EACH_MIB = 64


def memory_mib(measured: int) -> int:
    """Memory limit of the exporter on a node with so many GPUs and instances, in MiB: 576 for one, 1024 for eight.

    The chart's 512 MiB ran out at once on some nodes (NVIDIA/dcgm-exporter#609) and on half of those with eight GPUs
    (pytorch/ci-infra#1011), where 1 GiB has held since. What lies between is a straight line. Every instance has series
    of its own, as a GPU has, and counts as one.
    """
    return _BASE_MIB + _EACH_MIB * measured


def heap_mib(measured: int) -> int:
    """Heap limit of the exporter (``GOMEMLIMIT``), in MiB: half. The rest is for DCGM, which Go does not count."""
    return memory_mib(measured) // 2


def chart(pools: Iterable[NodePoolOutputs]) -> ChartRelease | None:
    """The exporter for the pools that leave it to the region, or None.

    One limit has to do for all of its nodes: that of the largest. It asks for what the smallest needs, so that it takes
    nothing from models there that it will not use.
    """
    owned = [pool for pool in pools if pool.gpu_software.exporter is Owner.REGION]
    if not owned:
        return None
    most, fewest = (pick(pool.measured_per_node for pool in owned) for pick in (max, min))
    return ChartRelease(
        name=NAME,
        namespace=NAMESPACE,
        pin=NAME,
        images=[ChartImage(key=NAME)],
        values={
            **placing(owned),
            # Whoever scrapes it says so where scraping is set up; this object's kind need not be there.
            "serviceMonitor": {"enabled": False},
            "extraEnv": [{"name": "GOMEMLIMIT", "value": f"{heap_mib(most)}MiB"}],
            "resources": {
                "requests": {"cpu": "100m", "memory": f"{memory_mib(fewest)}Mi"},
                "limits": {"memory": f"{memory_mib(most)}Mi"},
            },
        },
    )
