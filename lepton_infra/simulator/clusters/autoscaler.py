"""Nodes for pods that wait for one, as the clouds' node autoscalers find them.

Pure: from what waits and what there is to what is added. Of several pools that would help, the one with the highest
priority is taken, or the cheapest where nobody has set priorities. Nothing is ever taken away again.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import yaml

from lepton_infra.simulator.clusters.pods import PODS, Amounts, accepts, fits, requests, without
from lepton_infra.simulator.clusters.pools import Pool

PRIORITIES = "cluster-autoscaler-priority-expander"
"""The config map of the priority expander (kubernetes/autoscaler, expander/priority)."""

GPUS = "nvidia.com/gpu"
MAX_PODS = 110
DISK_GIB = 100
"""Pods and disk of a node, as nodes are made here."""


def room(pool: Pool) -> Amounts:
    """Amounts that an autoscaler expects of a fresh node of a pool."""
    amounts = {
        "cpu": Decimal(str(pool.cpu)),
        "memory": Decimal(str(pool.memory_gib)) * 1024**3,
        "ephemeral-storage": Decimal(DISK_GIB) * 1024**3,
        PODS: Decimal(MAX_PODS),
    }
    gpus = pool.template.gpus
    return {**amounts, GPUS: Decimal(gpus)} if gpus else amounts


def additions(
    waiting: Iterable[Mapping[str, Any]],
    pools: Sequence[Pool],
    counts: Mapping[str, int],
    coming: Iterable[tuple[Pool, Amounts]],
    priorities: Mapping[int, Sequence[str]],
    most: int | None = None,
) -> dict[str, int]:
    """Number of nodes to add to each pool, by its name. ``most`` bounds the nodes of the whole cluster.

    ``counts`` are the nodes that there are. ``coming`` are those of them that the scheduler could not have used yet,
    each with what is free on it: pods that fit there need no further node.
    """
    open_nodes = list(coming)
    added: Counter[str] = Counter()
    order = sorted((pool for pool in pools if pool.scaled), key=lambda pool: (-priority(pool, priorities), pool.price))
    for pod in waiting:
        asked = requests(pod)
        if _placed(pod, asked, open_nodes):
            continue
        if most is not None and sum(counts.values()) + added.total() >= most:
            break
        for pool in order:
            template = pool.template
            has_room = counts.get(pool.name, 0) + added[pool.name] < pool.most
            if has_room and accepts(pod, template.labels, template.taints) and fits(asked, room(pool)):
                added[pool.name] += 1
                open_nodes.append((pool, without(room(pool), asked)))
                break
    return dict(added)


def _placed(pod: Mapping[str, Any], asked: Amounts, open_nodes: list[tuple[Pool, Amounts]]) -> bool:
    for index, (pool, free) in enumerate(open_nodes):
        if accepts(pod, pool.template.labels, pool.template.taints) and fits(asked, free):
            open_nodes[index] = (pool, without(free, asked))
            return True
    return False


def priority(pool: Pool, priorities: Mapping[int, Sequence[str]]) -> int:
    """The highest priority whose patterns find the pool's group; 0 if none does."""
    found = (
        rank for rank, patterns in priorities.items() if any(re.search(pattern, pool.group) for pattern in patterns)
    )
    return max(found, default=0)


def read_priorities(config_map: Mapping[str, Any] | None) -> dict[int, list[str]]:
    """The priorities in the config map; none where there is no map."""
    text = ((config_map or {}).get("data") or {}).get("priorities")
    return {int(rank): list(patterns) for rank, patterns in (yaml.safe_load(text) if text else {}).items()}
