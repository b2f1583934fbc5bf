"""What must hold between the values of a region: one pure function for each rule, all of them run.

A rule names what it reads. Where a file is wrong elsewhere, the rules whose values are sound still run, so that
everything that can be known is told at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from lepton_infra.config.rules import (
    compliance,
    gateway,
    models,
    network,
    node_pools,
    region,
    scaling,
    sharing,
    versions,
)
from lepton_infra.config.rules.region import REQUIRED_TAGS as REQUIRED_TAGS
from lepton_infra.errors import NOTHING, Problem

if TYPE_CHECKING:
    from lepton_infra.config.region import RegionConfig


@dataclass(frozen=True)
class Rule:
    """``find`` yields what is wrong, reading only ``reads`` of the region, which are attributes as ``section.key``."""

    find: Callable[[RegionConfig[Any]], Iterator[Problem]]
    reads: tuple[str, ...]


def _rule(find: Callable[[RegionConfig[Any]], Iterator[Problem]], *reads: str) -> Rule:
    return Rule(find, reads)


RULES = (
    _rule(network.address_space, "network.cidr"),
    _rule(network.zones_differ, "network.zones"),
    _rule(network.operator_networks, "cluster.operator_networks"),
    _rule(network.operators_are_outside, "cluster.operator_networks", "network.cidr"),
    _rule(region.system_nodes, "cluster.system_nodes.min", "cluster.system_nodes.max"),
    _rule(region.tags, "tags"),
    _rule(region.adopted, "name", "adopt"),
    _rule(node_pools.names_differ, "node_pools"),
    _rule(node_pools.names_are_free, "node_pools"),
    _rule(node_pools.counts, "node_pools"),
    _rule(node_pools.shape, "node_pools"),
    _rule(node_pools.zones, "node_pools", "network.zones"),
    _rule(node_pools.zones_differ, "node_pools"),
    _rule(node_pools.capacity_ids, "node_pools"),
    _rule(node_pools.capacity_differs, "node_pools"),
    _rule(node_pools.capacity_blocks, "node_pools", "network.zones"),
    _rule(sharing.one_way, "node_pools"),
    _rule(sharing.cut_as_it_can_be, "node_pools"),
    _rule(sharing.one_part_each, "models", "node_pools"),
    _rule(sharing.turns_are_of_one_tenant, "models", "node_pools"),
    _rule(models.names_differ, "models"),
    _rule(scaling.replicas, "models"),
    _rule(scaling.targets, "models"),
    _rule(scaling.holders, "models"),
    _rule(scaling.holders_have_a_gateway, "models", "gateway"),
    _rule(scaling.gpus_are_measured, "models", "node_pools"),
    _rule(versions.number, "models"),
    _rule(versions.numbers_differ, "models"),
    _rule(versions.digests_differ, "models"),
    _rule(versions.weights, "models"),
    _rule(versions.shadows, "models"),
    _rule(versions.shared_by_a_gateway, "models", "gateway"),
    _rule(versions.cache_holds_one, "models"),
    _rule(models.pools_exist, "models", "node_pools"),
    _rule(models.fit_one_node, "models", "node_pools"),
    _rule(models.fit_the_pool, "models", "node_pools"),
    _rule(gateway.domain, "gateway.domain"),
    _rule(gateway.clients, "gateway.clients"),
    _rule(gateway.clients_are_outside, "gateway.clients", "network.cidr"),
    _rule(gateway.hosts, "gateway.domain", "models"),
    _rule(gateway.replicas, "gateway.replicas"),
    _rule(compliance.section, "residency", "compliance"),
    _rule(compliance.stands_in_residency, "residency", "cloud"),
    _rule(compliance.perimeter_has_the_region, "residency", "compliance", "cloud"),
    _rule(compliance.logs_are_kept, "residency", "compliance", "cloud", "retention.log_days"),
    _rule(compliance.versions_are_erased, "residency", "compliance", "storage.noncurrent_version_days"),
    _rule(compliance.keys_rotate, "residency", "compliance", "encryption.rotation_days"),
)


def problems(region: RegionConfig[Any]) -> list[Problem]:
    """What all rules, and then the region's cloud, find. The region may lack attributes that are wrong in the file.

    A cloud is asked when there is everything, and what it says of a value that is refused already is left out.
    """
    rules = [rule for rule in RULES if all(_has(region, path.split(".")) for path in rule.reads)]
    found = [problem for rule in rules for problem in rule.find(region)]
    if not _complete(region):
        return found
    refused = {problem.path for problem in found}
    return found + [problem for problem in region.cloud.problems(region) if problem.path not in refused]


def _has(record: object, path: Sequence[str]) -> bool:
    """Whether a value is there, and if it is a section, all of it."""
    if not path:
        return not isinstance(record, BaseModel) or _complete(record)
    return hasattr(record, path[0]) and _has(getattr(record, path[0]), path[1:])


def _complete(record: BaseModel) -> bool:
    """Whether no attribute was left out, here or below."""
    values = [getattr(record, key, NOTHING) for key in type(record).model_fields]
    return all(value is not NOTHING and (not isinstance(value, BaseModel) or _complete(value)) for value in values)
