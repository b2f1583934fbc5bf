"""Ports of the addresses that a site states."""

from __future__ import annotations

HTTPS = 443


def port_of(url: str) -> int:
    """The port of an address that begins with ``https://``."""
    port = url.removeprefix("https://").partition(":")[2]
    return int(port) if port else HTTPS
