"""Address ranges of the subnets of a region's virtual network; a subnet on Azure spans all zones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from lepton_infra.layers.network import MAX_ZONES, zone_subnets

_POOL_SUBNETS = 4


@dataclass(frozen=True, kw_only=True)
class AddressPlan:
    """CIDR of each subnet.

    ``system`` is for system nodes, ``pools`` for nodes of node pools, ``endpoints`` for private endpoints; ``api`` is
    delegated to the API server. Pods take addresses of none of them.
    """

    system: str
    pools: Sequence[str]
    endpoints: str
    api: str


def address_plan(cidr: str) -> AddressPlan:
    """Divide ``cidr`` into subnets with ``zone_subnets``, always for ``MAX_ZONES``: adding a zone moves nothing.

    AKS changes pools of one subnet one after the other (terraform-provider-azurerm#26933), so pools get several.

    Raises:
        ValueError: if the network is smaller than /20.
    """
    blocks = zone_subnets(cidr, MAX_ZONES)
    return AddressPlan(
        system=blocks[0].private,
        pools=[block.private for block in blocks[1 : 1 + _POOL_SUBNETS]],
        endpoints=blocks[0].public,
        api=blocks[1].public,
    )


def pool_subnet(pool: str, subnets: int) -> int:
    """Index of a node pool's subnet, by a hash of its name alone, so that adding another pool never moves it."""
    return int(sha256(pool.encode()).hexdigest(), 16) % subnets
