"""Which demands stand before a creation or a change, by resource type, in the order Azure would meet them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from lepton_infra.simulator.azure_native import (
    addresses,
    aks_rules,
    customer_keys,
    locks,
    object_replication,
    references,
    tokens,
    uniqueness,
)
from lepton_infra.simulator.azure_native.identity import resource_id
from lepton_infra.simulator.behaviour import Call

Rule = Callable[[Call], None]

_RULES: Final[Mapping[str, tuple[Rule, ...]]] = {
    tokens.VIRTUAL_NETWORK: (addresses.virtual_network,),
    tokens.SUBNET: (addresses.subnet,),
    tokens.CLUSTER: (addresses.cluster, aks_rules.cluster),
    tokens.AGENT_POOL: (aks_rules.agent_pool,),
    tokens.STORAGE_ACCOUNT: (customer_keys.storage_account,),
    tokens.DISK_ENCRYPTION_SET: (customer_keys.disk_encryption_set,),
    tokens.REGISTRY: (customer_keys.registry,),
    tokens.OBJECT_REPLICATION: (object_replication.policy,),
    tokens.SUBSCRIPTION_DIAGNOSTIC_SETTING: (uniqueness.subscription_settings,),
}


def require(call: Call) -> None:
    """Meet every demand, or refuse.

    Raises:
        CloudError: with Azure's own code.
    """
    id = resource_id(call) if call.old is None else call.old.id
    references.require(call)
    locks.require_unlocked_for_write(call.scope, id, call.type)
    uniqueness.require(call)
    for rule in _RULES.get(call.type, ()):
        rule(call)
