"""The longest weighted chain of a resource graph: how long ``up`` takes when nothing waits for a free hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.state import Recorded


@dataclass(frozen=True, kw_only=True)
class Path:
    """A chain of URNs, first to last, and the seconds that it takes in all."""

    seconds: float
    urns: tuple[str, ...]


def critical_path(graph: Sequence[Recorded], seconds: Callable[[str], float]) -> Path:
    """The longest chain of ``graph``, where a resource of a type takes ``seconds(type)`` to create.

    ``graph`` is in an order in which dependencies come first, as every state is. A component takes no time: what waits
    for it waits for nothing that its own children do not say.
    """
    best: dict[str, Path] = {}
    for resource in graph:
        before = max(
            (best[urn] for urn in resource.waits_for if urn in best),
            key=lambda path: path.seconds,
            default=Path(seconds=0.0, urns=()),
        )
        took = seconds(resource.type) if resource.custom else 0.0
        best[resource.urn] = Path(seconds=before.seconds + took, urns=(*before.urns, resource.urn))
    return max(best.values(), key=lambda path: path.seconds, default=Path(seconds=0.0, urns=()))


def lower_bound(weights: Mapping[str, float], chain: Sequence[str]) -> float:
    """Lower bound of any graph of a cloud: the types of ``chain`` one after another (cluster, nodes, model server)."""
    return sum(weights[type] for type in chain)
