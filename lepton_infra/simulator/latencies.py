"""Creation times of slow resources on real clouds, for runs that simulate waiting.

Samples in seconds, read from users' published logs (collected in 2026-11; self-selected, so
good for proportions, not for promises); the median counts. What is not listed takes no time, nor do updates and
deletions, for which no samples were found.
"""

from __future__ import annotations

from collections.abc import Mapping
from statistics import median
from typing import Final

_SAMPLES: Final[Mapping[str, tuple[int, ...]]] = {
    "aws:ec2/vpc:Vpc": (22,),
    "aws:ec2/natGateway:NatGateway": (85, 88, 94, 105, 107, 114, 124, 125),
    "aws:eks/cluster:Cluster": (503, 513, 535, 546, 564, 606, 612, 622, 623, 652, 663, 683),
    "aws:eks/nodeGroup:NodeGroup": (88, 89, 108, 119, 130, 161, 179, 201),
    # The add-on API answers about three minutes after the control plane is active.
    "aws:eks/addon:Addon": (180,),
    # Ten samples between these two.
    "aws:kms/key:Key": (12, 29),
    "azure-native:containerservice:ManagedCluster": (219, 229, 258, 285, 450, 504, 900, 923),
    "azure-native:containerservice:AgentPool": (430,),
    "azure-native:keyvault:Vault": (127, 162),
    "gcp:container/cluster:Cluster": (213, 214, 214, 224, 272, 325, 403, 562),
    "gcp:container/nodePool:NodePool": (64, 82, 106, 116),
}
CREATION_SECONDS: Final[Mapping[str, float]] = {type: median(samples) for type, samples in _SAMPLES.items()}


def creation_seconds(type: str, scale: float) -> float:
    """Seconds of a creation when real time is multiplied by ``scale`` (0: at once)."""
    return CREATION_SECONDS.get(type, 0.0) * scale


SHORTEST_CHAINS: Final[Mapping[str, tuple[str, ...]]] = {
    "aws": (
        "aws:ec2/vpc:Vpc",
        "aws:eks/cluster:Cluster",
        "aws:eks/nodeGroup:NodeGroup",
        "aws:eks/addon:Addon",
    ),
    # The vault holds the key of the nodes' disks, and the cluster refuses to be made without it.
    "azure-native": (
        "azure-native:keyvault:Vault",
        "azure-native:containerservice:ManagedCluster",
        "azure-native:containerservice:AgentPool",
    ),
    "gcp": ("gcp:container/cluster:Cluster", "gcp:container/nodePool:NodePool"),
}
"""What no region of a cloud can avoid waiting for, one after another: a network, a control plane, nodes, and what has
to run on them before pods can find one another. The lower bound that ``make bench`` compares with."""
