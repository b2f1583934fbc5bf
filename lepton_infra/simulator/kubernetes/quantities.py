"""Kubernetes quantities: ``500m``, ``2Gi``, ``1e3``."""

from __future__ import annotations

import re
from decimal import Decimal

_QUANTITY = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+))(?:([numkMGTPE]|[KMGTPE]i)|[eE]([+-]?\d+))?")

_SUFFIXES = {
    **{suffix: Decimal(1024) ** power for power, suffix in enumerate(("Ki", "Mi", "Gi", "Ti", "Pi", "Ei"), start=1)},
    **{suffix: Decimal(1000) ** power for power, suffix in enumerate("kMGTPE", start=1)},
    **{suffix: Decimal(1000) ** -power for power, suffix in enumerate("mun", start=1)},
}

SYNTAX = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
"""The API server's own words for a malformed quantity."""


def parse(quantity: str | float) -> Decimal | None:
    """The number that a quantity means; None if it is no quantity."""
    matched = _QUANTITY.fullmatch(str(quantity))
    if matched is None:
        return None
    digits, suffix, exponent = matched.groups()
    return Decimal(digits) * (_SUFFIXES[suffix] if suffix else Decimal(10) ** int(exponent or 0))
