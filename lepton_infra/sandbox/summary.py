"""Summary of a deployed stack, read from its state: resources by layer, node pools and exports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

LAYERS = ("Network", "Storage", "Registry", "Cluster", "Oversight", "NodePool", "Identity", "Serving", "Monitoring")
"""The layers of a region in build order, as their components' types name them."""

_REGION = "lepton:index:Region"
_STACK = "pulumi:pulumi:Stack"


@dataclass(frozen=True, kw_only=True)
class Layer:
    """One layer: its name, and how many resources it has of each kind, most first, equally many by name. Components are
    not counted."""

    name: str
    kinds: Mapping[str, int]

    @property
    def resources(self) -> int:
        """Number of resources in all."""
        return sum(self.kinds.values())


@dataclass(frozen=True, kw_only=True)
class Pool:
    """One node pool; ``gpus`` is the most GPUs that it can have at once."""

    name: str
    machine_type: str
    gpus: int


def layers(deployment: Mapping[str, Any]) -> list[Layer]:
    """The layers of the region in build order."""
    counts: dict[str, Counter[str]] = {}
    for resource in _live(deployment):
        layer = layer_of(resource["urn"])
        if layer is not None and resource.get("custom"):
            counts.setdefault(layer, Counter())[resource["type"].rsplit(":", 1)[-1]] += 1
    order = sorted(counts, key=lambda name: (LAYERS.index(name) if name in LAYERS else len(LAYERS), name))
    return [Layer(name=name, kinds=dict(sorted(counts[name].items(), key=_most_first))) for name in order]


def _most_first(kind: tuple[str, int]) -> tuple[int, str]:
    """Resources are in the state in the order in which they were made, which differs from run to run."""
    name, count = kind
    return -count, name


def pools(deployment: Mapping[str, Any]) -> list[Pool]:
    """The node pools by name."""
    found = [
        Pool(name=outputs["name"], machine_type=outputs["machine_type"], gpus=int(outputs["gpus"]))
        for resource in _live(deployment)
        if resource["type"].endswith(":NodePool") and not resource.get("custom")
        for outputs in [resource["outputs"]]
    ]
    return sorted(found, key=lambda pool: pool.name)


def exports(deployment: Mapping[str, Any]) -> Mapping[str, Any]:
    """Outputs that the stack exports."""
    return next((resource.get("outputs") or {} for resource in _live(deployment) if resource["type"] == _STACK), {})


def _live(deployment: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    return (resource for resource in deployment.get("resources") or [] if not resource.get("delete"))


def layer_of(urn: str) -> str | None:
    """The layer in a URN's chain of types: the component right below the region."""
    types = urn.split("::")[2].split("$")
    return types[1].rsplit(":", 1)[-1] if types[0] == _REGION and types[1:2] and types[2:] else None
