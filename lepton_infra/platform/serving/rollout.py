"""Rolling update strategy of a version's Deployment."""

from __future__ import annotations

from collections.abc import Iterable
from math import gcd

from pulumi_kubernetes.apps.v1 import DeploymentStrategyArgs, RollingUpdateDeploymentArgs

from lepton_infra.config.models import ModelConfig
from lepton_infra.layers.node_pool import NodePoolOutputs


def strategy(*, surge: bool) -> DeploymentStrategyArgs:
    """The new pod first, where the pool can have its GPUs (``surge``); else one after the other.

    Without the second form a rollout at full scale would wait for ever for a GPU that the old pod holds. It takes away
    no more than the disruption budget lets anybody take.
    """
    return DeploymentStrategyArgs(
        type="RollingUpdate",
        rolling_update=RollingUpdateDeploymentArgs(max_surge=int(surge), max_unavailable=int(not surge)),
    )


def has_room(model: ModelConfig, pool: NodePoolOutputs, models: Iterable[ModelConfig]) -> bool:
    """True if one replica more of ``model`` surely finds a node, when all ``models`` of its pool are at their maximum.

    Wherever the scheduler has put the others: a node is closed to a replica of ``a`` GPUs only if more than ``n - a``
    of its ``n`` are in use, so there is an open one unless the whole pool has that many in use on every node. GPUs are
    counted in the greatest share that all models take in whole numbers.
    """
    if model.accelerators == 0:
        return True
    if pool.gpus_per_node == 0:
        return False
    unit = gcd(*(each.accelerators for each in models), model.accelerators)
    used = sum(each.accelerators * replicas_at_most(each) for each in models) // unit
    closed_at = pool.gpus_per_node // unit - model.accelerators // unit + 1
    return used < closed_at * (pool.gpus // pool.gpus_per_node)


def replicas_at_most(model: ModelConfig) -> int:
    """Replicas of all versions of a model when each is at its most."""
    return sum(model.replicas_of(version).max for version in model.versions)
