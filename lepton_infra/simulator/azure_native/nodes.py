"""The clusters of AKS and their nodes: the pools of the cluster itself, and agent pools."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from lepton_infra.simulator.azure_native.container_service import AGENT_POOL, CLUSTER
from lepton_infra.simulator.behaviour import Stored
from lepton_infra.simulator.clusters.machines import Machine, machine
from lepton_infra.simulator.clusters.pools import Declared, Pool
from lepton_infra.simulator.control_plane.nodes import Taint
from lepton_infra.simulator.store import Store

TYPES: Final = frozenset({CLUSTER.token, AGENT_POOL.token})
"""What nodes follow from."""

_PACKAGE: Final = __name__.rpartition(".")[0]
_SPOT: Final = "kubernetes.azure.com/scalesetpriority"
_MOST_PODS: Final = 250
"""Most pods of a node with overlay networking, which is also its default ("Azure CNI Overlay", AKS documentation)."""
_KEPT_CPU: Final = {1: 0.06, 2: 0.1, 4: 0.14, 8: 0.18, 16: 0.26, 32: 0.42, 64: 0.74}


def clusters(store: Store) -> Iterator[Declared]:
    """Every live cluster."""
    for cluster in store.all(CLUSTER.token):
        inputs, location = cluster.inputs, str(cluster.inputs["location"])
        own = [(str(pool["name"]), pool) for pool in inputs.get("agentPoolProfiles") or ()]
        further = [
            (pool.id.rpartition("/")[2], pool.inputs)
            for pool in store.all(AGENT_POOL.token, package=cluster.package, scope=cluster.scope)
            if pool.id.rpartition("/agentPools/")[0] == cluster.id
        ]
        yield Declared(
            endpoint=_endpoint(cluster),
            region=location,
            pools=[_pool(name, pool, location) for name, pool in own + further],
        )


def _endpoint(cluster: Stored) -> str:
    """The address in the kubeconfig that AKS hands out."""
    private = (cluster.inputs.get("apiServerAccessProfile") or {}).get("enablePrivateCluster")
    host = cluster.state["privateFQDN"] if private else cluster.state["fqdn"]
    return f"https://{host}:443"


def _pool(name: str, inputs: Mapping[str, Any], location: str) -> Pool:
    size = str(inputs["vmSize"])
    facts = machine(_PACKAGE, size)
    cpu, memory = allocatable(facts)
    spot = inputs.get("scaleSetPriority") == "Spot"
    scaled = bool(inputs.get("enableAutoScaling"))
    count = int(inputs.get("count") or inputs.get("minCount") or 0)
    taints = [str(taint) for taint in inputs.get("nodeTaints") or ()]
    if spot and not any(taint.startswith(f"{_SPOT}=") for taint in taints):
        taints.append(f"{_SPOT}=spot:NoSchedule")
    return Pool(
        name=f"aks-{name}",
        machine_type=size,
        cpu=cpu,
        memory_gib=memory,
        gpus=facts.gpus,
        count=count,
        most=int(inputs["maxCount"]) if scaled else count,
        zones=[f"{location}-{zone}" for zone in inputs.get("availabilityZones") or ()] or ["0"],
        labels={
            **(inputs.get("nodeLabels") or {}),
            **({_SPOT: "spot"} if spot else {}),
            "agentpool": name,
            "kubernetes.azure.com/agentpool": name,
            "kubernetes.azure.com/mode": str(inputs.get("mode") or "User").lower(),
        },
        taints=[_taint(taint) for taint in taints],
        group=f"aks-{name}-00000000-vmss",
        price=0 if spot else 1,
        # AKS installs the driver and leaves the device plugin to others ("Use GPUs on AKS").
        announced=False,
        scaled=scaled,
    )


def _taint(text: str) -> Taint:
    pair, _, effect = text.rpartition(":")
    key, _, value = pair.partition("=")
    return Taint(key=key, value=value, effect=effect)


def allocatable(facts: Machine) -> tuple[float, float]:
    """CPUs and GiB that pods can have of a node, by "Node resource reservations in AKS" for 1.29 and later.

    Kept back: CPU by a table of sizes, of which the next smaller counts; 20 MB for each pod that there may be and
    50 MB, but no more than a quarter; 100 MiB below which pods are evicted.
    """
    kept = max(amount for cpus, amount in _KEPT_CPU.items() if cpus <= facts.cpus)
    memory = min((20 * _MOST_PODS + 50) / 1024, facts.memory_gib / 4)
    return facts.cpus - kept, facts.memory_gib - memory - 100 / 1024
