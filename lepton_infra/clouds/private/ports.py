"""Ports of the addresses that a site states."""

from __future__ import annotations

from collections.abc import Sequence

from lepton_infra.layers.network import Endpoint

HTTPS = 443


def port_of(url: str) -> int:
    """The port of an address that begins with ``https://``."""
    port = url.removeprefix("https://").partition(":")[2]
    return int(port) if port else HTTPS


def endpoints(addresses: Sequence[str], url: str) -> list[Endpoint]:
    """Endpoints of ``url`` for network policies; its host is in one of the networks ``addresses``."""
    return [Endpoint(cidr=cidr, port=port_of(url)) for cidr in addresses]
