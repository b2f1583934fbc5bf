"""Formats that Azure's management models leave out. Each function yields what is wrong with a value."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network
from typing import Any, Final

from lepton_infra.simulator.azure_native.places import is_uuid
from lepton_infra.simulator.formats import Format

_TAG_LIMIT: Final = 50
_TAG_KEY: Final = 512
_TAG_VALUE: Final = 256
_TAG_FORBIDDEN: Final = "<>%&\\?/"
_DURATION: Final = re.compile(r"P(\d+Y)?(\d+M)?(\d+D)?")


def matching(pattern: str, rule: str) -> Format:
    """Text of a form, which the message puts in words."""
    compiled = re.compile(pattern)

    def reasons(value: Any) -> Iterator[str]:
        if not compiled.fullmatch(value):
            yield f'"{value}" is not allowed; allowed: {rule}'

    return reasons


NETWORK_NAME: Final = matching(
    r"[A-Za-z0-9]([\w.-]{0,78}\w)?",
    "1 to 80 letters, digits, _ - and ., beginning with a letter or digit and ending with one or _",
)


def tags(value: Any) -> Iterator[str]:
    """Tags of any type: 50 at most, keys of up to 512 characters and values of up to 256."""
    if len(value) > _TAG_LIMIT:
        yield f"has {len(value)} tags; allowed: at most {_TAG_LIMIT}"
    for key, text in value.items():
        if not 1 <= len(key) <= _TAG_KEY or any(letter in key for letter in _TAG_FORBIDDEN):
            yield f'key "{key}": allowed: 1 to {_TAG_KEY} characters without {_TAG_FORBIDDEN}'
        if isinstance(text, str) and len(text) > _TAG_VALUE:
            yield f'value of "{key}": allowed: up to {_TAG_VALUE} characters'


def uuid(value: Any) -> Iterator[str]:
    """The id of a tenant, principal or assignment."""
    if not is_uuid(value):
        yield f'"{value}" is not a UUID'


def duration(value: Any) -> Iterator[str]:
    """Days, months and years as ISO 8601 has them."""
    if len(value) < 3 or not _DURATION.fullmatch(value):
        yield f'"{value}" is not a duration; allowed: text such as P90D'


def address_range(value: Any) -> Iterator[str]:
    """An IPv4 address or range."""
    try:
        IPv4Network(value) if "/" in value else IPv4Address(value)
    except ValueError as error:
        yield f'"{value}" is not an IPv4 address or range: {error}'
