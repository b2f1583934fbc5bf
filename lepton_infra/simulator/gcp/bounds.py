"""Values against the schemas of Google's API descriptions: enums, patterns and formats."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from lepton_infra.simulator.formats import among
from lepton_infra.simulator.gcp.discovery import Schema

_RANGES: Final[Mapping[str, tuple[int, int]]] = {
    "int32": (-(2**31), 2**31 - 1),
    "uint32": (0, 2**32 - 1),
    "int64": (-(2**63), 2**63 - 1),
    "uint64": (0, 2**64 - 1),
}
_FORMS: Final[Mapping[str, tuple[re.Pattern[str], str]]] = {
    "google-duration": (re.compile(r"-?\d+(\.\d{1,9})?s"), "seconds such as 3600s"),
    "google-datetime": (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"), "2026-01-31T00:00:00Z"),
    "date-time": (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"), "2026-01-31T00:00:00Z"),
    "date": (re.compile(r"\d{4}-\d\d-\d\d"), "2026-01-31"),
}
# What an API reads as "nothing said"; ``UNSPECIFIED`` by itself is a value (of a release channel, of a reservation).
_NOTHING_SAID: Final = "_UNSPECIFIED"


def value_reasons(schema: Schema, value: Any) -> Iterator[str]:
    """Reasons to refuse a scalar."""
    form = schema.get("format", "")
    if form in _RANGES:
        yield from _number(value, *_RANGES[form])
    elif isinstance(value, str) and schema.get("type") == "string":
        yield from _text(schema, value)


def _number(value: Any, low: int, high: int) -> Iterator[str]:
    """A whole number, which the APIs write as text where it is a long one."""
    try:
        number = int(value)
    except (TypeError, ValueError):
        yield f'"{value}" is not a whole number'
        return
    if not low <= number <= high:
        yield f"{value} is out of range; allowed: {low} to {high}"


def _text(schema: Schema, value: str) -> Iterator[str]:
    allowed = [word for word in schema.get("enum", []) if not word.endswith(_NOTHING_SAID)]
    if allowed and value not in allowed:
        yield f'"{value}" is not allowed; {among(allowed, value)}'
    pattern = schema.get("pattern")
    if pattern and not re.fullmatch(pattern, value):
        yield f'"{value}" does not match {pattern}'
    form = _FORMS.get(schema.get("format", ""))
    if form is not None and not form[0].fullmatch(value):
        yield f'"{value}" has the wrong form; allowed: {form[1]}'
