"""The machines of a region in three zones: a system node in each, and GPU machines.

Their names begin with their ``owner``, and no two tests have the same: of a name that comes back kwok v0.8.0 may queue
the next heartbeat twice, and of all nodes none is heard any more then.
"""

from __future__ import annotations

from collections.abc import Iterable

from lepton_infra.layers.node_pool import ACCELERATOR_LABEL, GPU_TAINT_KEY, GPU_TAINT_VALUE, POOL_LABEL, SYSTEM_POOL
from lepton_infra.simulator.control_plane import nodes
from lepton_infra.simulator.control_plane.api import Api
from lepton_infra.simulator.control_plane.nodes import Node, Taint
from tests.cluster.waiting import until

ZONES = ("a", "b", "c")
GPU = GPU_TAINT_KEY


def system_nodes(owner: str) -> list[Node]:
    """A machine in every zone for all that needs no GPU."""
    return [
        Node(
            name=f"{owner}-system-{zone}",
            cpu=4,
            memory_gib=16,
            zone=zone,
            region="us-east",
            instance_type="system",
            labels={POOL_LABEL: SYSTEM_POOL},
        )
        for zone in ZONES
    ]


def gpu_nodes(owner: str, each: int, *, pool: str = "l4") -> list[Node]:
    """``each`` machines with one GPU in every zone."""
    return [
        Node(
            name=f"{owner}-{pool}-{number}-{zone}",
            cpu=4,
            memory_gib=16,
            gpus=1,
            zone=zone,
            region="us-east",
            instance_type="gpu",
            labels={POOL_LABEL: pool, ACCELERATOR_LABEL: "l4"},
            taints=[Taint(key=GPU_TAINT_KEY, value=GPU_TAINT_VALUE)],
        )
        for zone in ZONES
        for number in range(each)
    ]


def settle(api: Api, machines: Iterable[Node]) -> list[Node]:
    """Make the cluster have these machines, and wait until all of them are ready."""
    wanted = list(machines)
    nodes.reconcile(api, wanted)
    until(lambda: all(is_ready(api, node.name) for node in wanted), "the nodes")
    return wanted


def is_ready(api: Api, node: str) -> bool:
    conditions = api.get("v1/Node", node).get("status", {}).get("conditions", [])
    return any(each["type"] == "Ready" and each["status"] == "True" for each in conditions)


def zone_of(node: str) -> str:
    """The zone of a machine by its name."""
    return node.rpartition("-")[2]
