"""Rules between the values of a region: one pure function each, all of them run.

Where a file is invalid in one place, the rules whose values are valid still run, so that everything that can be known
is reported at once.
"""

from __future__ import annotations

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
from lepton_infra.config.rules.values import Rule, Section, Values, parameters
from lepton_infra.errors import Problem

RULES: tuple[Rule, ...] = (
    network.address_space,
    network.zones_differ,
    network.operator_networks,
    network.operators_are_outside,
    region.system_nodes,
    region.tags,
    region.adopted,
    node_pools.names_differ,
    node_pools.names_are_free,
    node_pools.counts,
    node_pools.shape,
    node_pools.zones,
    node_pools.zones_differ,
    node_pools.capacity_ids,
    node_pools.capacity_differs,
    node_pools.capacity_blocks,
    sharing.one_way,
    sharing.cut_as_it_can_be,
    sharing.one_part_each,
    sharing.turns_are_of_one_tenant,
    models.names_differ,
    scaling.replicas,
    scaling.targets,
    scaling.buffered_requests,
    scaling.buffered_requests_have_a_gateway,
    scaling.gpus_are_measured,
    versions.number,
    versions.numbers_differ,
    versions.digests_differ,
    versions.weights,
    versions.shadows,
    versions.shared_by_a_gateway,
    versions.cache_holds_one,
    models.pools_exist,
    models.fit_one_node,
    models.fit_the_pool,
    gateway.domain,
    gateway.clients,
    gateway.clients_are_outside,
    gateway.hosts,
    gateway.replicas,
    compliance.section,
    compliance.stands_in_residency,
    compliance.perimeter_has_the_region,
    compliance.logs_are_kept,
    compliance.versions_are_erased,
    compliance.keys_rotate,
)


def problems(config: Section) -> list[Problem]:
    """Problems that all rules find in a region, or in the valid sections of one."""
    values = Values(config)
    called = ((rule, values.arguments(rule)) for rule in RULES)
    return [problem for rule, given in called if given is not None for problem in rule(**given)]


for _rule in RULES:
    parameters(_rule)
