"""The capacity order of a node pool, as AKS agent pools and priorities of the cluster autoscaler.

An agent pool is of one machine size and bought in one way, so each entry of the order becomes a pool of its own, and
the autoscaler's priority expander walks the pools in order. The place in the order is part of the pool's name, because
the expander knows pools by name only.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from lepton_infra.layers.cluster import ClusterSetting
from lepton_infra.layers.node_pool import CapacityKind

PRIORITIES: Mapping[CapacityKind, str] = {
    CapacityKind.SPOT: "Spot",
    CapacityKind.ON_DEMAND: "Regular",
    CapacityKind.RESERVATION: "Regular",
}
"""Scale set priority of each kind of capacity. A reservation is regular capacity that the pool points at; Azure sells
no blocks of capacity in advance."""

SPOT_KEY = "kubernetes.azure.com/scalesetpriority"
SPOT_VALUE = "spot"
"""Label and taint that AKS puts on spot nodes by itself; a pool that does not declare them shows a diff for ever."""

MAX_ENTRIES = 9
FIRST_PRIORITY = 100


def expander_priorities() -> Mapping[str, list[str]]:
    """Priorities of the autoscaler's priority expander, as regular expressions of scale set names.

    First entries of every pool's order come before second ones, all before other pools. AKS names the scale set
    ``aks-<agent pool>-<number>-vmss``.
    """
    priorities = {
        str(FIRST_PRIORITY - index): [f"^aks-[a-z][a-z0-9]c{index}[0-9a-f]{{8}}-[0-9]+-vmss$"]
        for index in range(MAX_ENTRIES)
    }
    return {**priorities, "1": [".*"]}


def expander_setting() -> ClusterSetting:
    """The config map that the autoscaler reads its priorities from (cluster-autoscaler, expander/priority).

    AKS runs the autoscaler itself and looks for the map where that program does. JSON is YAML too.
    """
    return ClusterSetting(
        name="cluster-autoscaler-priority-expander",
        namespace="kube-system",
        data={"priorities": json.dumps(expander_priorities(), indent=1)},
    )
