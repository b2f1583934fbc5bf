"""The subnets of a region's network on Azure, where a subnet spans all zones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from lepton_infra.layers.network import MAX_ZONES, zone_subnets

_POOL_SUBNETS = 4


@dataclass(frozen=True, kw_only=True)
class AddressPlan:
    """``system`` is for the cluster's own nodes, ``pools`` for those of node pools.

    ``endpoints`` is for private endpoints, ``api`` is delegated to the API server. Pods take addresses of none of them.
    """

    system: str
    pools: Sequence[str]
    endpoints: str
    api: str


def address_plan(cidr: str) -> AddressPlan:
    """Subnets of ``cidr``, cut as on every cloud for the most zones, so that adding one moves nothing.

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
    """Index of a pool's subnet: by its name alone, so that another pool never moves it."""
    return int(sha256(pool.encode()).hexdigest(), 16) % subnets
