"""Node affinity and tolerations of GPU software: only nodes of pools that leave it to the region."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lepton_infra.layers.node_pool import GPU_TAINT_KEY, POOL_LABEL, NodePoolOutputs

NAMESPACE = "gpu-device-plugin"
"""What talks to the kubelet does so through a host path, which no level below privileged allows; it lives here alone.

It has the name of what was there first: another name would take the plugin from every node and bring it back.
"""


def placing(pools: Sequence[NodePoolOutputs]) -> dict[str, Any]:
    """A chart's values that keep it on the nodes of ``pools``, which is not empty, by name.

    A second plugin or exporter on a node would fight the one that another owner put there.
    """
    names = sorted(pool.labels[POOL_LABEL] for pool in pools)
    on_owned = {"matchExpressions": [{"key": POOL_LABEL, "operator": "In", "values": names}]}
    taints = [GPU_TAINT_KEY, *sorted({key for pool in pools for key in pool.taints})]
    return {
        # Replaces the charts' own terms, which wait for labels of a discovery service that is not installed.
        "affinity": {
            "nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [on_owned]}}
        },
        "tolerations": [{"key": key, "operator": "Exists", "effect": "NoSchedule"} for key in taints],
    }
