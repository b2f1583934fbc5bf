"""Pools of nodes in no vendor's words, and the nodes that they become."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from lepton_infra.simulator.control_plane.nodes import Node, Taint


@dataclass(frozen=True, kw_only=True)
class Template:
    """Labels, taints and GPUs that an autoscaler expects of an empty pool's nodes."""

    labels: Mapping[str, str]
    taints: Sequence[Taint]
    gpus: int


@dataclass(frozen=True, kw_only=True)
class Pool:
    """Nodes of one machine type, bought in one way.

    ``cpu`` and ``memory_gib`` are what pods can have of a node, ``gpus`` the GPUs that a node has. ``count`` is how
    many nodes the cloud begins with over all ``zones``, ``most`` how many there may be. ``group`` is the pool's name as
    its autoscaler knows it, ``price`` ranks what it costs, the cheapest first. ``announced`` says whether the image or
    the cloud brings the device plugin; else GPUs can be had only once a chart has. ``scaled`` is false for a pool that
    no autoscaler may touch. ``empty`` is what the autoscaler knows of its nodes while there is none, where that differs
    from what they are.
    """

    name: str
    machine_type: str
    cpu: float
    memory_gib: float
    gpus: int
    count: int
    most: int
    zones: Sequence[str]
    labels: Mapping[str, str]
    taints: Sequence[Taint] = ()
    group: str = ""
    price: int = 0
    announced: bool = True
    scaled: bool = True
    empty: Template | None = None

    @property
    def template(self) -> Template:
        """Labels, taints and GPUs that an autoscaler expects of its nodes."""
        return self.empty or Template(labels=self.labels, taints=self.taints, gpus=self.gpus)


@dataclass(frozen=True, kw_only=True)
class Declared:
    """A cluster as its cloud has it: the address of its API server and its pools. ``autoscaler`` is the chart that
    brings the node autoscaler, None where the cloud runs one."""

    endpoint: str
    region: str
    pools: Sequence[Pool] = field(default=())
    autoscaler: str | None = None


def nodes(pool: Pool, region: str, numbers: Iterable[int], *, announced: bool) -> list[Node]:
    """The nodes of a pool with these numbers, spread over its zones in turn. Their GPUs are there for pods only if they
    are ``announced``."""
    return [
        Node(
            name=f"{pool.name}-{number}",
            cpu=pool.cpu,
            memory_gib=pool.memory_gib,
            gpus=pool.gpus if announced else 0,
            zone=pool.zones[number % len(pool.zones)],
            region=region,
            instance_type=pool.machine_type,
            labels=pool.labels,
            taints=pool.taints,
        )
        for number in numbers
    ]


def number_of(pool: Pool, node: str) -> int | None:
    """The number of a node of this pool; None for a node of another."""
    prefix, _, number = node.rpartition("-")
    return int(number) if prefix == pool.name and number.isdecimal() else None
