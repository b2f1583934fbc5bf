"""SHA-256 seeds of names and identifiers, so that a run is reproducible; and the check of which names follow them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from lepton_infra.simulator.behaviour import Call, Properties
from lepton_infra.simulator.changes import changes

CREATED: Final = "2026-01-01T00:00:00Z"
"""Creation time of every resource."""


def digest(*parts: str) -> str:
    """64 hexadecimal digits, the same for the same parts."""
    return hashlib.sha256("/".join(parts).encode()).hexdigest()


def seed(urn: str, made: int) -> str:
    """The seed of the resource that a URN makes after ``made`` others."""
    return digest(f"{urn}#{made}")


def keeps_name(defaults: Callable[[Call], Properties], call: Call, made: int, old: Properties, new: Properties) -> bool:
    """True if the program itself names the resource of ``call``, and as before, so that a second one cannot be made.

    Names are those defaults that follow the seed; a name that one of the ``made`` seeds gives is the provider's.
    """
    generated = [defaults(replace(call, inputs={}, seed=seed(call.urn, number))) for number in range(made + 2)]
    names = {change.path for change in changes(generated[0], generated[1])}
    given = [{change.path for change in changes(one, new) if change.kind == "update"} for one in generated]
    return bool(names.intersection(*given) - {change.path for change in changes(old, new)})
