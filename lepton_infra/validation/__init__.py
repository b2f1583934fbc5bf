"""What must hold between the values of a region: one pure function for each rule, all of them run.

A rule names the sections that it reads. Where a file is wrong elsewhere, the rules whose sections are sound still run,
so that everything that can be known is told at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lepton_infra.settings import Problem
from lepton_infra.validation import models, network, node_pools, region
from lepton_infra.validation.region import REQUIRED_TAGS as REQUIRED_TAGS

if TYPE_CHECKING:
    from lepton_infra.config import RegionConfig


@dataclass(frozen=True)
class Rule:
    """``find`` yields what is wrong, reading only ``sections`` of the region."""

    find: Callable[[RegionConfig[Any]], Iterator[Problem]]
    sections: frozenset[str]


def _rule(find: Callable[[RegionConfig[Any]], Iterator[Problem]], *sections: str) -> Rule:
    return Rule(find, frozenset(sections))


RULES = (
    _rule(network.address_space, "network"),
    _rule(network.zones_differ, "network"),
    _rule(network.operator_networks, "cluster"),
    _rule(network.operators_are_outside, "network", "cluster"),
    _rule(region.system_nodes, "cluster"),
    _rule(region.tags, "tags"),
    _rule(region.adopted, "name", "adopt"),
    _rule(node_pools.names_differ, "node_pools"),
    _rule(node_pools.counts, "node_pools"),
    _rule(node_pools.shape, "node_pools"),
    _rule(node_pools.zones, "node_pools", "network"),
    _rule(node_pools.zones_differ, "node_pools"),
    _rule(node_pools.capacity_ids, "node_pools"),
    _rule(node_pools.capacity_differs, "node_pools"),
    _rule(node_pools.capacity_blocks, "node_pools", "network"),
    _rule(models.names_differ, "models"),
    _rule(models.replicas, "models"),
    _rule(models.pools_exist, "models", "node_pools"),
    _rule(models.fit_one_node, "models", "node_pools"),
    _rule(models.fit_the_pool, "models", "node_pools"),
)


def problems(region: RegionConfig[Any], sections: AbstractSet[str] | None = None) -> list[Problem]:
    """What all rules, and then the region's cloud, find in a region of which only ``sections`` are sound (None: all).

    A cloud is asked when every section is there, and what it says of a value that is refused already is left out.
    """
    found = [
        problem
        for rule in RULES
        if sections is None or rule.sections.issubset(sections)
        for problem in rule.find(region)
    ]
    if sections is not None and not sections >= type(region).model_fields.keys():
        return found
    refused = {problem.path for problem in found}
    return found + [problem for problem in region.cloud.problems(region) if problem.path not in refused]
