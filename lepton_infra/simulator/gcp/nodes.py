"""Clusters of GKE and their nodes, from the node pools that are stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from lepton_infra.simulator.behaviour import Stored
from lepton_infra.simulator.clusters.machines import Machine, machine
from lepton_infra.simulator.clusters.pools import Declared, Pool
from lepton_infra.simulator.control_plane.nodes import Taint
from lepton_infra.simulator.core.paths import at
from lepton_infra.simulator.gcp.container_cluster import CLUSTER
from lepton_infra.simulator.gcp.container_node_pool import NODE_POOL
from lepton_infra.simulator.gcp.container_nodes import USUAL_MACHINE, node_zones
from lepton_infra.simulator.gcp.identifiers import last
from lepton_infra.simulator.gcp.places import region_of
from lepton_infra.simulator.store import Store

TYPES: Final = frozenset({CLUSTER.token, NODE_POOL.token})
"""Tokens of the types that nodes follow from."""

_PACKAGE: Final = __name__.rpartition(".")[0]
_EFFECTS: Final = {
    "NO_SCHEDULE": "NoSchedule",
    "NO_EXECUTE": "NoExecute",
    "PREFER_NO_SCHEDULE": "PreferNoSchedule",
}
_GPU_TAINT: Final = Taint(key="nvidia.com/gpu", value="present")
_KEPT_MEMORY: Final = ((4.0, 0.25), (4.0, 0.2), (8.0, 0.1), (112.0, 0.06), (float("inf"), 0.02))


def clusters(store: Store) -> Iterator[Declared]:
    """Every live cluster. A pool that GKE makes with the cluster itself is not looked at: it is removed at once."""
    for cluster in store.all(CLUSTER.token):
        home = str(cluster.state["location"])
        pools = (
            pool
            for pool in store.all(NODE_POOL.token, package=cluster.package, scope=cluster.scope)
            if pool.id.partition("/nodePools/")[0] == cluster.id
        )
        yield Declared(
            endpoint=f"https://{cluster.state['endpoint']}",
            region=region_of(home) or home,
            pools=[_pool(pool, node_zones(pool.inputs, cluster, home)) for pool in pools],
        )


def _pool(pool: Stored, zones: list[str]) -> Pool:
    inputs = pool.inputs
    name = last(pool.id)
    config: Mapping[str, Any] = inputs.get("nodeConfig") or {}
    machine_type = str(config.get("machineType") or USUAL_MACHINE)
    facts = machine(_PACKAGE, machine_type)
    cpu, memory = allocatable(facts)
    gpus = sum(int(accelerator["count"]) for accelerator in config.get("guestAccelerators") or ()) or facts.gpus
    taints = [
        Taint(key=taint["key"], value=taint.get("value") or "", effect=_EFFECTS[taint["effect"]])
        for taint in config.get("taints") or ()
    ]
    if gpus and not any(taint.key == _GPU_TAINT.key for taint in taints):
        taints.append(_GPU_TAINT)
    scaled = inputs.get("autoscaling") is not None
    count = _count(inputs, len(zones))
    return Pool(
        name=f"gke-{name}",
        machine_type=machine_type,
        cpu=cpu,
        memory_gib=memory,
        gpus=gpus,
        count=count,
        most=_most(inputs, len(zones)) if scaled else count,
        zones=zones,
        labels={
            **(config.get("labels") or {}),
            "cloud.google.com/gke-nodepool": name,
            **({"cloud.google.com/gke-spot": "true"} if config.get("spot") else {}),
            **({"cloud.google.com/gke-accelerator": str(config["guestAccelerators"][0]["type"])} if gpus else {}),
        },
        taints=taints,
        group=name,
        price=_price(config),
        # GKE puts driver and device plugin on a node whose pool asks for a driver.
        announced=at(config, "guestAccelerators") is not None
        and all(
            (accelerator.get("gpuDriverInstallationConfig") or {}).get("gpuDriverVersion")
            not in (None, "INSTALLATION_DISABLED")
            for accelerator in config.get("guestAccelerators") or ()
        ),
        scaled=scaled,
    )


def _count(inputs: Mapping[str, Any], zones: int) -> int:
    """The nodes that a pool begins with. What counts per zone is multiplied, and its autoscaler brings it to the least
    total at once."""
    each = max(
        int(inputs.get("nodeCount") or 0),
        int(inputs.get("initialNodeCount") or 0),
        int(at(inputs, "autoscaling.minNodeCount") or 0),
    )
    return max(each * zones, int(at(inputs, "autoscaling.totalMinNodeCount") or 0))


def _most(inputs: Mapping[str, Any], zones: int) -> int:
    total = at(inputs, "autoscaling.totalMaxNodeCount")
    return int(total) if total else int(at(inputs, "autoscaling.maxNodeCount") or 0) * zones


def _price(config: Mapping[str, Any]) -> int:
    """Rank by price: what is reserved is paid for already, and spot machines are cheaper than others."""
    if (config.get("reservationAffinity") or {}).get("consumeReservationType") == "SPECIFIC_RESERVATION":
        return 0
    return 1 if config.get("spot") else 2


def allocatable(facts: Machine) -> tuple[float, float]:
    """CPUs and GiB that pods can have of a node ("Plan GKE Standard node sizes").

    Kept back: 6 % of the first core, 1 % of the second, 0.5 % of the next two and 0.25 % of the rest; of the memory a
    quarter of the first 4 GiB, and less and less of the rest; 100 MiB below which pods are evicted.
    """
    kept = 0.06 + 0.01 * min(facts.cpus - 1, 1) + 0.005 * min(max(facts.cpus - 2, 0), 2)
    kept += 0.0025 * max(facts.cpus - 4, 0)
    rest, memory = facts.memory_gib, 0.0
    for size, part in _KEPT_MEMORY:
        memory += part * min(rest, size)
        rest -= min(rest, size)
    return facts.cpus - kept, facts.memory_gib - memory - 100 / 1024
