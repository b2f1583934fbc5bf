"""Which demands stand before a creation or a change, by resource type, in the order AWS would meet them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from lepton_infra.simulator.aws import addresses, tokens
from lepton_infra.simulator.behaviour import Call, Stored

Rule = Callable[[Call], None]

_SAME_VPC: Final = (
    tokens.ROUTE_TABLE_ASSOCIATION,
    tokens.VPC_ENDPOINT,
    tokens.INGRESS_RULE,
    tokens.EGRESS_RULE,
    tokens.SECURITY_GROUP,
    tokens.ROUTE,
)
PRECONDITIONS: Final[Mapping[str, tuple[Rule, ...]]] = {
    **dict.fromkeys(_SAME_VPC, (addresses.same_vpc,)),
}

OVERWRITING: Final = frozenset({})
"""Types that are put rather than created: a second creation changes what is there."""

_WITH_A_CLUSTER: Final = (
    tokens.ADDON,
    tokens.ACCESS_ENTRY,
    tokens.ACCESS_POLICY_ASSOCIATION,
    tokens.POD_IDENTITY_ASSOCIATION,
)


def cascade(call: Call) -> list[Stored]:
    """What goes with a cluster without being deleted one by one."""
    assert call.old is not None
    return [part for part in call.scope.all(*_WITH_A_CLUSTER) if part.inputs.get("clusterName") == call.old.id]
