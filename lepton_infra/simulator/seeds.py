"""Seeds, from which names and identifiers follow, and what of a resource's inputs is such a name."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace

from lepton_infra.simulator.behaviour import Call, Properties
from lepton_infra.simulator.changes import changes


def digest(text: str) -> str:
    """Hexadecimal digits that follow from a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def seed(urn: str, made: int) -> str:
    """The seed of the resource that a URN makes after ``made`` others."""
    return digest(f"{urn}#{made}")


def keeps_name(defaults: Callable[[Call], Properties], call: Call, made: int, old: Properties, new: Properties) -> bool:
    """Whether the program itself names the resource of ``call``, and as before, so that a second one cannot be made.

    Names are those defaults that follow the seed; a name that one of the ``made`` seeds gives is the provider's.
    """
    generated = [defaults(replace(call, inputs={}, seed=seed(call.urn, number))) for number in range(made + 2)]
    names = {change.path for change in changes(generated[0], generated[1])}
    given = [{change.path for change in changes(one, new) if change.kind == "update"} for one in generated]
    return bool(names.intersection(*given) - {change.path for change in changes(old, new)})
