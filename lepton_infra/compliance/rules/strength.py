"""Orders among what the facts tell: whose key, which version of TLS."""

from __future__ import annotations

import re
from collections.abc import Callable

from lepton_infra.compliance.facts import Encryption

WEAKEST_FIRST = tuple(Encryption)


def at_least(level: Encryption) -> Callable[[Encryption], bool]:
    """A predicate: whether a key is as much in our hands as ``level``, or more."""
    return lambda given: WEAKEST_FIRST.index(given) >= WEAKEST_FIRST.index(level)


def as_new_as(lowest: str) -> Callable[[str | None], bool]:
    """A predicate: whether a version of TLS is ``lowest`` or newer. None is no TLS, and never is."""
    return lambda given: given is not None and _version(given) >= _version(lowest) > ()


def _version(text: str) -> tuple[int, ...]:
    """``1.2`` as (1, 2); what is no version comes before all."""
    return tuple(map(int, text.split("."))) if re.fullmatch(r"\d+(\.\d+)*", text) else ()
