"""The nodes of a private site, from the facts in a stack file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from lepton_infra.simulator.clusters.pools import Declared, Pool
from lepton_infra.simulator.control_plane.nodes import Taint

_MEMORY_GIB_PER_CPU: Final = 4
"""A site does not say how much memory its machines have. This is what general machines have everywhere."""


def standing(region: Mapping[str, Any]) -> Declared | None:
    """The existing cluster of a site, from the region of a stack file; None where the region makes its own.

    Nothing is kept back on these nodes, and they neither come nor go.
    """
    cloud = region.get("cloud") or {}
    if cloud.get("name") != "private":
        return None
    zones = list(cloud["site"]["zones"])
    system = cloud["kubernetes"]["system_nodes"]
    pools = [_pool("system", {"labels": {}, "cpus": system["cpus"]}, zones, int(system["nodes"]))]
    for index, kind in enumerate(cloud["machines"]):
        for zone, count in kind["nodes"].items():
            pools.append(_pool(f"site-{index}-{zone.lower()}", kind, [zone], int(count)))
    return Declared(endpoint=cloud["kubernetes"]["endpoint"], region=cloud["site"]["name"], pools=pools)


def _pool(name: str, kind: Mapping[str, Any], zones: list[str], count: int) -> Pool:
    software = kind.get("gpu_software") or {}
    return Pool(
        name=name,
        machine_type=name,
        cpu=float(kind["cpus"]),
        memory_gib=float(kind["cpus"]) * _MEMORY_GIB_PER_CPU,
        gpus=int(kind.get("accelerators_per_node") or 0),
        count=count,
        most=count,
        zones=zones,
        labels={str(key): str(value) for key, value in kind["labels"].items()},
        taints=[_taint(text) for text in kind.get("taints") or ()],
        announced=software.get("device_plugin") != "region",
        scaled=False,
    )


def _taint(text: str) -> Taint:
    pair, _, effect = text.rpartition(":")
    key, _, value = pair.partition("=")
    return Taint(key=key, value=value, effect=effect)
