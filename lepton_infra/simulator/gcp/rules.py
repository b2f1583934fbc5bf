"""Which demands stand before a creation or a change, by resource type, in the order Google would meet them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from lepton_infra.simulator.behaviour import Call
from lepton_infra.simulator.gcp import (
    addresses,
    cluster_rules,
    dns,
    keys,
    references,
    retention,
    services,
    tokens,
    transfers,
)

Rule = Callable[[Call], None]

_RULES: Final[Mapping[str, tuple[Rule, ...]]] = {
    tokens.SUBNETWORK: (addresses.subnetwork,),
    tokens.ROUTER_NAT: (addresses.router_nat,),
    tokens.CLUSTER: (cluster_rules.subnetwork, cluster_rules.control_plane_addresses, cluster_rules.version),
    tokens.NODE_POOL: (cluster_rules.node_pool, cluster_rules.node_pool_ranges),
    tokens.DNS_ZONE: (dns.zone,),
    tokens.DNS_RECORD: (dns.record,),
    tokens.BUCKET: (retention.bucket,),
    tokens.TRANSFER_JOB: (transfers.require,),
    tokens.LOG_BUCKET: (retention.log_bucket,),
}


def require(call: Call) -> None:
    """Meet every demand, or refuse.

    Raises:
        CloudError: with Google's own code.
    """
    services.require(call)
    references.require(call)
    keys.require(call)
    for rule in _RULES.get(call.type, ()):
        rule(call)
