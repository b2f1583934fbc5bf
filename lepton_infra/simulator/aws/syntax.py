"""Formats of single values that AWS's API models leave out. Each function yields what is wrong with a value."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

_TAG: Final = re.compile(r"[\w\s.:/=+\-@]*")
_RATE: Final = re.compile(r"rate\([1-9]\d* (?:minute|hour|day)s?\)")
_CRON: Final = re.compile(r"cron\((?:[A-Z0-9*?/,#L-]+ ){5}[A-Z0-9*?/,#-]+\)")


def tags(value: Any) -> Iterator[str]:
    """Tags of any service: 50 at most, keys of 1 to 128 and values of up to 256 characters, ``aws:`` is AWS's own."""
    if len(value) > 50:
        yield f"has {len(value)} tags; allowed: at most 50"
    for key, text in value.items():
        if not 1 <= len(key) <= 128 or not _TAG.fullmatch(key):
            yield f'key "{key}": allowed: 1 to 128 letters, digits, spaces and _.:/=+-@'
        if key.lower().startswith("aws:"):
            yield f'key "{key}": aws: is kept for AWS'
        if isinstance(text, str) and (len(text) > 256 or not _TAG.fullmatch(text)):
            yield f'value of "{key}": allowed: up to 256 letters, digits, spaces and _.:/=+-@'


def encoded(value: Any) -> Iterator[str]:
    """Base64."""
    try:
        base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        yield "is not base64"


def schedule(value: Any) -> Iterator[str]:
    """Schedule expression: ``rate(…)``, or ``cron(…)`` with six fields ("Schedule types", EventBridge user guide).

    Days of the month and of the week cannot both be said.
    """
    if _RATE.fullmatch(value):
        return
    if not _CRON.fullmatch(value):
        yield f'"{value}" is no schedule; allowed: rate(1 day), or cron(minute hour day month weekday year)'
        return
    _, _, day, _, weekday, _ = value[5:-1].split()
    if (day == "?") == (weekday == "?"):
        yield f'"{value}": exactly one of day and weekday must be "?"'


def _leaves(pattern: Mapping[str, Any], path: str) -> Iterator[str]:
    for key, value in pattern.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, f"{path}{key}.")
        elif not isinstance(value, list) or not value:
            yield f"{path}{key} must be an object or a list that is not empty"
