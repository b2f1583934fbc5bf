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
_TAINT: Final = re.compile(r"[^=:\s]+(=[^=:\s]*)?:(NoSchedule|PreferNoSchedule|NoExecute)")
_DURATION: Final = re.compile(r"P(\d+Y)?(\d+M)?(\d+D)?")
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_VERSION: Final = re.compile(r"\d+\.\d+(\.\d+)?")
_PORTS: Final = re.compile(r"(\d+)(?:-(\d+))?")
_LAST_PORT: Final = 65535
_SERVICE_TAG: Final = re.compile(r"[A-Z][A-Za-z0-9]*(\.[A-Za-z0-9]+)?")
_LABEL: Final = re.compile(r"([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?")
_LABEL_VALUE: Final = re.compile(r"([A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?)?")


def matching(pattern: str, rule: str) -> Format:
    """Text of a form, which the message puts in words."""
    compiled = re.compile(pattern)

    def reasons(value: Any) -> Iterator[str]:
        if not compiled.fullmatch(value):
            yield f'"{value}" is not allowed; allowed: {rule}'

    return reasons


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


def email(value: Any) -> Iterator[str]:
    """An address of mail, by its outer form."""
    if not _EMAIL.fullmatch(value):
        yield f'"{value}" is not an address of mail'


def taint(value: Any) -> Iterator[str]:
    """A taint as AKS writes it."""
    if not _TAINT.fullmatch(value):
        yield f'"{value}" is not a taint; allowed: key=value:NoSchedule, PreferNoSchedule or NoExecute'


def duration(value: Any) -> Iterator[str]:
    """Days, months and years as ISO 8601 has them."""
    if len(value) < 3 or not _DURATION.fullmatch(value):
        yield f'"{value}" is not a duration; allowed: text such as P90D'


def kubernetes_version(value: Any) -> Iterator[str]:
    """A version of Kubernetes, with its patch or without."""
    if not _VERSION.fullmatch(value):
        yield f'"{value}" is not a Kubernetes version; allowed: text such as "1.33" or "1.33.2"'


def ports(value: Any) -> Iterator[str]:
    """One port, a range of them or all."""
    found = _PORTS.fullmatch(value)
    numbers = [int(number) for number in found.groups() if number] if found else []
    if value != "*" and (not numbers or max(numbers) > _LAST_PORT or numbers != sorted(numbers)):
        yield f'"{value}" is not a port; allowed: 0 to {_LAST_PORT}, a range such as 80-90, or *'


def address_range(value: Any) -> Iterator[str]:
    """An IPv4 address or range."""
    try:
        IPv4Network(value) if "/" in value else IPv4Address(value)
    except ValueError as error:
        yield f'"{value}" is not an IPv4 address or range: {error}'


def address_prefix(value: Any) -> Iterator[str]:
    """Whom a firewall rule speaks of: an address or range, one of Azure's names for some, or everybody."""
    if value != "*" and not _SERVICE_TAG.fullmatch(value):
        yield from address_range(value)


def labels(value: Any) -> Iterator[str]:
    """Labels of nodes, as Kubernetes takes them."""
    for key, text in value.items():
        if not _LABEL.fullmatch(key):
            yield f'key "{key}" is not a label: allowed: a name of 63 letters, digits and _.-, perhaps after a domain/'
        if isinstance(text, str) and not _LABEL_VALUE.fullmatch(text):
            yield f'value of "{key}": allowed: up to 63 letters, digits and _.-'


def vault_name(value: Any) -> Iterator[str]:
    """3 to 24 letters, digits and single hyphens, beginning with a letter and not ending with a hyphen."""
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]{1,22}[A-Za-z0-9]", value) or "--" in value:
        yield (
            f'VaultNameNotValid: "{value}" is not allowed; allowed: 3 to 24 letters, digits and single hyphens, '
            "beginning with a letter and ending with a letter or digit"
        )
