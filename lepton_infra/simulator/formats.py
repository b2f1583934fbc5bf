"""Formats of single values that no cloud has for itself. Each function yields what is wrong with a value."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Callable, Iterator, Sequence
from difflib import get_close_matches
from typing import Any, Final

Format = Callable[[Any], Iterator[str]]

_PRIVATE: Final = [ipaddress.IPv4Network(cidr) for cidr in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")]
_LISTED: Final = 30
"""Sets of allowed values up to this size are shown whole in a message; of longer ones (machine types) the nearest."""


def one_of(*allowed: Any) -> Format:
    """A value out of a closed set."""

    def reasons(value: Any) -> Iterator[str]:
        if value not in allowed:
            yield f"{json.dumps(value)} is not allowed; allowed: {', '.join(map(str, allowed))}"

    return reasons


def between(low: int, high: int) -> Format:
    """A number in a range, both ends included."""

    def reasons(value: Any) -> Iterator[str]:
        if isinstance(value, int | float) and not low <= value <= high:
            yield f"{value} is out of range; allowed: {low} to {high}"

    return reasons


def cidr(longest: int = 32, shortest: int = 0, *, private: bool = False) -> Format:
    """An IPv4 range by its network address, its prefix between ``shortest`` and ``longest`` bits."""

    def reasons(value: Any) -> Iterator[str]:
        try:
            network = ipaddress.IPv4Network(value)
        except ValueError as error:
            yield f'"{value}" is not an IPv4 CIDR block: {error}'
            return
        if "/" not in value or not shortest <= network.prefixlen <= longest:
            yield f'"{value}" has the wrong size; allowed: /{shortest} to /{longest}'
        if private and not any(network.subnet_of(range) for range in _PRIVATE):
            yield f'"{value}" is not private; allowed: inside {", ".join(map(str, _PRIVATE))}'

    return reasons


def ipv6_cidr(value: Any) -> Iterator[str]:
    """An IPv6 range by its network address."""
    try:
        ipaddress.IPv6Network(value)
    except ValueError as error:
        yield f'"{value}" is not an IPv6 CIDR block: {error}'


def among(allowed: Sequence[str], value: str) -> str:
    """The allowed values, or the nearest of them where there are many."""
    if len(allowed) <= _LISTED:
        return f"allowed: {', '.join(allowed)}"
    return f"allowed: {len(allowed)} values, the nearest {', '.join(get_close_matches(value, allowed, n=3, cutoff=0))}"
